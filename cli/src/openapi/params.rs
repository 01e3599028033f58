//! Params of requests.

use super::document::Document;
use super::operation::{Operation, Parameter};
use super::schema::Schema;
use crate::declaration::{Entry, Loss, Names, Value, is_keyword, snake};

/// The params of an operation, as entries of `params`, with what stands elsewhere.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) entries: Vec<Entry>,
    pub(super) headers: Vec<Entry>,
    /// The names of placeholders in the path: in the file, and in Rust.
    pub(super) places: Vec<(String, String)>,
    pub(super) json: Vec<(String, Value)>,
    pub(super) notes: Vec<String>,
}

/// Reads params. `taken`: those that the paginator fills. `resolved`: those of the path that a parent's row fills.
pub(super) fn params(
    document: &Document,
    operation: &Operation<'_>,
    params: &[Parameter<'_>],
    taken: &[&str],
    resolved: &[(String, String)],
    secrets: &[String],
    losses: &mut Vec<Loss>,
) -> Sent {
    let mut sent = Sent::default();
    let names = names(secrets);
    let mut reader = Reader { sent: &mut sent, names, losses };
    for param in params.iter().filter(|param| param.place == "path") {
        reader.path(param, resolved);
    }
    for param in params.iter().filter(|param| !(param.place == "query" && taken.contains(&param.name))) {
        match param.place {
            "query" => reader.query(document, param),
            "header" => reader.header(param),
            "cookie" if param.required => {
                reader.losses.push(Loss::new(param.line, "params", param.name, "a param in a cookie"));
            }
            _ => {}
        }
    }
    if operation.is_post
        && let Some(node) = operation.body(document)
    {
        reader.body(document, &Schema::of(document, node), node.line, taken);
    }
    sent
}

/// Names that no param has: those of the client, of requests, and of words.
fn names(secrets: &[String]) -> Names {
    const WORDS: [&str; 22] = [
        "now",
        "none",
        "todo",
        "secret",
        "incremental",
        "resources",
        "stream",
        "pages",
        "collect",
        "page_size",
        "concurrency",
        "first_page",
        "max_pages",
        "start",
        "since",
        "until",
        "send",
        "new",
        "clone",
        "into_future",
        "collect_with_stats",
        "request",
    ];
    let taken: Vec<&str> = secrets.iter().map(String::as_str).chain(WORDS).collect();
    Names::new(&taken)
}

struct Reader<'r> {
    sent: &'r mut Sent,
    names: Names,
    losses: &'r mut Vec<Loss>,
}

impl Reader<'_> {
    fn name(&mut self, wire: &str) -> String {
        let name = snake(wire);
        let name = if is_keyword(&name) { format!("{name}_value") } else { name };
        self.names.take(&name)
    }

    fn declare(&mut self, name: &str, wire: &str, ty: &str) {
        let typed = if name == wire { name.to_owned() } else { format!("{name} as {wire:?}") };
        self.sent.entries.push(Entry::Typed(typed, ty.to_owned(), None));
    }

    fn path(&mut self, param: &Parameter<'_>, resolved: &[(String, String)]) {
        if let Some((_, place)) = resolved.iter().find(|(name, _)| name == param.name) {
            self.sent.places.push((param.name.to_owned(), place.clone()));
            return;
        }
        let name = self.name(param.name);
        let ty = scalar(&param.schema).unwrap_or("String");
        self.sent.entries.push(Entry::Typed(name.clone(), ty.to_owned(), None));
        self.sent.places.push((param.name.to_owned(), name));
    }

    fn query(&mut self, document: &Document, param: &Parameter<'_>) {
        let Some(ty) = ty(document, param) else {
            let reason = "a param that is an object, or of another style";
            if param.required {
                self.losses.push(Loss::new(param.line, "params", param.name, reason));
            } else {
                self.sent.notes.push(format!("Left out: `{}`, {reason}.", param.name));
            }
            return;
        };
        let name = self.name(param.name);
        let (bare, style) =
            ty.split_once(' ').map_or((ty.as_str(), String::new()), |(ty, style)| (ty, format!(" {style}")));
        let ty = if param.required { ty.clone() } else { format!("Option<{bare}>{style}") };
        self.declare(&name, param.name, &ty);
    }

    /// A header is sent where it must be.
    fn header(&mut self, param: &Parameter<'_>) {
        let is_own = ["accept", "content-type", "authorization", "user-agent", "host"]
            .contains(&param.name.to_ascii_lowercase().as_str());
        if is_own {
            return;
        }
        if !param.required {
            self.sent.notes.push(format!("Left out: the header `{}`, which may be absent.", param.name));
            return;
        }
        let name = self.name(param.name);
        let ty = scalar(&param.schema).unwrap_or("String");
        self.sent.entries.push(Entry::Typed(name.clone(), ty.to_owned(), None));
        self.sent.headers.push(Entry::Keyed(Value::text(param.name), Value::text(format!("{{{name}}}"))));
    }

    /// The plain values of a body: those that must be there are arguments, the others are set.
    fn body(&mut self, document: &Document, schema: &Schema<'_>, line: usize, taken: &[&str]) {
        if schema.kind() != "object" {
            self.losses.push(Loss::new(line, "json", "requestBody", "a body that is no object"));
            return;
        }
        for (key, node) in schema.properties.iter().filter(|(key, _)| !taken.contains(key)) {
            let property = Schema::of(document, node);
            let required = schema.required.contains(key) && node.get("default").is_none();
            let list = property.element(document).and_then(|element| scalar(&element)).map(|ty| format!("Vec<{ty}>"));
            match scalar(&property).map(str::to_owned).or(list) {
                Some(ty) => {
                    let name = self.name(key);
                    let ty = if required { ty } else { format!("Option<{ty}>") };
                    self.sent.entries.push(Entry::Typed(name.clone(), ty, None));
                    self.sent.json.push(((*key).to_owned(), Value::word(name)));
                }
                None if required => {
                    self.losses.push(Loss::new(node.line, "json", *key, "a part of the body that is an object"));
                }
                None => self.sent.notes.push(format!("Left out: `{key}` of the body, which is an object.")),
            }
        }
    }
}

/// The type of a param in Rust, with its style.
fn ty(document: &Document, param: &Parameter<'_>) -> Option<String> {
    if param.schema.kind() != "array" {
        return match scalar(&param.schema) {
            Some(ty) => Some(ty.to_owned()),
            // What may be of several types is sent as text.
            None if param.schema.kind() != "object" && param.schema.properties.is_empty() => Some("String".to_owned()),
            None => None,
        };
    }
    let element = param.schema.element(document).and_then(|element| scalar(&element)).unwrap_or("String");
    let style = if param.explode? { "" } else { " (style = csv)" };
    Some(format!("Vec<{element}>{style}"))
}

fn scalar(schema: &Schema<'_>) -> Option<&'static str> {
    match schema.kind() {
        "string" => Some("String"),
        "integer" => Some("i64"),
        "number" => Some("f64"),
        "boolean" => Some("bool"),
        _ => None,
    }
}
