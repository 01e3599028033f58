//! What a body has at a place, as messages say it.

use serde_json::value::RawValue;

use super::lookup::{RawObject, descend};
use super::path::{Path, Step};
use crate::printable::{clip, printable};

/// The longest text of the server that is shown.
pub(crate) const LONGEST: usize = 80;

/// What a path ends at that leads to nothing: "`paging` is an object with the keys `count`".
pub(crate) fn end_of(path: &[Step], root: &RawValue) -> String {
    let (depth, value) = descend(root, path);
    let at = path.get(..depth).unwrap_or_default();
    let found = match serde_json::from_str::<RawObject<'_>>(value.get()) {
        Ok(object) if object.is_empty() => "an object without keys".to_owned(),
        Ok(object) => format!("an object with the keys {}", list(object.keys())),
        Err(_) => kind(value).to_owned(),
    };
    let at = if at.is_empty() { "it".to_owned() } else { format!("`{}`", Path(at)) };
    format!("{at} is {found}")
}

/// The type of a value, with its article.
pub(crate) fn kind(value: &RawValue) -> &'static str {
    match value.get().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

/// A readable list of names, at most twenty.
pub(crate) fn list<'a>(names: impl Iterator<Item = &'a String>) -> String {
    const MOST: usize = 20;
    let names: Vec<_> = names.map(|name| shorten(name)).collect();
    let shown = names.iter().take(MOST).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > MOST { format!("{shown} and {} more", names.len() - MOST) } else { shown }
}

/// Text of the server, made safe to print and not too long.
pub(crate) fn shorten(text: &str) -> String {
    printable(clip(text, LONGEST)).into_owned()
}
