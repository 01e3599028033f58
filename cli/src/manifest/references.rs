//! `$ref`: what a manifest says once and uses in many places.

use std::collections::HashMap;
use std::rc::Rc;

use crate::yaml::{Fault, Node, Value};

const DEEPEST: usize = 200;
/// References are shared, so that a resolved manifest is not larger than its text; this bounds the work.
const MOST_STEPS: usize = 3_000_000;

/// A manifest without references: each is replaced by what it names, with the keys beside it over that.
pub(super) fn resolve(root: &Node) -> Result<Node, Fault> {
    let mut resolver = Resolver { root, known: HashMap::new(), open: Vec::new(), steps: 0 };
    resolver.node(root, 0)
}

struct Resolver<'r> {
    root: &'r Node,
    known: HashMap<String, Node>,
    /// The references that are being followed.
    open: Vec<String>,
    steps: usize,
}

impl Resolver<'_> {
    fn node(&mut self, node: &Node, depth: usize) -> Result<Node, Fault> {
        self.steps += 1;
        if depth > DEEPEST || self.steps > MOST_STEPS {
            return Err(Fault::new(
                node.line,
                "the manifest is nested too deeply, or its references make too much of it",
            ));
        }
        match &node.value {
            Value::Text(text) if text.starts_with("#/") => self.reference(text, node.line, depth),
            Value::List(items) => {
                let items = items.iter().map(|item| self.node(item, depth + 1)).collect::<Result<_, _>>()?;
                Ok(Node::list(node.line, items))
            }
            Value::Map(entries) => self.map(node, entries, depth),
            _ => Ok(node.clone()),
        }
    }

    fn map(&mut self, node: &Node, entries: &[(Rc<str>, Node)], depth: usize) -> Result<Node, Fault> {
        let base = match node.get("$ref").map(|name| (name, name.as_str())) {
            None => None,
            Some((name, Some(text))) if text.starts_with('#') => Some(self.reference(text, name.line, depth)?),
            Some((name, _)) => {
                return Err(Fault::new(name.line, "a `$ref` is a text that starts with `#/`"));
            }
        };
        let mut all: Vec<(Rc<str>, Node)> = match &base {
            // What is no map stands for the whole.
            Some(base) if !base.is_map() => return Ok(base.clone()),
            Some(base) => base.entries().to_vec(),
            None => Vec::with_capacity(entries.len()),
        };
        for (key, value) in entries.iter().filter(|(key, _)| &**key != "$ref") {
            let value = self.node(value, depth + 1)?;
            match all.iter_mut().find(|(name, _)| name == key) {
                Some(known) => known.1 = value,
                None => all.push((Rc::clone(key), value)),
            }
        }
        Ok(Node::map(node.line, all))
    }

    fn reference(&mut self, text: &str, line: usize, depth: usize) -> Result<Node, Fault> {
        if let Some(known) = self.known.get(text) {
            return Ok(known.clone());
        }
        if self.open.iter().any(|open| open == text) {
            return Err(Fault::new(line, format!("`{text}` refers to itself")));
        }
        self.open.push(text.to_owned());
        let target = self.find(text, line, depth)?;
        let resolved = self.node(&target, depth + 1)?;
        self.open.pop();
        self.known.insert(text.to_owned(), resolved.clone());
        Ok(resolved)
    }

    /// What a reference names: keys between slashes, which may hold slashes themselves.
    fn find(&mut self, text: &str, line: usize, depth: usize) -> Result<Node, Fault> {
        let missing = || Fault::new(line, format!("`{text}` names nothing in this file"));
        let mut node = self.root.clone();
        let mut rest = text.trim_start_matches('#').trim_matches('/');
        while !rest.is_empty() {
            // On the way there may be references.
            if let Some(next) = node.get("$ref").and_then(Node::as_str).map(str::to_owned) {
                node = self.reference_beside(&node, &next, depth)?;
            }
            let found = (0..=rest.matches('/').count()).find_map(|slashes| {
                let end = rest.match_indices('/').nth(slashes).map_or(rest.len(), |(index, _)| index);
                let key = rest.get(..end)?;
                let next = match &node.value {
                    Value::List(items) => items.get(key.parse::<usize>().ok()?)?,
                    _ => node.get(key)?,
                };
                Some((next.clone(), rest.get(end + 1..).unwrap_or_default()))
            });
            (node, rest) = found.ok_or_else(missing)?;
        }
        Ok(node)
    }

    fn reference_beside(&mut self, node: &Node, next: &str, depth: usize) -> Result<Node, Fault> {
        if self.open.iter().any(|open| open == next) {
            return Err(Fault::new(node.line, format!("`{next}` refers to itself")));
        }
        let Value::Map(entries) = &node.value else { return Ok(node.clone()) };
        self.map(node, entries, depth + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::load;

    fn resolved(text: &str) -> Result<Node, Fault> {
        resolve(&load(text)?)
    }

    #[test]
    fn keys_beside_a_reference_win() {
        let text = "definitions:\n  base: {type: A, x: 1, y: 2}\n  more:\n    $ref: '#/definitions/base'\n    y: 3\nuse: {$ref: '#/definitions/more'}\ny: '#/definitions/more/x'\n";
        let node = resolved(text).unwrap_or_else(|fault| panic!("{fault:?}"));
        assert_eq!(node.at(&["use", "x"]).and_then(Node::as_int), Some(1));
        assert_eq!(node.at(&["use", "y"]).and_then(Node::as_int), Some(3));
        assert_eq!(node.get("y").and_then(Node::as_int), Some(1));
    }

    #[test]
    fn what_is_not_there_and_circles_are_faults() {
        let missing = resolved("a: 1\nb:\n  $ref: '#/definitions/none'\n").map_err(|fault| fault.line).err();
        assert_eq!(missing, Some(3));
        for text in
            ["a: {$ref: '#/a'}", "a: {b: {$ref: '#/a'}}", "a: {$ref: '#/b'}\nb: {$ref: '#/a'}", "a: {$ref: '#/a/b'}"]
        {
            let message = resolved(text).map_err(|fault| fault.message).err().unwrap_or_default();
            assert!(message.contains("itself"), "{text}: {message}");
        }
    }
}
