//! The cursor of a stream: which field it is, and what is asked for by it.

use super::incremental::{self, Incremental};
use super::request::Sent;
use super::steps::Copies;
use super::text::{Piece, Reader};
use super::{auth, slices::Slices};
use crate::declaration::{Entry, Loss, Options, Struct, Type, Value};
use crate::yaml::Node;

/// The line, the original, the reason.
type Refusal = (usize, String, String);

/// What is known of the request when the cursor is read.
pub(super) struct Scene<'s> {
    /// Whether the start and the end stand in a text.
    pub(super) mentioned: (bool, bool),
    pub(super) slices: &'s Slices,
    pub(super) copies: &'s Copies,
    /// Fields that a step sets where they are absent.
    pub(super) defaulted: &'s [String],
}

impl Scene<'_> {
    fn is_partitioned(&self) -> bool {
        !self.slices.parents.is_empty() || !self.slices.lists.is_empty()
    }
}

/// Whether a cursor has any effect on what is read.
pub(super) fn is_active(reader: &mut Reader<'_>, node: &Node, mentioned: (bool, bool)) -> bool {
    let read = incremental::dates(reader, node, "cursor", incremental::Written::Instant, mentioned, false);
    node.kind() != "DatetimeBasedCursor" || !read.is_ok_and(|found| found.is_none())
}

/// Gives the field of a cursor its type, before steps are written that use it.
pub(super) fn shape(node: &Node, row: &mut Struct) {
    let Some(field) = node.str("cursor_field").and_then(|name| row.field_mut(name)) else { return };
    if let Some(written) = incremental::in_rows(node, field).filter(|_| node.kind() == "DatetimeBasedCursor") {
        incremental::shape(field, written);
        field.optional = true;
    }
}

/// The keys of a cursor or key in the row: where a field is a copy, those of what it copies.
pub(super) fn located<'k>(key: &'k str, copies: &'k Copies) -> Vec<&'k str> {
    match copies.iter().find(|(name, _)| name == key) {
        Some((_, path)) => path.iter().map(String::as_str).collect(),
        None => vec![key],
    }
}

/// The options of a cursor, and the field made one. Nothing where it has no effect.
pub(super) fn read(
    reader: &mut Reader<'_>,
    node: &Node,
    row: &mut Struct,
    scene: &Scene<'_>,
) -> Result<Option<Incremental>, Refusal> {
    let refused =
        |reason: &str| (node.line, node.get("cursor_field").map(Node::short).unwrap_or_default(), reason.to_owned());
    let kind = node.kind().to_owned();
    if kind.starts_with("Custom") {
        let (original, reason) = auth::custom(node);
        return Err((node.line, original, reason));
    }
    let text = node.str("cursor_field").unwrap_or_default();
    let text = match reader.text(text).as_deref() {
        Ok([Piece::Text(text)]) => text.clone(),
        _ => return Err(refused("a cursor that is known later")),
    };
    // Without a bound that is sent, nothing is incremental, whatever the cursor is.
    if kind == "DatetimeBasedCursor"
        && incremental::dates(
            reader,
            node,
            "cursor",
            incremental::Written::Instant,
            scene.mentioned,
            scene.is_partitioned(),
        )
        .is_ok_and(|found| found.is_none())
    {
        return Ok(None);
    }
    let mut keys: Vec<&str> = located(&text, scene.copies);
    if row.find(&keys).is_none() && text.contains('.') {
        keys = text.split('.').collect();
    }
    let found = row.find(&keys).map(|(path, field)| (path, field.clone()));
    let (path, field) = match found {
        Some(found) => found,
        // Without a schema, the cursor is the one field that is known.
        None if keys.len() == 1 => {
            let is_free = kind == "DatetimeBasedCursor" || row.extra;
            if !is_free {
                return Err(refused("a cursor that the schema lacks"));
            }
            let field = row.add(keys.first().copied().unwrap_or_default(), Type::Text).clone();
            (field.name.clone(), field)
        }
        None => return Err(refused("a cursor that the schema lacks")),
    };
    if field.made {
        return Err(refused("a cursor that is computed"));
    }
    let is_defaulted = scene.defaulted.contains(&text);
    if kind == "IncrementingCountCursor" {
        row.along(&keys, &mut |field, _| {
            field.optional = false;
            if field.ty == Type::Float {
                field.ty = Type::Int;
            }
        });
        return incremental::counts(reader, node, &path).map(Some);
    }
    if kind != "DatetimeBasedCursor" {
        return Err(refused("a cursor of another kind"));
    }
    let written = incremental::in_rows(node, &field).ok_or_else(|| refused("a cursor in a form of its own"))?;
    let mut incremental = incremental::dates(reader, node, &path, written, scene.mentioned, scene.is_partitioned())?;
    row.along(&keys, &mut |field, is_last| {
        field.optional = false;
        if is_last {
            incremental::shape(field, written);
            field.optional = is_defaulted;
        }
    });
    if let Some(found) = incremental.as_mut().filter(|_| is_defaulted) {
        found.entries.push(Entry::Named("missing_cursor".to_owned(), Value::word("keep")));
    }
    // Copies have the type of what they copy.
    let shaped = row.find(&keys).map(|(_, field)| (field.ty.clone(), field.format));
    if let (Some((ty, _)), Some(copy)) = (shaped, row.field_mut(&text).filter(|field| field.made)) {
        copy.ty = ty;
    }
    Ok(incremental)
}

/// Has a stream read entirely that is asked for in ranges: from its start, up to the run.
pub(super) fn entirely(reader: &mut Reader<'_>, node: &Node, sent: &mut Sent, options: &mut Options) -> Option<Loss> {
    if node.kind() != "DatetimeBasedCursor" {
        return None;
    }
    let lost = |reason: &str| Some(Loss::new(node.line, "params", "incremental_sync", reason));
    let format = node.str("datetime_format").unwrap_or("%Y-%m-%dT%H:%M:%SZ");
    let Ok(found) = incremental::dates(reader, node, "cursor", incremental::Written::Instant, (true, true), false)
    else {
        return lost("all rows of a parent that is read in ranges");
    };
    let entries = found.map(|found| found.entries).unwrap_or_default();
    let mut text = |wanted: &str| {
        let value = entries.iter().find_map(|entry| match entry {
            Entry::Named(name, value) if name == wanted => Some(value),
            _ => None,
        })?;
        match value {
            Value::Word(word) if word == "now" => Some(super::moment::now(0, Some(format))),
            Value::Word(name) => {
                let pattern = super::moment::pattern(format);
                if super::moment::has_time(&pattern) {
                    reader.config.timed(name, false);
                }
                Some(format!("{{{name}:{pattern}}}"))
            }
            Value::Text(text) if text.starts_with('{') => {
                Some(text.replace('}', &format!(":{}}}", super::moment::pattern(format))))
            }
            Value::Text(_) if format.contains("%s") || format.contains("%ms") => None,
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    };
    let (start, end) = (text("initial_value"), text("end_value"));
    for (option, bound) in [("start_param", &start), ("end_param", &end)] {
        let name = entries.iter().find_map(|entry| match entry {
            Entry::Named(name, Value::Text(param)) if name == option => Some(param.clone()),
            _ => None,
        });
        let Some(name) = name else { continue };
        let Some(bound) = bound else { return lost("all rows of a parent that is read in ranges") };
        sent.params.retain(|(known, _)| *known != name);
        sent.params.push((name, Value::text(bound)));
    }
    let values = sent.params.iter_mut().map(|(_, value)| value).chain(options.iter_mut().map(|(_, value)| value));
    let mut is_lost = false;
    for value in values {
        replace(value, &mut |text| {
            for (bound, by) in [("{incremental.start_value}", &start), ("{incremental.end_value}", &end)] {
                match by {
                    Some(by) => {
                        *text = text.replace(bound, by);
                        // In a pattern of its own.
                        if let Some((name, _)) = by.strip_prefix('{').and_then(|by| by.split_once(':')) {
                            *text = text.replace(&bound.replace('}', ":"), &format!("{{{name}:"));
                        }
                    }
                    None => is_lost |= text.contains(bound),
                }
            }
            is_lost |= text.contains("{incremental.");
        });
    }
    is_lost.then(|| lost("all rows of a parent that is read in ranges")).flatten()
}

/// Changes each text of a value.
fn replace(value: &mut Value, change: &mut dyn FnMut(&mut String)) {
    match value {
        Value::Text(text) => change(text),
        Value::List(items) | Value::Tuple(items) => items.iter_mut().for_each(|item| replace(item, change)),
        Value::Object(entries) => entries.iter_mut().for_each(|(_, value)| replace(value, change)),
        Value::Group(entries) | Value::Call(_, entries) => {
            for entry in entries {
                if let Entry::Named(_, value)
                | Entry::Renamed(_, _, value)
                | Entry::Keyed(_, value)
                | Entry::Plain(value) = entry
                {
                    replace(value, change);
                }
            }
        }
        Value::Word(_) => {}
    }
}
