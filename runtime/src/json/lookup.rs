//! Raw parts of a body: the values at a path.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use super::path::{Member, Path, Step};

pub(crate) type RawObject<'a> = BTreeMap<String, &'a RawValue>;
pub(crate) type RawArray<'a> = Vec<&'a RawValue>;

/// The members of an object in the order in which they were sent; none where the text is no object.
pub(crate) fn json_members(text: &str) -> Option<Vec<(String, &RawValue)>> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(String, &'de RawValue)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }

    serde_json::Deserializer::from_str(text).deserialize_map(Members).ok()
}

/// The path to the member of an object at a path.
pub(crate) fn member_path(path: &str, key: &str) -> String {
    let step = Member(key).to_string();
    let separator = if path.is_empty() || step.starts_with('[') { "" } else { "." };
    format!("{path}{separator}{step}")
}

/// The value at a path.
pub(crate) fn value_at<'a>(text: &'a [u8], path: &[Step]) -> Option<&'a RawValue> {
    match path.split_first()? {
        (step, []) => child(text, *step),
        (step, rest) => value_at(child(text, *step)?.get().as_bytes(), rest),
    }
}

/// The value under keys inside of each other.
pub(crate) fn member_at<'a>(text: &'a str, keys: &[&'static str]) -> Option<&'a RawValue> {
    let (key, inner) = keys.split_first()?;
    let member = child(text.as_bytes(), Step::Key(key))?;
    if inner.is_empty() { Some(member) } else { member_at(member.get(), inner) }
}

fn child(text: &[u8], step: Step) -> Option<&RawValue> {
    children(text, step).into_iter().next().map(|(_, child)| child)
}

/// How many steps of the path exist, and the value there.
pub(crate) fn descend<'a>(mut value: &'a RawValue, path: &[Step]) -> (usize, &'a RawValue) {
    for (depth, step) in path.iter().enumerate() {
        match child(value.get().as_bytes(), *step) {
            Some(child) => value = child,
            None => return (depth, value),
        }
    }
    (path.len(), value)
}

/// All values that the path selects, each with the path to it.
pub(crate) fn matches<'a>(value: &'a RawValue, path: &[Step], at: String, out: &mut Vec<(String, &'a RawValue)>) {
    let Some((step, rest)) = path.split_first() else {
        out.push((at, value));
        return;
    };
    for (name, child) in children(value.get().as_bytes(), *step) {
        let separator = if at.is_empty() || name.starts_with('[') { "" } else { "." };
        matches(child, rest, format!("{at}{separator}{name}"), out);
    }
}

/// The values that one step selects, each with its name.
fn children(text: &[u8], step: Step) -> Vec<(String, &RawValue)> {
    match step {
        Step::Key(key) => {
            let object: RawObject<'_> = serde_json::from_slice(text).unwrap_or_default();
            object.get(key).map(|child| (Path(&[step]).to_string(), *child)).into_iter().collect()
        }
        Step::Index(_) | Step::Last | Step::All => {
            let array: RawArray<'_> = serde_json::from_slice(text).unwrap_or_default();
            let last = array.len().checked_sub(1);
            let wanted = |index: usize| match step {
                Step::Last => Some(index) == last,
                step => step == Step::All || step == Step::Index(index),
            };
            let selected = array.into_iter().enumerate().filter(|(index, _)| wanted(*index));
            selected.map(|(index, child)| (format!("[{index}]"), child)).collect()
        }
    }
}
