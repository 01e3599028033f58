//! Operations: a path and a method.

use super::document::Document;
use super::schema::Schema;
use crate::yaml::Node;

pub(super) struct Operation<'d> {
    pub(super) path: &'d str,
    pub(super) is_post: bool,
    pub(super) item: &'d Node,
    pub(super) node: &'d Node,
}

/// A param as the file has it.
pub(super) struct Parameter<'d> {
    pub(super) name: &'d str,
    /// `query`, `header`, `path` or `cookie`.
    pub(super) place: &'d str,
    pub(super) required: bool,
    pub(super) line: usize,
    pub(super) schema: Schema<'d>,
    /// Whether several values are sent one by one. None where they are sent in a way of their own.
    pub(super) explode: Option<bool>,
}

impl<'d> Operation<'d> {
    /// The operation at a path: what reads, by GET or else by POST.
    pub(super) fn at(document: &'d Document, path: &'d str, item: &'d Node, method: Option<&str>) -> Option<Self> {
        let item = document.follow(item)?;
        let get = item.get("get").filter(|_| method.is_none_or(|method| method == "GET"));
        let post = item.get("post").filter(|_| method.is_none_or(|method| method == "POST"));
        let is_post = get.is_none();
        Some(Self { path, is_post, item, node: get.or(post)? })
    }

    /// The params of the operation, and those of the path that it does not set itself.
    pub(super) fn params(&self, document: &'d Document) -> Vec<Parameter<'d>> {
        let mut params: Vec<Parameter<'d>> = Vec::new();
        for node in [self.node, self.item] {
            for node in node.get("parameters").map(Node::items).unwrap_or_default() {
                let Some(param) = document.follow(node).and_then(|node| parameter(document, node)) else { continue };
                if !params.iter().any(|known| known.name == param.name && known.place == param.place) {
                    params.push(param);
                }
            }
        }
        params
    }

    /// The schema of a body of the request in JSON.
    pub(super) fn body(&self, document: &'d Document) -> Option<&'d Node> {
        json(document.follow(self.node.get("requestBody")?)?)
    }

    /// The successful response.
    pub(super) fn success(&self, document: &'d Document) -> Option<&'d Node> {
        let responses = self.node.get("responses")?.entries();
        let mut found: Vec<_> =
            responses.iter().filter(|(status, _)| status.starts_with('2') || &**status == "default").collect();
        found.sort_by_key(|(status, _)| status.to_uppercase());
        found.iter().find_map(|(_, node)| document.follow(node).filter(|node| json(node).is_some()))
    }

    /// The schema of the successful response in JSON.
    pub(super) fn response(&self, document: &'d Document) -> Option<&'d Node> {
        self.success(document).and_then(json)
    }
}

fn json(node: &Node) -> Option<&Node> {
    let content = node.get("content")?.entries();
    let is_json = |name: &str| {
        let name = name.split(';').next().unwrap_or_default().trim().to_lowercase();
        name == "application/json" || name.ends_with("+json") || name == "*/*"
    };
    content.iter().find(|(name, _)| is_json(name))?.1.get("schema")
}

fn parameter<'d>(document: &'d Document, node: &'d Node) -> Option<Parameter<'d>> {
    let style = node.str("style");
    let place = node.str("in")?;
    let explode = node.get("explode").and_then(Node::as_bool);
    let explode = match style {
        None | Some("form") => Some(explode.unwrap_or(place == "query")),
        Some("simple") => Some(false),
        Some(_) => None,
    };
    // What is sent as JSON in a text is a text.
    let schema = node.get("schema").map_or_else(Schema::default, |schema| Schema::of(document, schema));
    Some(Parameter {
        name: node.str("name")?,
        place,
        required: node.is_set("required"),
        line: node.line,
        schema,
        explode,
    })
}
