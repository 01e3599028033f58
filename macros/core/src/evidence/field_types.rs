//! What the fields of a declaration expect, against what is known of rows: a walk over both, which remembers of each
//! field what refutes it.

use std::collections::{HashMap, HashSet};

use super::case;
use super::facts::{DataNode, ListItems, NodeFacts, NodeKind, ObjectFacts};
use crate::json::JsonValue;
use crate::shape::{ExpectedType, Member, NestedType, TypeMap};

/// What refutes a field.
pub(super) enum Mismatch<'v> {
    Absent,
    /// The key is none of these, and the schema has no others.
    Unknown(Vec<&'v str>),
    Null,
    Misfit(Found),
    /// Names that an enum does not list, and the enum.
    Unlisted(Found, Vec<&'v str>, String),
}

/// What a row has at a place.
pub(super) struct Found {
    pub(super) path: String,
    pub(super) shown: String,
    /// What to say of a value that must not be shown.
    pub(super) hidden: Option<&'static str>,
}

impl Found {
    /// As messages say it. The value of a secret is not shown.
    pub(super) fn written(&self, is_secret: bool) -> String {
        let shown = self.hidden.filter(|_| is_secret).unwrap_or(&self.shown);
        if self.path.is_empty() { shown.to_owned() } else { format!("{shown} at `{}`", self.path) }
    }
}

/// What is known of a field.
pub(super) struct FieldFacts<'v, N> {
    pub(super) nodes: Vec<N>,
    /// The first mismatch, and the number of its row.
    pub(super) mismatch: Option<(Mismatch<'v>, usize)>,
    /// How many more rows have one.
    pub(super) more: usize,
    last: usize,
    /// All names that an enum does not list.
    pub(super) unlisted: Vec<&'v str>,
}

/// What is known of a struct.
pub(super) struct StructFacts<'v, N> {
    pub(super) fields: Vec<FieldFacts<'v, N>>,
    /// The keys of all its objects in a sample.
    pub(super) keys: Vec<&'v str>,
}

/// A walk over rows.
pub(super) struct Walk<'p, 'v, N> {
    types: &'p TypeMap,
    /// By the struct's name; the row's own is empty.
    pub(super) structs: HashMap<String, StructFacts<'v, N>>,
    /// The structs and schemas that have been compared, or are being.
    seen: HashSet<(String, *const JsonValue)>,
    /// The number of the row.
    row: usize,
}

/// More keys than that are not listed.
const MOST_KEYS: usize = 500;

impl<'p, 'v, N: DataNode<'v>> Walk<'p, 'v, N> {
    pub(super) fn new(types: &'p TypeMap) -> Self {
        Self { types, structs: HashMap::new(), seen: HashSet::new(), row: 0 }
    }

    /// Walks over a row that is an object.
    pub(super) fn row(&mut self, members: &[Member], row: N) {
        self.row += 1;
        let facts = row.facts();
        if let NodeKind::Object(object) = &facts.kind {
            self.object("", members, object, facts.value.is_some(), "");
        }
    }

    /// Walks over a row that is a value.
    pub(super) fn value(&mut self, expected: &ExpectedType, row: N) {
        self.row += 1;
        let fits = self.fit(expected, row, "");
        self.note("", 0, 1, fits.err(), Some(row));
    }

    fn object(&mut self, owner: &str, members: &[Member], object: &ObjectFacts<'v, N>, is_value: bool, path: &str) {
        let known = self.known(owner);
        for (key, _) in object.properties.iter().filter(|_| is_value) {
            if known.keys.len() < MOST_KEYS && !known.keys.contains(key) {
                known.keys.push(key);
            }
        }
        for (index, member) in members.iter().enumerate() {
            let found = member.names.iter().find_map(|name| Some((name, object.get(name)?)));
            let may_lack = member.default || matches!(member.expected, ExpectedType::Option(_) | ExpectedType::Unknown);
            let mismatch = match found {
                Some((name, _)) if !may_lack && object.may_lack(name) => Some(Mismatch::Absent),
                Some((name, node)) => {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    self.fit(&member.expected, node, &path).err()
                }
                None if object.open => None,
                None if !is_value => Some(Mismatch::Unknown(object.properties.iter().map(|(key, _)| *key).collect())),
                None if may_lack => None,
                None => Some(Mismatch::Absent),
            };
            self.note(owner, index, members.len(), mismatch, found.map(|(_, node)| node));
        }
    }

    fn known(&mut self, owner: &str) -> &mut StructFacts<'v, N> {
        let none = || StructFacts { fields: Vec::new(), keys: Vec::new() };
        self.structs.entry(owner.to_owned()).or_insert_with(none)
    }

    fn note(&mut self, owner: &str, index: usize, of: usize, mismatch: Option<Mismatch<'v>>, node: Option<N>) {
        let row = self.row;
        let unseen = || FieldFacts { nodes: Vec::new(), mismatch: None, more: 0, last: 0, unlisted: Vec::new() };
        let known = self.known(owner);
        known.fields.resize_with(of.max(known.fields.len()), unseen);
        let Some(field) = known.fields.get_mut(index) else { return };
        field.nodes.extend(node);
        let Some(mismatch) = mismatch else { return };
        if let Mismatch::Unlisted(_, names, _) = &mismatch {
            for name in names {
                if !field.unlisted.contains(name) {
                    field.unlisted.push(name);
                }
            }
        }
        if field.mismatch.is_none() {
            field.mismatch = Some((mismatch, row));
        } else if field.last != row {
            field.more += 1;
        }
        field.last = row;
    }

    fn fit(&mut self, expected: &ExpectedType, node: N, path: &str) -> Result<(), Mismatch<'v>> {
        let facts = node.facts();
        if facts.null && !matches!(expected, ExpectedType::Option(_) | ExpectedType::Json | ExpectedType::Unknown) {
            return Err(Mismatch::Null);
        }
        self.kind(expected, node, &facts, path)
    }

    fn kind(
        &mut self,
        expected: &ExpectedType,
        node: N,
        facts: &NodeFacts<'v, N>,
        path: &str,
    ) -> Result<(), Mismatch<'v>> {
        let fits = match (expected, &facts.kind) {
            (ExpectedType::Option(inner), _) => return self.kind(inner, node, facts, path),
            (ExpectedType::Unknown | ExpectedType::Json, _)
            | (_, NodeKind::Unknown | NodeKind::Mixed | NodeKind::Null)
            | (ExpectedType::Bool, NodeKind::Bool)
            | (ExpectedType::Float, NodeKind::Integer | NodeKind::Number)
            | (ExpectedType::Text, NodeKind::Text) => true,
            (ExpectedType::Char, NodeKind::Text) => facts.text().is_none_or(|text| text.chars().count() == 1),
            (ExpectedType::Integer(least, most), NodeKind::Integer) => match facts.beyond(*least, *most) {
                Some(bound) if facts.value.is_none() => {
                    return Err(Mismatch::Misfit(Found {
                        shown: format!("an integer that may be {bound}"),
                        ..found(facts, path)
                    }));
                }
                bound => bound.is_none(),
            },
            (ExpectedType::Integer(..), NodeKind::Number) => node.has_numbers_only(),
            (ExpectedType::Moment(kind), NodeKind::Text) => facts.may_be(*kind),
            (ExpectedType::List(inner), NodeKind::List(items)) => {
                for (index, item) in items.nodes().iter().enumerate() {
                    let index = if matches!(items, ListItems::Each(_)) { index.to_string() } else { String::new() };
                    self.within(inner, *item, format!("{path}[{index}]"))?;
                }
                true
            }
            (ExpectedType::Map(inner), NodeKind::Object(object)) => {
                let listed = object.properties.iter().copied().filter(|_| facts.value.is_some());
                for (key, node) in listed.chain(object.rest.map(|rest| ("*", rest))) {
                    self.within(inner, node, format!("{path}.{key}"))?;
                }
                true
            }
            (ExpectedType::Nested(name), _) => return self.nested(name, node, facts, path),
            _ => false,
        };
        if fits { Ok(()) } else { Err(Mismatch::Misfit(found(facts, path))) }
    }

    /// An element: a null there does not make the whole null.
    fn within(&mut self, expected: &ExpectedType, node: N, path: String) -> Result<(), Mismatch<'v>> {
        self.fit(expected, node, &path).map_err(|mismatch| match mismatch {
            Mismatch::Null => Mismatch::Misfit(Found { path, shown: "null".to_owned(), hidden: None }),
            mismatch => mismatch,
        })
    }

    fn nested(&mut self, name: &str, node: N, facts: &NodeFacts<'v, N>, path: &str) -> Result<(), Mismatch<'v>> {
        match (self.types.get(name), &facts.kind) {
            (Some(NestedType::Struct { members, .. }), NodeKind::Object(object)) => {
                let is_value = facts.value.is_some();
                // Schemas may refer to themselves, as types may.
                if is_value || self.seen.insert((name.to_owned(), std::ptr::from_ref(node.json()))) {
                    self.object(name, members, object, is_value, path);
                }
                Ok(())
            }
            (None, _) | (Some(NestedType::Struct { by_serde: true, .. }), NodeKind::List(_)) => Ok(()),
            (Some(NestedType::Text(listed)), NodeKind::Text) => {
                let names = facts.names().unwrap_or_default().into_iter();
                let unlisted = names.filter(|name| !listed.names().any(|known| known == *name));
                // An enum that takes others is wrong about those that it means to list.
                let wrong = unlisted.filter(|name| !listed.open || case::variant(listed, name).is_some());
                let wrong: Vec<&str> = wrong.collect();
                if wrong.is_empty() {
                    return Ok(());
                }
                Err(Mismatch::Unlisted(found(facts, path), wrong, name.to_owned()))
            }
            (Some(_), _) => Err(Mismatch::Misfit(found(facts, path))),
        }
    }
}

fn found<N>(facts: &NodeFacts<'_, N>, path: &str) -> Found {
    Found {
        path: path.to_owned(),
        shown: facts.value.map_or_else(|| facts.what(), ToString::to_string),
        hidden: facts.value.map(JsonValue::kind),
    }
}
