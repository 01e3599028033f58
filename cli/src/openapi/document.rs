//! The file, and what its references name.

use std::rc::Rc;

use crate::yaml::{self, Fault, Node, Value};

/// A chain of references that is longer leads nowhere.
const LONGEST: usize = 30;

pub(super) struct Document {
    pub(super) root: Node,
}

impl Document {
    pub(super) fn load(text: &str) -> Result<Self, Fault> {
        let root = match yaml::load(text) {
            Ok(root) => root,
            // What is no YAML may still be JSON: its escapes of half a letter.
            Err(fault) => match serde_json::from_str(text) {
                Ok(json) => node(&json),
                Err(_) => return Err(fault),
            },
        };
        if let Some(version) = root.get("swagger") {
            let message = "this is Swagger 2.0, and not OpenAPI 3: convert it first";
            return Err(Fault::new(version.line, message));
        }
        let is_known =
            root.get("openapi").is_some_and(|version| version.as_str().is_some_and(|text| text.starts_with("3.")));
        if !is_known {
            let message = "this is no OpenAPI file: it has no `openapi: 3.…`";
            return Err(Fault::new(root.line, message));
        }
        if root.get("paths").is_none_or(|paths| paths.entries().is_empty()) {
            return Err(Fault::new(root.line, "this file has no `paths`"));
        }
        Ok(Self { root })
    }

    /// What a node is, or what it refers to. None for what is in another file, or nowhere.
    pub(super) fn follow<'d>(&'d self, node: &'d Node) -> Option<&'d Node> {
        let mut node = node;
        for _ in 0..LONGEST {
            let Some(name) = node.str("$ref") else { return Some(node) };
            node = self.at(name)?;
        }
        None
    }

    fn at(&self, pointer: &str) -> Option<&Node> {
        let path = pointer.strip_prefix("#/")?;
        path.split('/').try_fold(&self.root, |node, key| {
            let key = key.replace("%7B", "{").replace("%7D", "}").replace("~1", "/").replace("~0", "~");
            match &node.value {
                Value::List(items) => items.get(key.parse::<usize>().ok()?),
                _ => node.get(&key),
            }
        })
    }
}

/// JSON as a node, without lines.
fn node(json: &serde_json::Value) -> Node {
    let value = match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(flag) => Value::Bool(*flag),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => Value::Int(number),
            (None, Some(number)) => Value::Float(number),
            (None, None) => Value::Null,
        },
        serde_json::Value::String(text) => Value::Text(text.as_str().into()),
        serde_json::Value::Array(items) => Value::List(Rc::new(items.iter().map(node).collect())),
        serde_json::Value::Object(entries) => {
            Value::Map(Rc::new(entries.iter().map(|(key, value)| (key.as_str().into(), node(value))).collect()))
        }
    };
    Node { line: 1, value }
}
