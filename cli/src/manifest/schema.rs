//! Rows, from the JSON schema of a stream.

use crate::declaration::{Field, Names, Struct, Type, identifier, pascal, singular};
use crate::yaml::Node;

use super::specification::plain;

const DEEPEST: usize = 8;

/// Makes structs of schemas: the names of types are unique in the module.
pub(super) struct Types<'t> {
    pub(super) names: &'t mut Names,
}

impl Types<'_> {
    /// The row of a stream. Without properties, it takes all keys as they come.
    pub(super) fn row(&mut self, name: &str, schema: Option<&Node>) -> Struct {
        let fields = schema.map(|schema| self.fields(name, schema, 0)).unwrap_or_default();
        Struct { name: name.to_owned(), docs: String::new(), extra: fields.is_empty(), fields, spelling: None }
    }

    fn fields(&mut self, owner: &str, schema: &Node, depth: usize) -> Vec<Field> {
        let mut names = Names::new(&["extra"]);
        let Some(properties) = schema.get("properties") else { return Vec::new() };
        // A name that needs no change goes to the key that has it.
        let mut given: Vec<Option<String>> = Vec::new();
        for (wire, _) in properties.entries() {
            given.push((identifier(wire) == **wire).then(|| names.take(wire)));
        }
        let mut fields: Vec<Field> = Vec::new();
        for ((wire, node), given) in properties.entries().iter().zip(given) {
            if fields.iter().any(|field| field.wire == **wire) {
                continue;
            }
            let ty = self.ty(owner, wire, node, depth);
            let docs = node.str("description").map(plain).unwrap_or_default();
            let name = given.unwrap_or_else(|| names.take(&identifier(wire)));
            fields.push(field(name, wire, docs, ty));
        }
        fields
    }

    fn ty(&mut self, owner: &str, wire: &str, node: &Node, depth: usize) -> Type {
        let alternatives: Vec<&Node> =
            ["oneOf", "anyOf"].into_iter().filter_map(|name| node.get(name)).flat_map(Node::items).collect();
        if node.get("type").is_none() && !alternatives.is_empty() {
            let mut types = alternatives
                .into_iter()
                .filter(|node| node.str("type") != Some("null"))
                .map(|node| self.ty(owner, wire, node, DEEPEST));
            let first = types.next().unwrap_or(Type::Json);
            return if types.all(|ty| ty == first) { first } else { Type::Json };
        }
        match kinds(node).as_slice() {
            [kind] => match kind.as_str() {
                "string" => Type::Text,
                "boolean" => Type::Bool,
                "integer" => Type::Int,
                "number" => Type::Float,
                "array" => {
                    let item = node.get("items").filter(|items| items.is_map());
                    let item = item.map_or(Type::Json, |items| self.ty(owner, &singular(wire), items, depth));
                    Type::List(Box::new(item))
                }
                "object" if depth < DEEPEST && node.get("properties").is_some_and(|node| !node.is_empty()) => {
                    let name = self.names.take(&format!("{owner}{}", pascal(wire)));
                    let fields = self.fields(&name, node, depth + 1);
                    let docs = node.str("description").map(plain).unwrap_or_default();
                    let docs = if docs.is_empty() { format!("The field `{wire}`.") } else { docs };
                    Type::Nested(Box::new(Struct { name, docs, fields, extra: false, spelling: None }))
                }
                _ => Type::Json,
            },
            [a, b] if [a.as_str(), b.as_str()].iter().all(|kind| ["integer", "number"].contains(kind)) => Type::Float,
            _ => Type::Json,
        }
    }
}

/// The kinds of values, without null.
fn kinds(node: &Node) -> Vec<String> {
    let kind = node.get("type");
    let mut kinds: Vec<String> = match kind {
        Some(kind) if kind.is_list() => kind.items().iter().filter_map(Node::as_str).map(str::to_owned).collect(),
        Some(kind) => kind.as_str().map(str::to_owned).into_iter().collect(),
        None if node.get("properties").is_some() => vec!["object".to_owned()],
        None => Vec::new(),
    };
    kinds.retain(|kind| kind != "null");
    kinds.dedup();
    kinds
}

/// A field that may be absent.
fn field(name: String, wire: &str, docs: String, ty: Type) -> Field {
    let renamed = name != wire;
    Field { name, wire: wire.to_owned(), renamed, docs, ty, optional: true, made: false, hidden: false, format: None }
}

impl Struct {
    /// Adds a field that the schema lacks.
    pub(super) fn add(&mut self, wire: &str, ty: Type) -> &mut Field {
        let taken: Vec<String> = self.fields.iter().map(|field| field.name.clone()).collect();
        let mut names = Names::new(&taken.iter().map(String::as_str).chain(["extra"]).collect::<Vec<_>>());
        let name = names.take(&identifier(wire));
        self.fields.push(field(name, wire, String::new(), ty));
        let last = self.fields.len() - 1;
        &mut self.fields[last]
    }

    /// The field at a path of keys, and the way to it in Rust, with dots.
    pub(super) fn find(&self, keys: &[&str]) -> Option<(String, &Field)> {
        let (first, rest) = keys.split_first()?;
        let field = self.field(first)?;
        if rest.is_empty() {
            return Some((field.name.clone(), field));
        }
        let Type::Nested(nested) = &field.ty else { return None };
        let (path, inner) = nested.find(rest)?;
        Some((format!("{}.{path}", field.name), inner))
    }

    /// Changes each field on the way to a path, and the one there.
    pub(super) fn along(&mut self, keys: &[&str], change: &mut dyn FnMut(&mut Field, bool)) {
        let Some((first, rest)) = keys.split_first() else { return };
        let Some(field) = self.field_mut(first) else { return };
        change(field, rest.is_empty());
        if let Type::Nested(nested) = &mut field.ty {
            nested.along(rest, change);
        }
    }

    /// Says that the fields on a path of names in Rust are in every row.
    pub(super) fn require(&mut self, names: &[&str]) {
        let Some((first, rest)) = names.split_first() else { return };
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == *first) {
            field.optional = false;
            if let Type::Nested(nested) = &mut field.ty {
                nested.require(rest);
            }
        }
    }

    /// Takes a field away.
    pub(super) fn remove(&mut self, keys: &[&str]) {
        match keys {
            [] => {}
            [only] => self.fields.retain(|field| field.wire != *only),
            [first, rest @ ..] => {
                if let Some(Type::Nested(nested)) = self.field_mut(first).map(|field| &mut field.ty) {
                    nested.remove(rest);
                }
            }
        }
        self.fields.retain(|field| !matches!(&field.ty, Type::Nested(nested) if nested.fields.is_empty()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::load;

    fn row(text: &str) -> Struct {
        let node = load(text).unwrap_or_else(|fault| panic!("{fault:?}"));
        Types { names: &mut Names::default() }.row("Row", Some(&node))
    }

    #[test]
    fn kinds_become_types() {
        let row = row(
            "properties:\n  a: {type: [string, 'null']}\n  b: {type: number}\n  c: {type: [string, integer]}\n  d: {}\n  e: {type: array, items: {type: object, properties: {x: {type: integer}}}}\n  f: {anyOf: [{type: 'null'}, {type: boolean}]}\n",
        );
        let types: Vec<String> = row.fields.iter().map(|field| field.ty.rust()).collect();
        assert_eq!(types, ["String", "f64", "declarest::Json", "declarest::Json", "Vec<RowE>", "bool"]);
    }

    #[test]
    fn names_that_collide_or_are_no_identifiers() {
        let row = row("properties: {itemId: {}, item_id: {}, type: {}, self: {}, '@id': {}, '1st': {}, extra: {}}");
        let names: Vec<&str> = row.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["item_id_2", "item_id", "type", "self_value", "id", "n1st", "extra_2"]);
    }

    #[test]
    fn without_properties_all_keys_are_kept() {
        assert!(row("type: object").extra);
    }
}
