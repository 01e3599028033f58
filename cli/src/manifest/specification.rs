//! What a manifest's specification says of its configuration.

use crate::declaration::Value;
use crate::jinja::Step;
use crate::yaml::{self, Node, flat};

/// The specification, if there is one.
pub(super) struct Specification(Option<Node>);

/// What it says of a place.
pub(super) struct Place {
    pub(super) ty: String,
    pub(super) required: bool,
    pub(super) secret: bool,
    pub(super) default: Option<Value>,
    pub(super) docs: String,
}

impl Specification {
    pub(super) fn new(root: &Node) -> Self {
        let spec = root.get("spec");
        let inner =
            spec.and_then(|spec| spec.get("connection_specification").or_else(|| spec.get("connectionSpecification")));
        Self(inner.cloned())
    }

    /// Whether it has a place. Where there is none at all, anything may be there.
    pub(super) fn has(&self, steps: &[Step]) -> bool {
        self.0.is_none() || self.property(&keys(steps)).is_some()
    }

    /// Whether it has a place, and does not call it a secret.
    pub(super) fn is_shown(&self, steps: &[Step]) -> bool {
        self.place(&keys(steps)).is_some_and(|place| !place.secret)
    }

    /// What the specification proposes for a place.
    pub(super) fn proposal(&self, steps: &[Step]) -> Option<serde_json::Value> {
        self.property(&keys(steps))?.get("default").map(Node::json)
    }

    /// Whether a time is written as a date only.
    pub(super) fn is_date(&self, steps: &[Step]) -> Option<bool> {
        let node = self.property(&keys(steps))?;
        if let Some(pattern) = node.str("pattern") {
            return Some(!pattern.contains('T') && !pattern.contains(':'));
        }
        match node.str("format") {
            Some("date") => Some(true),
            Some("date-time") => Some(false),
            _ => None,
        }
    }

    fn property(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self.0.as_ref()?, |node, key| find(node, key))
    }

    pub(super) fn place(&self, keys: &[&str]) -> Option<Place> {
        let mut node = self.0.as_ref()?;
        let mut required = true;
        for key in keys {
            required &= is_required(node, key);
            node = find(node, key)?;
        }
        let kind = node.get("type").map(|kind| match kind.items() {
            [] => kind.as_str().unwrap_or_default().to_owned(),
            kinds => kinds.iter().filter_map(Node::as_str).find(|kind| *kind != "null").unwrap_or_default().to_owned(),
        });
        let ty = match kind.as_deref() {
            Some("integer") => "i64",
            Some("boolean") => "bool",
            // Numbers of accounts and of days, unless a fraction is proposed.
            Some("number") => match node.get("default").map(|default| &default.value) {
                Some(yaml::Value::Float(_)) => "f64",
                _ => "i64",
            },
            Some("array") => match node.at(&["items", "type"]).and_then(Node::as_str) {
                Some("integer") => "Vec<i64>",
                _ => "Vec<String>",
            },
            _ => "String",
        };
        let secret = node.is_set("airbyte_secret");
        let default = node.get("default").filter(|_| !secret).and_then(|default| constant(default, ty));
        let docs = node.str("description").or_else(|| node.str("title")).map(plain).unwrap_or_default();
        Some(Place { ty: ty.to_owned(), required, secret, default, docs })
    }
}

fn keys(steps: &[Step]) -> Vec<&str> {
    steps.iter().filter_map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None }).collect()
}

/// The description of a key, in one of the alternatives where there are some.
fn find<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let own = node.get("properties").and_then(|properties| properties.get(key));
    own.or_else(|| {
        let alternatives = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|name| node.get(name));
        let mut found = alternatives.flat_map(Node::items).filter_map(|node| find(node, key));
        let first = found.next()?;
        // One that says that it is a secret wins.
        Some(if first.is_set("airbyte_secret") {
            first
        } else {
            found.find(|node| node.is_set("airbyte_secret")).unwrap_or(first)
        })
    })
}

fn is_required(node: &Node, key: &str) -> bool {
    let lists = |node: &Node| {
        node.get("required").is_some_and(|names| names.items().iter().any(|name| name.as_str() == Some(key)))
    };
    if node.get("properties").and_then(|properties| properties.get(key)).is_some() {
        return lists(node);
    }
    let alternatives: Vec<&Node> =
        ["oneOf", "anyOf"].into_iter().filter_map(|name| node.get(name)).flat_map(Node::items).collect();
    !alternatives.is_empty() && alternatives.iter().all(|node| lists(node))
}

fn constant(node: &Node, ty: &str) -> Option<Value> {
    match (&node.value, ty) {
        (yaml::Value::Text(text), "String") => Some(Value::text(&**text)),
        (yaml::Value::Int(number), "i64") => Some(Value::word(number)),
        (yaml::Value::Int(number), "String") => Some(Value::text(number.to_string())),
        (yaml::Value::Bool(flag), "bool") => Some(Value::word(flag)),
        (yaml::Value::Float(number), "f64") => Some(Value::word(format!("{number:?}"))),
        (yaml::Value::Int(number), "f64") => Some(Value::word(format!("{number}.0"))),
        (yaml::Value::List(items), "Vec<String>") => {
            let items: Option<Vec<Value>> = items.iter().map(|item| item.as_str().map(Value::text)).collect();
            items.filter(|items| !items.is_empty()).map(Value::List)
        }
        _ => None,
    }
}

/// A description without its markup.
pub(super) fn plain(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        match after.split_once('>') {
            Some((tag, after)) if !tag.contains('<') && tag.len() < 300 => rest = after,
            _ => {
                out.push('<');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    flat(&out)
}
