//! The resources that were asked for.

use super::credentials::Credentials;
use super::document::Document;
use super::operation::Operation;
use super::paging::{Place, paginator};
use super::params::params;
use super::rows::{self, Found, Types, docs, selector};
use super::schema::Schema;
use super::servers;
use crate::declaration::{
    Loss, METHODS, Names, Resource, Source, Struct, TYPES, Type, Value, finish, is_keyword, option, pascal, set,
    singular, snake,
};
use crate::yaml::{Fault, Node};

/// Reads the resources at some paths of a file: `/issues`, or `POST /search`. `name` names the module where the file has
/// no better name for it.
pub(crate) fn read(text: &str, name: &str, wanted: &[String]) -> Result<Source, Fault> {
    let document = Document::load(text)?;
    let operations = operations(&document, wanted)?;
    let title = document.root.at(&["info", "title"]).and_then(Node::as_str).unwrap_or(name);
    let name = snake(if ["openapi", "swagger", "api", "spec"].contains(&name) { title } else { name });
    let name = if is_keyword(&name) || ["self", "super", "crate"].contains(&name.as_str()) {
        format!("{name}_api")
    } else {
        name
    };
    let mut source = Source { name, ..Source::default() };
    let about = docs(document.root.at(&["info", "description"]).and_then(Node::as_str).unwrap_or_default());
    source.docs = if about.is_empty() { format!("{}.", title.trim_end_matches('.')) } else { about };
    let server_params = servers::base(&document, &mut source.options, &mut source.notes, &mut source.losses);
    source.params = server_params;

    let mut credentials = Credentials::new(&document);
    let mut auth = Vec::new();
    let root = document.root.get("security");
    if let Some(root) = root.and_then(|root| credentials.of(root, &mut source.losses)) {
        source.options.push(("auth".to_owned(), root));
    }
    let schemes = document.root.at(&["components", "securitySchemes"]);
    let is_silent = root.is_none() && operations.iter().all(|operation| operation.node.get("security").is_none());
    if let Some(schemes) = schemes.filter(|schemes| is_silent && !schemes.entries().is_empty()) {
        let names: Vec<&str> = schemes.entries().iter().map(|(name, _)| &**name).collect();
        source.losses.push(Loss::new(schemes.line, "auth", names.join(", "), "credentials that no operation names"));
    }
    for operation in &operations {
        let mut losses = Vec::new();
        let own = operation.node.get("security").map(|own| credentials.of(own, &mut losses));
        auth.push((own, losses));
    }

    let mut builder = Builder {
        document: &document,
        names: Names::new(&METHODS),
        types: Types { document: &document, names: Names::new(&TYPES), known: Vec::new() },
        secrets: credentials
            .secrets
            .iter()
            .cloned()
            .chain(source.params.iter().map(|param| param.name.clone()))
            .collect(),
        made: Vec::new(),
    };
    let names: Vec<String> = operations.iter().map(|operation| builder.name(operation.path)).collect();
    // Rows have the first choice of names.
    let rows: Vec<String> = names.iter().map(|name| builder.types.names.take(&pascal(&singular(name)))).collect();
    for ((operation, name), row) in operations.iter().zip(&names).zip(&rows) {
        builder.resource(operation, name, row);
    }
    source.resources = builder.made.into_iter().map(|made| made.resource).collect();
    let shared = option(&source.options, "auth").cloned();
    for (resource, (own, losses)) in source.resources.iter_mut().zip(auth) {
        resource.losses.extend(losses);
        match own {
            Some(own) if own != shared => {
                set(&mut resource.options, "auth", own.unwrap_or_else(|| Value::word("none")));
            }
            _ => {}
        }
    }
    finish(&mut source, credentials.secrets);
    // A type that several rows have is written once.
    let mut written: Vec<String> = Vec::new();
    for resource in &mut source.resources {
        resource.structs.retain(|row| !written.contains(&row.name));
        written.extend(resource.structs.iter().map(|row| row.name.clone()));
    }
    Ok(source)
}

/// The operations at the paths; what is not there is an error with what is.
fn operations<'d>(document: &'d Document, wanted: &[String]) -> Result<Vec<Operation<'d>>, Fault> {
    let Some(paths) = document.root.get("paths") else { return Err(Fault::new(1, "this file has no `paths`")) };
    let readable: Vec<&str> = paths
        .entries()
        .iter()
        .filter(|(path, item)| Operation::at(document, path, item, None).is_some())
        .map(|(path, _)| &**path)
        .collect();
    if wanted.is_empty() {
        let message = format!("write the paths of the resources: `--resource /path`\n{}", listed(&readable));
        return Err(Fault::new(paths.line, message));
    }
    let mut found: Vec<Operation<'_>> = Vec::new();
    for wanted in wanted {
        let (method, path) = match wanted.split_once(' ') {
            Some((method, path)) => (Some(method.to_uppercase()), path.trim()),
            None => (None, wanted.as_str()),
        };
        let is_same = |known: &str| shape(known) == shape(path);
        let entry = paths.entries().iter().find(|(known, _)| **known == *path);
        let entry = entry.or_else(|| paths.entries().iter().find(|(known, _)| is_same(known)));
        let Some((known, item)) = entry else {
            let near = near(path, &readable).map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
            let message = format!("there is no path `{path}`{near}\n{}", listed(&readable));
            return Err(Fault::new(paths.line, message));
        };
        let operation = Operation::at(document, known, item, method.as_deref()).ok_or_else(|| {
            let what = method.as_deref().unwrap_or("GET and no POST");
            Fault::new(item.line, format!("`{known}` has no {what}: nothing reads there"))
        })?;
        if found.iter().any(|other| other.path == operation.path && other.is_post == operation.is_post) {
            return Err(Fault::new(item.line, format!("`{known}` is asked for twice")));
        }
        found.push(operation);
    }
    Ok(found)
}

/// A path whatever its params are called.
fn shape(path: &str) -> String {
    let parts = path.trim_matches('/').split('/');
    parts
        .map(|part| if part.starts_with('{') && part.ends_with('}') { "{}" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

fn listed(paths: &[&str]) -> String {
    const MOST: usize = 60;
    let mut out = "the file has:".to_owned();
    for path in paths.iter().take(MOST) {
        out.push_str(&format!("\n  {path}"));
    }
    if paths.len() > MOST {
        out.push_str(&format!("\n  and {} more", paths.len() - MOST));
    }
    out
}

/// The path that is most like another one.
fn near<'p>(path: &str, all: &[&'p str]) -> Option<&'p str> {
    let best = all.iter().min_by_key(|known| distance(path, known))?;
    (distance(path, best) <= path.chars().count().max(4) / 3).then_some(*best)
}

/// How many letters must change.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut before = std::mem::replace(&mut row[0], index + 1);
        for (at, known) in other.iter().enumerate() {
            let change = before + usize::from(letter != *known);
            before = row[at + 1];
            row[at + 1] = change.min(row[at] + 1).min(before + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

struct Builder<'d> {
    document: &'d Document,
    names: Names,
    types: Types<'d>,
    /// Names that params cannot have.
    secrets: Vec<String>,
    made: Vec<Made>,
}

/// A resource, and what its children can be read for.
struct Made {
    resource: Resource,
    path: String,
    key: Option<String>,
}

impl<'d> Builder<'d> {
    /// A resource is named by the last part of its path that is no param and no verb.
    fn name(&mut self, path: &str) -> String {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && !part.starts_with('{')).collect();
        let verbs = ["filter", "search", "list", "query", "paginate", "all", "find"];
        let last = parts.iter().rev().find(|part| !verbs.contains(part)).or(parts.last());
        let last = last.map_or("rows", |part| part.split('.').next().unwrap_or(part));
        let name = snake(last);
        let name = if is_keyword(&name) || ["self", "super", "crate"].contains(&name.as_str()) {
            format!("{name}_rows")
        } else {
            name
        };
        let name = self.names.take(&name);
        self.types.names.take(&format!("{}Request", pascal(&name)));
        name
    }

    fn resource(&mut self, operation: &Operation<'d>, name: &str, kind: &str) {
        let document = self.document;
        let mut resource = Resource {
            name: name.to_owned(),
            original: operation.path.to_owned(),
            listed: true,
            ..Resource::default()
        };
        let text = operation.node.str("summary").or(operation.node.str("description")).unwrap_or_default();
        resource.docs = docs(text);
        let response = operation.response(document);
        let is_one = operation.path.ends_with('}');
        let found = response.map(|response| rows::find(document, response, is_one));
        let (row, at) = self.rows(found, kind, operation, &mut resource);

        let all = operation.params(document);
        let body = operation.body(document).filter(|_| operation.is_post).map(|node| Schema::of(document, node));
        let mut body_places: Vec<(&str, usize, Schema<'_>)> = Vec::new();
        for (key, node) in body.iter().flat_map(|body| &body.properties) {
            body_places.push((key, node.line, Schema::of(document, node)));
        }
        let queries = all.iter().filter(|param| param.place == "query");
        let mut places: Vec<Place<'_, '_>> = queries
            .map(|param| Place { name: param.name, in_body: false, line: param.line, schema: &param.schema })
            .collect();
        places.extend(body_places.iter().map(|(name, line, schema)| Place {
            name,
            in_body: true,
            line: *line,
            schema,
        }));
        let has_link = operation
            .success(document)
            .and_then(|success| success.get("headers"))
            .is_some_and(|headers| headers.entries().iter().any(|(name, _)| name.eq_ignore_ascii_case("link")));
        let page = response.map(|response| Schema::of(document, response));
        let (paging, taken) = if is_one {
            (Some(Value::word("single_page")), Vec::new())
        } else {
            let at = at.clone().unwrap_or_default();
            paginator(document, &places, page.as_ref(), &at, has_link, &mut resource.losses)
        };

        let parent = self.parent(operation);
        let resolved: Vec<(String, String)> = parent.into_iter().collect();
        let sent = params(document, operation, &all, &taken, &resolved, &self.secrets, &mut resource.losses);
        let mut path = operation.path.to_owned();
        for (name, place) in &sent.places {
            path = path.replace(&format!("{{{name}}}"), &format!("{{{place}}}"));
        }
        resource.parents =
            resolved.iter().filter_map(|(_, place)| place.split('.').nth(1)).map(str::to_owned).collect();
        resource.options.push(("path".to_owned(), Value::text(path)));
        if operation.is_post {
            resource.options.push(("method".to_owned(), Value::word("POST")));
        }
        if !sent.headers.is_empty() {
            resource.options.push(("headers".to_owned(), Value::Group(sent.headers)));
        }
        if !sent.entries.is_empty() {
            resource.options.push(("params".to_owned(), Value::Group(sent.entries)));
        }
        if !sent.json.is_empty() {
            resource.options.push(("json".to_owned(), Value::Object(sent.json)));
        }
        resource.notes.extend(sent.notes);
        match at {
            Some(at) if !at.is_empty() => {
                resource.options.push(("data_selector".to_owned(), Value::text(selector(&at))));
            }
            None if is_one && resource.losses.iter().all(|loss| loss.option != "data_selector") => {
                resource.options.push(("data_selector".to_owned(), Value::text("$")));
            }
            _ => {}
        }
        resource.options.extend(paging.map(|paging| ("paginator".to_owned(), paging)));
        let mut row = row;
        let key = self.key(operation, &mut row);
        if let Some(key) = &key {
            resource.options.push(("primary_key".to_owned(), Value::word(key)));
        }
        resource.structs = vec![row];
        self.made.push(Made { resource, path: operation.path.to_owned(), key });
    }

    /// The row, and where it is: a path of keys, or none where the body is the row itself.
    fn rows(
        &mut self,
        found: Option<Found<'d>>,
        kind: &str,
        operation: &Operation<'d>,
        resource: &mut Resource,
    ) -> (Struct, Option<Vec<String>>) {
        let document = self.document;
        let types = &mut self.types;
        let none = Schema::default();
        let line = operation.response(document).map_or(operation.node.line, |node| node.line);
        match found {
            Some(Found::List(path, schema)) => {
                let row = types.row(kind, &schema);
                if schema.alternatives {
                    resource.notes.push("Rows are of several kinds: what they do not share is in `extra`.".to_owned());
                }
                (row, Some(path))
            }
            Some(Found::One(schema)) => (types.row(kind, &schema), None),
            Some(Found::Open(paths)) => {
                let (original, reason) = if paths.is_empty() {
                    ("200".to_owned(), "a response in which no list of rows is described")
                } else {
                    (paths.join(", "), "several lists that may be the rows")
                };
                resource.losses.push(Loss::new(line, "data_selector", original, reason));
                (types.row(kind, &none), None)
            }
            None => {
                resource.losses.push(Loss::new(
                    line,
                    "data_selector",
                    "responses",
                    "a response without a schema of JSON",
                ));
                (types.row(kind, &none), None)
            }
        }
    }

    /// The key, where it is certain: another path names one row by it.
    fn key(&self, operation: &Operation<'d>, row: &mut Struct) -> Option<String> {
        let document = self.document;
        let paths = document.root.get("paths")?;
        let own = shape(operation.path);
        let found = paths.entries().iter().find_map(|(path, item)| {
            let (above, last) = path.trim_end_matches('/').rsplit_once('/')?;
            let name = last.strip_prefix('{')?.strip_suffix('}')?;
            let is_below = shape(above) == own;
            let one = Operation::at(document, path, item, Some("GET")).filter(|_| is_below)?;
            let body = Schema::of(document, one.response(document)?);
            // The row by itself, or within one key.
            let wrapped = body.properties.iter().map(|(_, node)| Schema::of(document, node));
            let candidates: Vec<Schema<'_>> = std::iter::once(body.clone()).chain(wrapped).collect();
            let wanted: Vec<String> = [name.to_owned(), "id".to_owned()].to_vec();
            candidates.iter().find_map(|schema| {
                let is_same = row
                    .fields
                    .iter()
                    .filter(|field| schema.properties.iter().any(|(key, _)| **key == field.wire))
                    .count();
                let is_row = is_same * 2 >= row.fields.len() && is_same > 0;
                let named = wanted.iter().find(|wanted| {
                    let plain = super::paging::plain(wanted);
                    row.fields.iter().any(|field| super::paging::plain(&field.wire) == plain)
                });
                named.filter(|_| is_row).cloned()
            })
        })?;
        let plain = super::paging::plain(&found);
        let field = row.fields.iter_mut().find(|field| super::paging::plain(&field.wire) == plain)?;
        let is_kind = matches!(field.ty, Type::Text | Type::Int);
        // What may be absent identifies nothing.
        let is_there = !field.optional || self.has_no_required(operation);
        if !(is_kind && is_there) {
            return None;
        }
        field.optional = false;
        Some(field.name.clone())
    }

    /// Whether the file's schema of the row does not say at all which fields are there.
    fn has_no_required(&self, operation: &Operation<'d>) -> bool {
        let response = operation.response(self.document);
        match response.map(|response| rows::find(self.document, response, false)) {
            Some(Found::List(_, schema)) => schema.required.is_empty() && !schema.nullable,
            _ => false,
        }
    }

    /// The param of a path that a row of another resource fills, and the place in it.
    fn parent(&self, operation: &Operation<'d>) -> Option<(String, String)> {
        let parts: Vec<&str> = operation.path.split('/').collect();
        let index = parts.iter().rposition(|part| part.starts_with('{') && part.ends_with('}'))?;
        // One row of the parent itself is no child.
        if index + 1 >= parts.len() || parts.iter().filter(|part| part.starts_with('{')).count() != 1 {
            return None;
        }
        let above = parts.get(..index)?.join("/");
        let parent = self.made.iter().find(|made| shape(&made.path) == shape(&above))?;
        let key = parent.key.as_ref()?;
        let name = parts.get(index)?.trim_matches(['{', '}']).to_owned();
        Some((name, format!("resources.{}.{key}", parent.resource.name)))
    }
}
