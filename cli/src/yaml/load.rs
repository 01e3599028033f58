//! From the text to the tree.

use std::collections::HashMap;
use std::rc::Rc;

use granit_parser::{Event, Parser, ScalarStyle, Span};

use super::scalar::plain;
use super::{Node, Value};

/// More than any manifest has: what is beyond was made to fill the memory.
const MOST_NODES: usize = 4_000_000;
const DEEPEST: usize = 200;

/// What is wrong with a text, and on which line.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) line: usize,
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

/// Reads the first document of a text.
pub(crate) fn load(text: &str) -> Result<Node, Fault> {
    let mut loader = Loader { anchors: HashMap::new(), stack: Vec::new(), nodes: 0, root: None };
    for event in Parser::new_from_str(text) {
        let (event, span) =
            event.map_err(|error| Fault::new(error.marker().line(), format!("this is no YAML: {}", error.info())))?;
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        loader.take(event, span)?;
    }
    loader.root.ok_or_else(|| Fault::new(1, "the file is empty"))
}

struct Loader {
    anchors: HashMap<usize, Node>,
    stack: Vec<Open>,
    nodes: usize,
    root: Option<Node>,
}

/// A list or a map whose end has not come yet.
struct Open {
    line: usize,
    anchor: usize,
    body: Body,
}

enum Body {
    List(Vec<Node>),
    Map(Vec<(Rc<str>, Node)>, Option<Node>),
}

impl Loader {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Fault> {
        let line = span.start.line();
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = style != ScalarStyle::Plain || tag.is_some();
                let value = if is_text { Value::Text(text.as_ref().into()) } else { plain(&text) };
                self.put(Node { line, value }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => self.open(line, anchor, Body::List(Vec::new())),
            Event::MappingStart(_, anchor, _) => self.open(line, anchor, Body::Map(Vec::new(), None)),
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor).cloned() else {
                    return Err(Fault::new(line, "this alias is inside of what it stands for"));
                };
                self.put(node, 0)
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, line: usize, anchor: usize, body: Body) -> Result<(), Fault> {
        if self.stack.len() >= DEEPEST {
            return Err(Fault::new(line, format!("values are nested more than {DEEPEST} levels deep")));
        }
        self.stack.push(Open { line, anchor, body });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Fault> {
        let Some(Open { line, anchor, body }) = self.stack.pop() else { return Ok(()) };
        let value = match body {
            Body::List(items) => Value::List(Rc::new(items)),
            Body::Map(entries, _) => Value::Map(Rc::new(merged(entries))),
        };
        self.put(Node { line, value }, anchor)
    }

    fn put(&mut self, node: Node, anchor: usize) -> Result<(), Fault> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return Err(Fault::new(node.line, "the file has too many values"));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.stack.last_mut().map(|open| &mut open.body) {
            None => self.root = Some(node),
            Some(Body::List(items)) => items.push(node),
            Some(Body::Map(entries, key)) => match key.take() {
                None => *key = Some(node),
                Some(name) => {
                    let name: Rc<str> = match &name.value {
                        Value::Text(text) => Rc::clone(text),
                        Value::List(_) | Value::Map(_) => {
                            return Err(Fault::new(name.line, "a key is a text here, not a list or a map"));
                        }
                        Value::Null => "null".into(),
                        _ => name.json().to_string().into(),
                    };
                    entries.push((name, node));
                }
            },
        }
        Ok(())
    }
}

/// Puts in what `<<` names: keys that are written win.
fn merged(entries: Vec<(Rc<str>, Node)>) -> Vec<(Rc<str>, Node)> {
    if !entries.iter().any(|(key, _)| &**key == "<<") {
        return entries;
    }
    let mut all: Vec<(Rc<str>, Node)> = Vec::new();
    for (_, node) in entries.iter().filter(|(key, _)| &**key == "<<") {
        let maps = if node.is_list() { node.items() } else { std::slice::from_ref(node) };
        for (key, value) in maps.iter().flat_map(Node::entries) {
            if !all.iter().any(|(name, _)| name == key) {
                all.push((Rc::clone(key), value.clone()));
            }
        }
    }
    for (key, value) in entries.into_iter().filter(|(key, _)| &**key != "<<") {
        match all.iter_mut().find(|(name, _)| *name == key) {
            Some(known) => known.1 = value,
            None => all.push((key, value)),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_lines() {
        let node = load("a: 1\nb:\n  - x: 'no'\n  - &two 2\n  - *two\n").unwrap_or_else(|fault| panic!("{fault:?}"));
        let b = node.get("b").map(Node::items).unwrap_or_default();
        assert_eq!(b.first().map(|item| item.line), Some(3));
        assert_eq!(b.first().and_then(|item| item.str("x")), Some("no"));
        assert_eq!(b.last().and_then(Node::as_int), Some(2));
    }

    #[test]
    fn merge_keys_give_way() {
        let node = load("base: &b {x: 1, y: 2}\nall: {<<: *b, y: 3}\n").unwrap_or_else(|fault| panic!("{fault:?}"));
        assert_eq!(node.at(&["all", "x"]).and_then(Node::as_int), Some(1));
        assert_eq!(node.at(&["all", "y"]).and_then(Node::as_int), Some(3));
    }

    #[test]
    fn faults_name_the_line() {
        assert_eq!(load("a: 1\nb: [1, 2\n").map_err(|fault| fault.line).err(), Some(2));
        assert!(load("").is_err());
        assert!(load("a: &x [*x]").is_err());
        assert!(load(&"[".repeat(1000)).is_err());
    }
}
