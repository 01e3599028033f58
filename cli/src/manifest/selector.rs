//! JSON paths.

use super::text::{Piece, Reader, Reason};
use crate::jinja::Step;
use crate::yaml::Node;

/// A path of keys: `a.b`, `["a key"].b`.
pub(super) fn path(keys: &[&str]) -> String {
    keys.iter().fold(String::new(), |path, key| extended(&path, key))
}

fn extended(path: &str, key: &str) -> String {
    let is_plain = key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    match (is_plain, path.is_empty()) {
        (true, true) => key.to_owned(),
        (true, false) => format!("{path}.{key}"),
        (false, _) => format!("{path}[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

/// The path of a reference, or none where it counts from an end that is no last element.
pub(super) fn of_steps(steps: &[Step]) -> Option<String> {
    let mut path = String::new();
    for step in steps {
        path = match step {
            Step::Key(key) => extended(&path, key),
            Step::Index(index) if *index >= -1 => format!("{path}[{index}]"),
            Step::Index(_) => return None,
        };
    }
    Some(path)
}

/// The keys of `field_path`. None where there is no list of them.
pub(super) fn keys(reader: &mut Reader<'_>, node: Option<&Node>) -> Result<Vec<String>, Reason> {
    let mut keys = Vec::new();
    for item in node.map(Node::items).unwrap_or_default() {
        let text = item.as_str().map_or_else(|| item.json().to_string(), str::to_owned);
        match reader.text(&text)?.as_slice() {
            // A pointer may be a path of its own.
            [Piece::Text(key)] => keys.push(key.clone()),
            [] => {}
            _ => return Err("rows at a path that is known later".to_owned()),
        }
    }
    Ok(keys)
}

/// A selector of rows: each value at a list, or the one object there.
pub(super) fn rows(keys: &[String]) -> String {
    if keys.is_empty() {
        return "$".to_owned();
    }
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    if keys.contains(&"*") {
        let mut query = "$".to_owned();
        for key in keys {
            query = if key == "*" { format!("{query}[*]") } else { format!("{query}['{}']", key.replace('\'', "\\'")) };
        }
        return query;
    }
    path(&keys)
}
