//! Schemas, with their references followed and their parts merged.

use super::document::Document;
use crate::yaml::Node;

const DEEPEST: usize = 20;

/// A schema, as far as it says something of values.
#[derive(Debug, Clone, Default)]
pub(super) struct Schema<'d> {
    /// Kinds of JSON without null, such as `string`.
    pub(super) kinds: Vec<&'d str>,
    pub(super) nullable: bool,
    pub(super) format: Option<&'d str>,
    pub(super) properties: Vec<(&'d str, &'d Node)>,
    pub(super) required: Vec<&'d str>,
    pub(super) items: Option<&'d Node>,
    /// Whether an object has keys that no property names.
    pub(super) open: bool,
    /// Whether one of several schemas fits.
    pub(super) alternatives: bool,
    pub(super) docs: &'d str,
    /// The references that lead here.
    pub(super) names: Vec<&'d str>,
    /// The first node that says something.
    pub(super) node: Option<&'d Node>,
}

impl<'d> Schema<'d> {
    pub(super) fn of(document: &'d Document, node: &'d Node) -> Self {
        let mut schema = Self::default();
        schema.take(document, node, 0);
        schema
    }

    fn take(&mut self, document: &'d Document, node: &'d Node, depth: usize) {
        if let Some(name) = node.str("$ref") {
            self.names.push(name);
        }
        let own_docs = node.str("description").unwrap_or_default();
        if self.docs.is_empty() {
            self.docs = own_docs;
        }
        let Some(node) = document.follow(node).filter(|_| depth < DEEPEST) else {
            self.alternatives = true;
            return;
        };
        self.node.get_or_insert(node);
        let kinds = node.get("type");
        let kinds: Vec<&str> = match kinds.map(|kinds| (kinds.as_str(), kinds.items())) {
            Some((Some(kind), _)) => vec![kind],
            Some((None, kinds)) => kinds.iter().filter_map(Node::as_str).collect(),
            None => Vec::new(),
        };
        self.nullable |= node.is_set("nullable") || kinds.contains(&"null");
        for kind in kinds.into_iter().filter(|kind| *kind != "null") {
            if !self.kinds.contains(&kind) {
                self.kinds.push(kind);
            }
        }
        self.format = self.format.or(node.str("format"));
        self.items = self.items.or(node.get("items"));
        self.open |= node.get("additionalProperties").is_some_and(|more| more.is_map() || more.as_bool() == Some(true));
        if self.docs.is_empty() {
            self.docs = node.str("description").unwrap_or_default();
        }
        for (key, property) in node.get("properties").map(Node::entries).unwrap_or_default() {
            match self.properties.iter_mut().find(|(known, _)| **known == **key) {
                Some((_, known)) => *known = property,
                None => self.properties.push((key, property)),
            }
        }
        self.required.extend(node.get("required").map(Node::items).unwrap_or_default().iter().filter_map(Node::as_str));
        for part in node.get("allOf").map(Node::items).unwrap_or_default() {
            self.take(document, part, depth + 1);
        }
        for name in ["oneOf", "anyOf"] {
            let all = node.get(name).map(Node::items).unwrap_or_default();
            let is_null = |node: &&Node| node.str("type") == Some("null");
            self.nullable |= all.iter().any(|node| is_null(&node));
            let others: Vec<&Node> = all.iter().filter(|node| !is_null(node)).collect();
            match others.as_slice() {
                [] => {}
                [only] => self.take(document, only, depth + 1),
                _ => self.alternatives = true,
            }
        }
        if self.kinds.is_empty() && !self.properties.is_empty() {
            self.kinds.push("object");
        }
        if self.kinds.is_empty() && self.items.is_some() {
            self.kinds.push("array");
        }
    }

    /// The one kind that values have.
    pub(super) fn kind(&self) -> &'d str {
        match (self.alternatives, self.kinds.as_slice()) {
            (false, [only]) => only,
            _ => "",
        }
    }

    /// The schema of an element.
    pub(super) fn element(&self, document: &'d Document) -> Option<Schema<'d>> {
        self.items.filter(|_| self.kind() == "array").map(|items| Schema::of(document, items))
    }

    /// A number that the schema says, such as its `maximum`.
    pub(super) fn number(&self, key: &str) -> Option<i64> {
        self.node?.get(key)?.as_int()
    }
}
