//! What a request is made of: its path, params, and body.

use super::settings::Settings;
use super::text::{Places, secret, secret_in, text};
use super::value::{Reader, Val, ValKind};
use crate::declaration::{Entry, Loss, Value, is_keyword, is_secret_name, snake};
use crate::python::looks_drawn;

/// The path below the base, and the params that it holds after a `?`.
pub(super) fn path(
    value: &Val,
    base: &str,
    places: &Places,
    settings: &mut Settings,
) -> Result<(String, Vec<(String, String)>), String> {
    let read = text(value, places, settings).map_err(|reason| match reason.as_str() {
        "a value that is no text" => "a path that is computed".to_owned(),
        _ => reason,
    })?;
    let read = read.split('#').next().unwrap_or_default();
    let (path, query) = read.split_once('?').unwrap_or((read, ""));
    let path = match path.strip_prefix(base).filter(|_| !base.is_empty() && path.contains("://")) {
        Some(rest) => rest,
        None if path.contains("://") => return Err("a path at another origin".to_owned()),
        None => path,
    };
    if path.contains("{{") || path.contains("}}") {
        return Err("a placeholder that nothing fills".to_owned());
    }
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let pairs: Vec<(String, String)> = pairs.map(|(name, value)| (decoded(name), decoded(value))).collect();
    if pairs.iter().any(|(name, value)| is_secret_name(name) && !value.is_empty() && !value.contains('{')) {
        return Err("a secret in a URL".to_owned());
    }
    Ok((format!("/{}", path.trim_start_matches('/')), pairs))
}

/// A part of a query without its escapes.
fn decoded(text: &str) -> String {
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = digits.filter(|_| byte == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(escaped.unwrap_or(if byte == b'+' { b' ' } else { byte }));
        rest = if escaped.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What a param has become.
pub(super) enum Sent {
    Value(Value),
    /// A credential, where there is no other.
    Auth(Value),
    Nothing,
}

/// A fixed param: texts, numbers, lists of them.
pub(super) fn param(
    reader: &mut Reader<'_>,
    name: &str,
    value: &Val,
    places: &Places,
    is_free: bool,
) -> Result<Sent, String> {
    if let Some(id) = value.setting().filter(|_| is_secret_name(name) && name != "key") {
        reader.settings.keep_secret(id, true);
    }
    let found = secret_in(value, &reader.settings).or_else(|| {
        let text = value.as_str().filter(|text| !text.is_empty())?;
        (is_secret_name(name) && !text.contains('{') && (name != "key" || looks_drawn(text))).then(|| {
            let id = reader.settings.literal(value.line, "params", name);
            (String::new(), reader.settings.name(id), String::new())
        })
    });
    if let Some((before, found, after)) = found {
        let value = secret(&found, &before, &after);
        if is_free {
            return Ok(Sent::Auth(Value::Call(
                "api_key".to_owned(),
                vec![
                    Entry::Named("name".to_owned(), Value::text(name)),
                    Entry::Named("api_key".to_owned(), value),
                    Entry::Named("location".to_owned(), Value::word("query")),
                ],
            )));
        }
        return Ok(Sent::Value(value));
    }
    Ok(match &value.kind {
        ValKind::Null => Sent::Nothing,
        ValKind::List(items) if items.is_empty() => Sent::Nothing,
        ValKind::List(items) => {
            let items: Result<Vec<Value>, String> =
                items.iter().map(|item| scalar(item, places, &mut reader.settings)).collect();
            Sent::Value(Value::List(items?))
        }
        _ => Sent::Value(scalar(value, places, &mut reader.settings)?),
    })
}

/// A value of a query, as Python writes it.
fn scalar(value: &Val, places: &Places, settings: &mut Settings) -> Result<Value, String> {
    Ok(match &value.kind {
        ValKind::Bool(true) => Value::text("True"),
        ValKind::Bool(false) => Value::text("False"),
        ValKind::Int(number) => Value::word(number),
        ValKind::Float(number) => Value::text(format!("{number:?}")),
        ValKind::Text(_) => Value::text(text(value, places, settings)?),
        _ => return Err("a param that is computed".to_owned()),
    })
}

/// The name of a param in Rust: none that is taken.
pub(super) fn entry(wire: &str, value: Value, taken: &mut Vec<String>) -> Entry {
    let mut name = snake(wire);
    if is_keyword(&name) {
        name.push('_');
    }
    while taken.contains(&name) {
        name.push_str("_sent");
    }
    taken.push(name.clone());
    if name == wire { Entry::Named(name, value) } else { Entry::Renamed(name, wire.to_owned(), value) }
}

/// A body, as JSON or as a form.
pub(super) fn body(reader: &mut Reader<'_>, value: &Val, places: &Places) -> Result<Value, String> {
    json(reader, "", value, places, 0)
}

fn json(reader: &mut Reader<'_>, key: &str, value: &Val, places: &Places, depth: usize) -> Result<Value, String> {
    if depth > 60 {
        return Err("a body that is nested too deeply".to_owned());
    }
    if let Some((before, name, after)) = secret_in(value, &reader.settings) {
        return Ok(secret(&name, &before, &after));
    }
    if let Some(id) = value.setting() {
        return Ok(Value::word(reader.settings.name(id)));
    }
    Ok(match &value.kind {
        ValKind::Null => Value::word("null"),
        ValKind::Bool(flag) => Value::word(flag),
        ValKind::Int(number) => Value::word(number),
        ValKind::Float(number) => Value::word(format!("{number:?}")),
        ValKind::Text(_) => match value.as_str() {
            Some(open) if (is_secret_name(key) && !open.is_empty() && !open.contains('{')) || looks_drawn(open) => {
                let id = reader.settings.literal(value.line, "json", key);
                secret(&reader.settings.name(id), "", "")
            }
            _ => Value::text(text(value, places, &mut reader.settings)?),
        },
        ValKind::List(items) => {
            let items: Result<Vec<Value>, String> =
                items.iter().map(|item| json(reader, key, item, places, depth + 1)).collect();
            Value::List(items?)
        }
        ValKind::Dict(entries) => {
            let entries: Result<Vec<(String, Value)>, String> = entries
                .iter()
                .map(|(key, value)| Ok((key.clone(), json(reader, key, value, places, depth + 1)?)))
                .collect();
            Value::Object(entries?)
        }
        ValKind::Call(..) | ValKind::Code => return Err("a body that is computed".to_owned()),
    })
}

/// `response_actions`
pub(super) fn actions(value: &Val, losses: &mut Vec<Loss>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut lose =
        |item: &Val, reason: &str| losses.push(Loss::new(item.line, "response_actions", item.shown(), reason));
    if value.items().is_empty() {
        lose(value, "actions that are computed");
    }
    for item in value.items() {
        let action = match item.get("action").and_then(Val::as_str) {
            Some("ignore") => "ignore",
            Some("raise" | "fail") => "fail",
            Some("retry") => "retry",
            _ => {
                lose(item, "an action that is a function in Python");
                continue;
            }
        };
        let status = item.get("status_code");
        let status = status.and_then(|status| status.as_int().or_else(|| status.as_str()?.trim().parse().ok()));
        let content = item.get("content").and_then(Val::as_str);
        let condition = match (status, content) {
            (Some(200) | None, None) => {
                lose(item, "an action for every page");
                continue;
            }
            (Some(status), None) => Value::word(status),
            (None, Some(text)) => Value::text(text),
            (Some(status), Some(text)) => Value::Tuple(vec![Value::word(status), Value::text(text)]),
        };
        let is_known = entries.iter().any(|entry| matches!(entry, Entry::Keyed(known, _) if *known == condition));
        if !is_known {
            entries.push(Entry::Keyed(condition, Value::word(action)));
        }
    }
    entries
}

/// The texts of options, at any depth.
pub(super) fn texts(options: &[(String, Value)]) -> Vec<String> {
    let mut found = Vec::new();
    for (_, value) in options {
        collect(value, &mut found);
    }
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Text(text) => found.push(text.clone()),
        Value::Word(_) => {}
        Value::List(items) | Value::Tuple(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(entries) => entries.iter().for_each(|(_, value)| collect(value, found)),
        Value::Call(_, entries) | Value::Group(entries) => {
            for entry in entries {
                match entry {
                    Entry::Named(_, value)
                    | Entry::Renamed(_, _, value)
                    | Entry::Keyed(_, value)
                    | Entry::Plain(value) => {
                        collect(value, found);
                    }
                    Entry::Grouped(_, entries) => collect(&Value::Group(entries.clone()), found),
                    Entry::Typed(..) => {}
                }
            }
        }
    }
}
