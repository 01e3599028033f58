//! YAML as a tree whose nodes know their lines.

mod load;
mod scalar;

use std::rc::Rc;

pub(crate) use load::{Fault, load};

/// A value and the line that it starts on, counted from 1.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) line: usize,
    pub(crate) value: Value,
}

/// What a node is. Children are shared: a copy of a node copies none of them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Rc<str>),
    List(Rc<Vec<Node>>),
    Map(Rc<Vec<(Rc<str>, Node)>>),
}

impl Node {
    pub(crate) fn text(line: usize, text: &str) -> Self {
        Self { line, value: Value::Text(text.into()) }
    }

    pub(crate) fn map(line: usize, entries: Vec<(Rc<str>, Node)>) -> Self {
        Self { line, value: Value::Map(Rc::new(entries)) }
    }

    pub(crate) fn list(line: usize, items: Vec<Node>) -> Self {
        Self { line, value: Value::List(Rc::new(items)) }
    }

    /// The value of a key, unless it is null.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries()
            .iter()
            .rev()
            .find(|(name, _)| &**name == key)
            .map(|(_, node)| node)
            .filter(|node| !node.is_null())
    }

    /// A value further in.
    pub(crate) fn at<'n>(&'n self, path: &[&str]) -> Option<&'n Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The text of a key.
    pub(crate) fn str(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    /// The type of a component, or nothing.
    pub(crate) fn kind(&self) -> &str {
        self.str("type").unwrap_or_default()
    }

    pub(crate) fn entries(&self) -> &[(Rc<str>, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(crate) fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_int(&self) -> Option<i64> {
        match &self.value {
            Value::Int(number) => Some(*number),
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// Whether a key is set to true.
    pub(crate) fn is_set(&self, key: &str) -> bool {
        self.get(key).and_then(Node::as_bool) == Some(true)
    }

    pub(crate) fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    pub(crate) fn is_map(&self) -> bool {
        matches!(self.value, Value::Map(_))
    }

    pub(crate) fn is_list(&self) -> bool {
        matches!(self.value, Value::List(_))
    }

    /// Whether there is nothing in it, as Python sees it.
    pub(crate) fn is_empty(&self) -> bool {
        match &self.value {
            Value::Null | Value::Bool(false) | Value::Int(0) => true,
            Value::Text(text) => text.is_empty(),
            Value::List(items) => items.is_empty(),
            Value::Map(entries) => entries.is_empty(),
            _ => false,
        }
    }

    /// The value as JSON, without its lines.
    pub(crate) fn json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(flag) => (*flag).into(),
            Value::Int(number) => (*number).into(),
            Value::Float(number) => (*number).into(),
            Value::Text(text) => text.to_string().into(),
            Value::List(items) => items.iter().map(Node::json).collect(),
            Value::Map(entries) => entries.iter().map(|(key, node)| (key.to_string(), node.json())).collect(),
        }
    }

    /// The value as one line that a reader recognises.
    pub(crate) fn short(&self) -> String {
        match &self.value {
            Value::Text(text) => one_line(text),
            _ => one_line(&self.json().to_string()),
        }
    }
}

/// A text on one line.
pub(crate) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text on one line, cut where it is long.
pub(crate) fn one_line(text: &str) -> String {
    const LONGEST: usize = 200;
    let line = flat(text);
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
