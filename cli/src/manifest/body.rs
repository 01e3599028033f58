//! Bodies of requests.

use serde_json::Value as Json;

use super::text::{Piece, Reader, Reason, value, written};
use crate::declaration::Value;
use crate::jinja::{self, Part, fold};
use crate::yaml::{self, Node};

/// A body as an object of a declaration.
pub(super) fn json(reader: &mut Reader<'_>, node: &Node) -> Result<Value, Reason> {
    match &node.value {
        yaml::Value::Map(entries) => {
            let entries = entries.iter().map(|(key, node)| Ok((key_text(reader, key)?, json(reader, node)?)));
            entries.collect::<Result<_, Reason>>().map(Value::Object)
        }
        yaml::Value::List(items) => {
            items.iter().map(|item| json(reader, item)).collect::<Result<_, _>>().map(Value::List)
        }
        yaml::Value::Text(text) => string(reader, text),
        _ => Ok(constant(&node.json())),
    }
}

fn key_text(reader: &mut Reader<'_>, key: &str) -> Result<String, Reason> {
    if !key.contains("{{") && !key.contains("{%") {
        return Ok(key.to_owned());
    }
    match reader.text(key)?.as_slice() {
        [Piece::Text(text)] => Ok(text.clone()),
        _ => Err("a key of a body that is known later".to_owned()),
    }
}

/// A text of a body: a value where it is one, as the manifest's engine reads Python in it.
fn string(reader: &mut Reader<'_>, text: &str) -> Result<Value, Reason> {
    if let Ok(parts) = jinja::template(text)
        && let [Part::Expr(expr)] = parts.as_slice()
    {
        match fold(expr, reader.parameters) {
            jinja::Expr::Const(Json::String(text)) => return Ok(literal(&text)),
            jinja::Expr::Const(constant_value) => return Ok(constant(&constant_value)),
            jinja::Expr::List(items) => {
                let items = items.iter().map(|item| reader.expr(item, text).and_then(|pieces| whole(&pieces)));
                return items.collect::<Result<_, _>>().map(Value::List);
            }
            jinja::Expr::Filter(of, name, _) if matches!(name.as_str(), "int" | "float") => {
                return reader.expr(&of, text).and_then(|pieces| whole(&pieces));
            }
            _ => {}
        }
    }
    let trimmed = text.trim();
    if trimmed.starts_with(['{', '['])
        && !trimmed.starts_with("{{")
        && !trimmed.starts_with("{%")
        && text.contains("{{")
    {
        return structure(reader, text);
    }
    let pieces = reader.text(text)?;
    match pieces.as_slice() {
        [] => Ok(Value::word("null")),
        [Piece::Text(text)] => Ok(literal(text)),
        pieces => whole(pieces),
    }
}

/// A value alone keeps its type.
fn whole(pieces: &[Piece]) -> Result<Value, Reason> {
    match pieces {
        [Piece::Param(name)] => Ok(Value::word(name)),
        pieces => value(pieces),
    }
}

/// A text with braces of JSON around values that are known later.
pub(super) fn structure(reader: &mut Reader<'_>, text: &str) -> Result<Value, Reason> {
    let mut marked = String::new();
    let mut values: Vec<Vec<Piece>> = Vec::new();
    for part in jinja::template(text).map_err(|_| "a statement of Jinja".to_owned())? {
        match part {
            Part::Text(text) => marked.push_str(&text),
            Part::Expr(expr) => {
                let pieces = reader.expr(&fold(&expr, reader.parameters), text)?;
                let quotes = marked.matches('"').count() - marked.matches("\\\"").count();
                let mark = format!("\u{1}{}\u{1}", values.len());
                marked.push_str(&if quotes % 2 == 1 { mark } else { format!("\"{mark}\"") });
                values.push(pieces);
            }
        }
    }
    let marked = marked.replace('\u{1}', "\u{e000}");
    let parsed: Json = serde_json::from_str(&marked)
        .or_else(|_| serde_json::from_str(&marked.replace('\'', "\"")))
        .map_err(|_| "a body that is written as text".to_owned())?;
    filled(&parsed, &values)
}

fn filled(json: &Json, values: &[Vec<Piece>]) -> Result<Value, Reason> {
    match json {
        Json::Array(items) => items.iter().map(|item| filled(item, values)).collect::<Result<_, _>>().map(Value::List),
        Json::Object(entries) => {
            let entries = entries.iter().map(|(key, json)| Ok((key.clone(), filled(json, values)?)));
            entries.collect::<Result<_, Reason>>().map(Value::Object)
        }
        Json::String(text) if text.contains('\u{e000}') => {
            let mut pieces = Vec::new();
            for (index, part) in text.split('\u{e000}').enumerate() {
                if index % 2 == 0 {
                    super::text::push(&mut pieces, Piece::Text(part.to_owned()));
                } else {
                    let number = part.parse::<usize>().ok().and_then(|number| values.get(number));
                    for piece in number.into_iter().flatten() {
                        super::text::push(&mut pieces, piece.clone());
                    }
                }
            }
            whole(&pieces)
        }
        other => Ok(constant(other)),
    }
}

/// What Python makes of a text: a number, a truth value, a list, or the text.
fn literal(text: &str) -> Value {
    match text.trim() {
        "True" => Value::word("true"),
        "False" => Value::word("false"),
        "None" => Value::word("null"),
        trimmed => {
            let is_number = !trimmed.is_empty()
                && trimmed.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit())
                && (trimmed == "0" || !trimmed.trim_start_matches('-').starts_with('0'));
            if is_number && trimmed.parse::<i64>().is_ok() {
                return Value::word(trimmed);
            }
            let is_structure =
                trimmed.starts_with(['[', '{']) && !["true", "false", "null"].iter().any(|word| trimmed.contains(word));
            match serde_json::from_str::<Json>(trimmed) {
                Ok(json @ (Json::Array(_) | Json::Object(_))) if is_structure => constant(&json),
                _ => Value::Text(written(&[Piece::Text(text.to_owned())])),
            }
        }
    }
}

/// A value that never changes.
pub(super) fn constant(json: &Json) -> Value {
    match json {
        Json::Null => Value::word("null"),
        Json::Bool(flag) => Value::word(flag),
        Json::Number(number) => Value::word(number),
        Json::String(text) => Value::Text(written(&[Piece::Text(text.clone())])),
        Json::Array(items) => Value::List(items.iter().map(constant).collect()),
        Json::Object(entries) => {
            Value::Object(entries.iter().map(|(key, value)| (key.clone(), constant(value))).collect())
        }
    }
}
