//! Where the rows are in a response, and what they are made of.

use super::document::Document;
use super::schema::Schema;
use crate::declaration::{Field, Names, Struct, Type, identifier, pascal, singular};
use crate::yaml::{Node, flat};

const DEEPEST: usize = 8;
/// How deep in a body the list of rows is.
const WRAPPED: usize = 3;

/// The rows of a response.
pub(super) enum Found<'d> {
    /// A list at a path of keys; none where the body is the list.
    List(Vec<String>, Schema<'d>),
    /// The body is the row itself.
    One(Schema<'d>),
    /// It is not certain: the paths of all lists.
    Open(Vec<String>),
}

/// Finds the rows. `is_one`: the path names one thing.
pub(super) fn find<'d>(document: &'d Document, node: &'d Node, is_one: bool) -> Found<'d> {
    let body = Schema::of(document, node);
    if body.kind() == "array" {
        let element = body.element(document);
        return match element.filter(|element| is_row(element)) {
            Some(element) => Found::List(Vec::new(), element),
            None => Found::Open(Vec::new()),
        };
    }
    if is_one && body.kind() == "object" && !body.properties.is_empty() {
        return Found::One(body);
    }
    let mut found = Vec::new();
    lists(document, &body, &mut Vec::new(), &mut found);
    let shallowest = found.iter().map(|(path, _)| path.len()).min().unwrap_or(0);
    let mut nearest = found.iter().filter(|(path, _)| path.len() == shallowest);
    match (nearest.next(), nearest.next()) {
        (Some((path, row)), None) => Found::List(path.clone(), row.clone()),
        _ => Found::Open(found.into_iter().map(|(path, _)| path.join(".")).collect()),
    }
}

fn is_row(schema: &Schema<'_>) -> bool {
    schema.alternatives || schema.kind() == "object" || schema.kinds.is_empty()
}

fn lists<'d>(
    document: &'d Document,
    schema: &Schema<'d>,
    path: &mut Vec<String>,
    found: &mut Vec<(Vec<String>, Schema<'d>)>,
) {
    if path.len() >= WRAPPED {
        return;
    }
    for (key, node) in &schema.properties {
        let property = Schema::of(document, node);
        path.push((*key).to_owned());
        match property.kind() {
            "array" => {
                if let Some(element) = property.element(document).filter(is_row) {
                    found.push((path.clone(), element));
                }
            }
            "object" => lists(document, &property, path, found),
            _ => {}
        }
        path.pop();
    }
}

/// A path of keys as a selector.
pub(super) fn selector(path: &[String]) -> String {
    let mut out = String::new();
    for key in path {
        let is_plain = key.chars().all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '-');
        match (is_plain, out.is_empty()) {
            (true, true) => out.push_str(key),
            (true, false) => out.push_str(&format!(".{key}")),
            (false, _) => out.push_str(&format!("[{key:?}]")),
        }
    }
    out
}

/// Makes structs of schemas. The names of types are unique in the module, and a schema that the file names is one type.
pub(super) struct Types<'d> {
    pub(super) document: &'d Document,
    pub(super) names: Names,
    /// Types of schemas that have a name in the file.
    pub(super) known: Vec<(&'d str, Struct)>,
}

impl<'d> Types<'d> {
    pub(super) fn row(&mut self, name: &str, schema: &Schema<'d>) -> Struct {
        let fields = self.fields(name, schema, &mut Vec::new());
        let extra = schema.open || fields.is_empty();
        Struct { name: name.to_owned(), docs: docs(schema.docs), extra, fields, spelling: None }
    }

    fn fields(&mut self, owner: &str, schema: &Schema<'d>, open: &mut Vec<&'d str>) -> Vec<Field> {
        let mut names = Names::new(&["extra"]);
        let is_seen = |node: &&Node| !node.is_set("writeOnly");
        let properties: Vec<(&str, &Node)> =
            schema.properties.iter().filter(|(_, node)| is_seen(node)).copied().collect();
        // A name that needs no change goes to the key that has it.
        let given: Vec<Option<String>> =
            properties.iter().map(|(wire, _)| (identifier(wire) == *wire).then(|| names.take(wire))).collect();
        let mut fields = Vec::new();
        for ((wire, node), given) in properties.into_iter().zip(given) {
            let property = Schema::of(self.document, node);
            let ty = self.ty(owner, wire, &property, open);
            let optional = property.nullable || !schema.required.contains(&wire);
            fields.push(Field {
                name: given.unwrap_or_else(|| names.take(&identifier(wire))),
                wire: wire.to_owned(),
                docs: docs(property.docs),
                renamed: false,
                // Any JSON may be null.
                optional,
                ty,
                made: false,
                hidden: false,
                format: None,
            });
        }
        fields
    }

    fn ty(&mut self, owner: &str, wire: &str, schema: &Schema<'d>, open: &mut Vec<&'d str>) -> Type {
        let before = open.len();
        // A type within itself ends somewhere: there it is JSON.
        if schema.names.iter().any(|name| open.contains(name)) || before > DEEPEST * 4 {
            return Type::Json;
        }
        open.extend(&schema.names);
        let ty = match (schema.kind(), schema.format) {
            ("string", Some("date-time")) => Type::Timestamp,
            ("string", Some("date")) => Type::Date,
            ("string", _) => Type::Text,
            ("boolean", _) => Type::Bool,
            ("integer", _) => Type::Int,
            ("number", _) => Type::Float,
            ("array", _) => {
                let element = schema.element(self.document);
                let element = element.filter(|element| !element.nullable);
                let element = element.map_or(Type::Json, |element| self.ty(owner, &singular(wire), &element, open));
                Type::List(Box::new(element))
            }
            ("object", _) if !schema.properties.is_empty() && owner.len() < 120 => {
                self.nested(owner, wire, schema, open)
            }
            _ => Type::Json,
        };
        open.truncate(before);
        ty
    }
}

impl<'d> Types<'d> {
    /// The type of an object within a row.
    fn nested(&mut self, owner: &str, wire: &str, schema: &Schema<'d>, open: &mut Vec<&'d str>) -> Type {
        let given = if let [only] = schema.names.as_slice() { Some(*only) } else { None };
        if let Some((_, known)) = self.known.iter().find(|(name, _)| Some(*name) == given) {
            return Type::Nested(Box::new(known.clone()));
        }
        let name = given.and_then(|name| name.rsplit('/').next());
        let name = self.names.take(&name.map_or_else(|| format!("{owner}{}", pascal(wire)), pascal));
        let fields = self.fields(&name, schema, open);
        if fields.is_empty() {
            return Type::Json;
        }
        let docs = docs(schema.docs);
        let docs = if docs.is_empty() { format!("The field `{wire}`.") } else { docs };
        let nested = Struct { name, docs, fields, extra: false, spelling: None };
        self.known.extend(given.map(|given| (given, nested.clone())));
        Type::Nested(Box::new(nested))
    }
}

/// The first paragraph of a description.
pub(super) fn docs(text: &str) -> String {
    let text = flat(text.split("\n\n").next().unwrap_or_default());
    let ends = text.ends_with(['.', '!', '?', ':', '`', ')']);
    if text.is_empty() || ends { text } else { format!("{text}.") }
}
