//! Texts with placeholders.

use super::settings::Settings;
use super::value::{Piece, Val};
use crate::declaration::{Entry, Value};

/// What a text may hold besides itself.
#[derive(Default, Clone)]
pub(super) struct Places {
    /// Params that are resolved by a parent's field: the name, and what it stands for.
    pub(super) resolved: Vec<(String, String)>,
    /// Params that are known, for paths.
    pub(super) params: Vec<String>,
}

/// Why a text cannot be carried over.
pub(super) type Reason = String;

/// A text as the language writes it: what dlt fills in is a placeholder, and other braces are written twice.
pub(super) fn text(value: &Val, places: &Places, settings: &mut Settings) -> Result<String, Reason> {
    let pieces = value.pieces().ok_or("a value that is no text")?;
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => plain(text, places, &mut out)?,
            Piece::Setting(id) if settings.is_secret(*id) => return Err("a secret within a text".to_owned()),
            Piece::Setting(id) => out.push_str(&format!("{{{}}}", settings.name(*id))),
        }
    }
    Ok(out)
}

fn plain(text: &str, places: &Places, out: &mut String) -> Result<(), Reason> {
    let mut rest = text;
    while let Some(index) = rest.find(['{', '}']) {
        out.push_str(rest.get(..index).unwrap_or_default());
        rest = rest.get(index..).unwrap_or_default();
        if rest.starts_with("{{") || rest.starts_with("}}") {
            out.push_str(rest.get(..2).unwrap_or_default());
            rest = rest.get(2..).unwrap_or_default();
            continue;
        }
        let inside = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(inside, _)| inside);
        if let Some((inside, Some(found))) = inside.map(|inside| (inside, placeholder(inside.trim(), places))) {
            out.push_str(&format!("{{{}}}", found?));
            rest = rest.get(inside.len() + 2..).unwrap_or_default();
        } else {
            out.push_str(&rest.get(..1).unwrap_or_default().repeat(2));
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    Ok(())
}

/// What a name in braces stands for. None where it is only a text in braces.
fn placeholder(name: &str, places: &Places) -> Option<Result<String, Reason>> {
    if let Some((_, found)) = places.resolved.iter().find(|(known, _)| known == name) {
        return Some(Ok(found.clone()));
    }
    match name {
        "incremental.start_value" | "incremental.last_value" => return Some(Ok("incremental.start_value".to_owned())),
        "incremental.end_value" => return Some(Ok("incremental.end_value".to_owned())),
        "incremental.initial_value" => {
            return Some(Err("the initial value of an incremental read in a text".to_owned()));
        }
        _ => {}
    }
    if let Some(field) = name.strip_prefix("resources.") {
        let is_plain =
            |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        let parts: Vec<&str> = field.split('.').collect();
        return Some(if parts.len() >= 2 && parts.iter().all(|part| is_plain(part)) {
            Ok(name.to_owned())
        } else {
            Err("a parent's field that is no plain path".to_owned())
        });
    }
    places.params.iter().any(|known| known == name).then(|| Ok(crate::declaration::snake(name)))
}

/// `secret(name)`, with text around it.
pub(super) fn secret(name: &str, prefix: &str, suffix: &str) -> Value {
    let mut entries = vec![Entry::Plain(Value::word(name))];
    for (word, text) in [("prefix", prefix), ("suffix", suffix)] {
        if !text.is_empty() {
            entries.push(Entry::Named(word.to_owned(), Value::text(text)));
        }
    }
    Value::Call("secret".to_owned(), entries)
}

/// The secret that a text holds, with what stands around it. None where there is none, or more than one setting.
pub(super) fn secret_in(value: &Val, settings: &Settings) -> Option<(String, String, String)> {
    let (mut before, mut name, mut after) = (String::new(), None, String::new());
    for piece in value.pieces()? {
        match piece {
            Piece::Text(text) if name.is_none() => before.push_str(text),
            Piece::Text(text) => after.push_str(text),
            Piece::Setting(id) if name.is_none() && settings.is_secret(*id) => name = Some(settings.name(*id)),
            Piece::Setting(_) => return None,
        }
    }
    Some((before, name?, after))
}
