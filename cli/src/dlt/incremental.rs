//! Only what is new.

use super::rows::{Want, need};
use super::value::{Reader, Val, ValKind};
use crate::declaration::{Entry, Loss, Names, Struct, Type, Value};

/// The options of an incremental read, by dlt's names.
pub(super) fn fields(value: &Val) -> Vec<(String, Val)> {
    match &value.kind {
        ValKind::Dict(entries) => entries.clone(),
        ValKind::Call(_, arguments) => {
            let names = ["cursor_path", "initial_value", "last_value_func", "primary_key", "end_value"];
            let mut open = names.iter();
            let named = arguments.iter().map(|(name, value)| match name {
                Some(name) => (name.clone(), value.clone()),
                None => (open.next().map_or_else(String::new, |name| (*name).to_owned()), value.clone()),
            });
            named.collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a param stands for an incremental read: `{"type": "incremental", …}`, `dlt.sources.incremental(…)`.
pub(super) fn is_meant(value: &Val) -> bool {
    value.get("type").and_then(Val::as_str) == Some("incremental")
        || matches!(&value.kind, ValKind::Call(name, _) if name == "incremental")
}

/// The option `incremental`. Its cursor becomes a field of the row.
pub(super) fn incremental(
    reader: &mut Reader<'_>,
    fields: &[(String, Val)],
    sent: (Option<String>, Option<String>),
    row: &mut Struct,
    types: &mut Names,
    losses: &mut Vec<Loss>,
) -> Option<Value> {
    let get = |name: &str| {
        let found = fields.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        found.filter(|value| !matches!(value.kind, ValKind::Null))
    };
    let mut lose = |name: &str, value: &Val, reason: &str| {
        losses.push(Loss::new(value.line, "incremental", format!("{name}: {}", value.shown()), reason));
    };
    let path = get("cursor_path")?;
    let Some(text) = path.as_str().map(|text| text.strip_prefix("$.").unwrap_or(text)) else {
        lose("cursor_path", path, "a cursor that is computed");
        return None;
    };
    let keys: Vec<&str> = text.split('.').collect();
    if keys.iter().any(|key| key.is_empty() || key.contains(['[', ']', '*', '$'])) {
        lose("cursor_path", path, "a cursor that is no plain path");
        return None;
    }
    let (initial, lag) = (get("initial_value"), get("lag"));
    let ty = cursor_type(initial, lag.is_some());
    let missing = match get("on_cursor_value_missing").and_then(Val::as_str) {
        Some("include") => Some("keep"),
        Some("exclude") => Some("drop"),
        _ => None,
    };
    let Some((cursor, _)) = need(row, &keys, &Want { ty: ty.clone(), required: missing.is_none() }, types) else {
        lose("cursor_path", path, "a cursor of several types");
        return None;
    };
    let mut entries = vec![Entry::Named("cursor".to_owned(), Value::word(cursor))];
    let own = |name: &str| get(name).and_then(Val::as_str).map(str::to_owned);
    for (name, sent) in [("start_param", own("start_param").or(sent.0)), ("end_param", own("end_param").or(sent.1))] {
        entries.extend(sent.map(|param| Entry::Named(name.to_owned(), Value::text(param))));
    }
    for name in ["initial_value", "end_value"] {
        let Some(value) = get(name) else { continue };
        match point(reader, value) {
            Some(point) => entries.push(Entry::Named(name.to_owned(), point)),
            None => lose(name, value, "a bound that is computed by Python"),
        }
    }
    if let Some(value) = lag {
        match (value.as_int(), &ty) {
            (Some(0), _) => {}
            (Some(lag), Type::Timestamp | Type::DateTime) => entries.push(named("lag", Value::text(format!("{lag}s")))),
            (Some(lag), Type::Date) => entries.push(named("lag", Value::text(format!("{lag}d")))),
            (Some(lag), Type::Int) => entries.push(named("lag", Value::word(lag))),
            _ => lose("lag", value, "a lag of a cursor whose type is not known"),
        }
    }
    entries.extend(missing.map(|missing| named("missing_cursor", Value::word(missing))));
    if get("row_order").and_then(Val::as_str) == Some("desc") {
        entries.push(named("order", Value::word("descending")));
    }
    for name in ["convert", "transform"] {
        if let Some(value) = get(name) {
            lose(name, value, "a bound that is written by a function in Python: `format = …`");
        }
    }
    if let Some(value) = get("last_value_func").filter(|value| value.shown() != "max" && value.as_str() != Some("max"))
    {
        lose("last_value_func", value, "a newest row by another rule than the greatest cursor");
    }
    Some(Value::Group(entries))
}

fn named(name: &str, value: Value) -> Entry {
    Entry::Named(name.to_owned(), value)
}

/// The type of a cursor, from where it begins. A text is compared and sent as it came, as dlt does; only a lag needs to
/// know what it means.
fn cursor_type(initial: Option<&Val>, has_lag: bool) -> Type {
    let Some(initial) = initial else { return Type::Text };
    if initial.as_int().is_some() {
        return Type::Int;
    }
    let text = initial.as_str().unwrap_or_default();
    let is_date = text.len() == 10 && text.bytes().filter(|byte| *byte == b'-').count() == 2;
    let time = text.get(10..).unwrap_or_default();
    match (has_lag, is_date) {
        (true, true) => Type::Date,
        (true, false) if time.ends_with('Z') || time.contains(['+', '-']) => Type::Timestamp,
        (true, false) if time.starts_with(['T', ' ']) => Type::DateTime,
        _ => Type::Text,
    }
}

/// A bound: a text, a number, or what is set when the client is built.
fn point(reader: &Reader<'_>, value: &Val) -> Option<Value> {
    match &value.kind {
        ValKind::Int(number) => Some(Value::word(number)),
        ValKind::Text(_) => match (value.as_str(), value.setting()) {
            (Some(text), _) => Some(Value::text(text)),
            (None, Some(id)) if !reader.settings.is_secret(id) => Some(Value::word(reader.settings.name(id))),
            _ => None,
        },
        _ => None,
    }
}
