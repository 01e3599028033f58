//! Credentials.

use super::login;
use super::places::places;
use super::text::{Piece, Reader, Reason, value, written};
use crate::declaration::{Entry, Loss, Value};
use crate::jinja::{self, Expr, Part, Root, fold, path};
use crate::yaml::Node;

/// What is shown of a secret that a manifest has in the open.
const HIDDEN: &str = "(a secret, not shown)";

/// The credentials of a requester: `none` where it has none.
pub(super) fn auth(reader: &mut Reader<'_>, node: &Node, losses: &mut Vec<Loss>) -> Value {
    match read(reader, node, losses) {
        Ok(value) => value,
        Err((original, reason)) => {
            losses.push(Loss::new(node.line, "auth", original, reason));
            Value::word("none")
        }
    }
}

/// The original, as far as it may be shown, and why it cannot be carried over.
pub(super) type Refusal = (String, Reason);

pub(super) fn read(reader: &mut Reader<'_>, node: &Node, losses: &mut Vec<Loss>) -> Result<Value, Refusal> {
    match node.kind() {
        "" | "NoAuth" => Ok(Value::word("none")),
        "BearerAuthenticator" => bearer(reader, node),
        "BasicHttpAuthenticator" => basic(reader, node),
        "ApiKeyAuthenticator" => api_key(reader, node),
        "OAuthAuthenticator" => login::oauth(reader, node),
        "SessionTokenAuthenticator" => login::session(reader, node, losses),
        "SelectiveAuthenticator" => Ok(one_of(reader, node, losses)),
        "JwtAuthenticator" => Err(("JwtAuthenticator".to_owned(), "a signed token (JWT)".to_owned())),
        "LegacySessionTokenAuthenticator" => login::legacy_session(reader, node),
        kind if kind.starts_with("Custom") => Err(custom(node)),
        kind => Err((kind.to_owned(), format!("credentials of the kind {kind}"))),
    }
}

/// A class of the manifest's own.
pub(super) fn custom(node: &Node) -> Refusal {
    let class = node.str("class_name").unwrap_or_default();
    (format!("{} {class}", node.kind()), format!("a class of its own: {}", node.kind()))
}

fn bearer(reader: &mut Reader<'_>, node: &Node) -> Result<Value, Refusal> {
    let token = credential(reader, node.get("api_token"))?
        .ok_or_else(|| (String::new(), "credentials without a token".to_owned()))?;
    Ok(call("bearer", vec![named("token", token)]))
}

fn api_key(reader: &mut Reader<'_>, node: &Node) -> Result<Value, Refusal> {
    let inject = node.get("inject_into");
    let name = inject.and_then(|inject| inject.str("field_name")).or_else(|| node.str("header"));
    let name = name.map(str::to_owned).ok_or_else(|| (String::new(), "an API key without a name".to_owned()))?;
    let name = match reader.text(&name).as_deref() {
        Ok([Piece::Text(name)]) => name.clone(),
        _ => return Err((name, "an API key whose name is known later".to_owned())),
    };
    let place = inject.and_then(|inject| inject.str("inject_into")).unwrap_or("header");
    let Some(key) = credential(reader, node.get("api_token"))? else { return Ok(Value::word("none")) };
    if name.eq_ignore_ascii_case("authorization")
        && let Value::Call(word, entries) = &key
        && let [first, Entry::Named(prefix, Value::Text(text))] = entries.as_slice()
        && prefix == "prefix"
        && text == "Bearer "
    {
        return Ok(call("bearer", vec![named("token", Value::Call(word.clone(), vec![first.clone()]))]));
    }
    if matches!(place, "body_json" | "body_data") {
        return Ok(Value::Tuple(vec![Value::word(place), Value::text(name), key]));
    }
    let location = match place {
        "header" => None,
        "request_parameter" => Some("query"),
        place => return Err((format!("{name} in {place}"), format!("an API key in {place}"))),
    };
    let mut entries = vec![named("name", Value::text(name)), named("api_key", key)];
    entries.extend(location.map(|location| named("location", Value::word(location))));
    Ok(call("api_key", entries))
}

fn basic(reader: &mut Reader<'_>, node: &Node) -> Result<Value, Refusal> {
    let username = node.get("username").and_then(Node::as_str).unwrap_or_default();
    let password = node.get("password").filter(|password| !is_unset(reader, password));
    let literal = password.and_then(Node::as_str).filter(|text| !text.contains("{{")).map(str::to_owned);
    let password = match (&literal, password) {
        (Some(text), _) if is_filler(text) => None,
        (Some(_), _) => return Err((HIDDEN.to_owned(), "a secret that is written in the manifest".to_owned())),
        (None, password) => credential(reader, password)?,
    };
    let user = match password {
        None => credential(reader, node.get("username"))?.unwrap_or_else(|| Value::text("")),
        Some(_) => required(reader, username)?,
    };
    let password = password.unwrap_or_else(|| Value::text(literal.unwrap_or_default()));
    Ok(call("http_basic", vec![named("username", user), named("password", password)]))
}

/// A text whose params have to be set; a secret in it stays one.
pub(super) fn required(reader: &mut Reader<'_>, text: &str) -> Result<Value, Refusal> {
    let refused = |reason| (text.to_owned(), reason);
    let pieces = reader.text(text).map_err(refused)?;
    for piece in &pieces {
        if let Piece::Param(name) = piece {
            reader.config.require(name);
        }
    }
    value(&pieces).map_err(refused)
}

/// A password that says nothing, beside a key that stands for the user: no letter, or one.
fn is_filler(text: &str) -> bool {
    text.chars().count() <= 1
}

/// Whether a value is one that the configuration does not have.
fn is_unset(reader: &Reader<'_>, node: &Node) -> bool {
    let text = node.as_str().unwrap_or_default();
    if text.is_empty() {
        return true;
    }
    match jinja::template(text).as_deref() {
        Ok([Part::Expr(expr)]) => match path(&fold(expr, reader.parameters)) {
            Some((Root::Config, steps)) => !reader.config.specification.has(&steps),
            _ => false,
        },
        _ => false,
    }
}

/// A secret with the text around it; nothing where it is empty. Whatever it names is a secret.
pub(super) fn credential(reader: &mut Reader<'_>, node: Option<&Node>) -> Result<Option<Value>, Refusal> {
    let Some(node) = node else { return Ok(None) };
    let text = node.as_str().map_or_else(|| node.json().to_string(), str::to_owned);
    let parts = jinja::template(text.trim()).map_err(|_| (text.clone(), "a computed secret".to_owned()))?;
    let mut pieces = Vec::new();
    let several = parts.iter().filter(|part| matches!(part, Part::Expr(_))).count() > 1;
    for part in parts {
        match part {
            Part::Text(text) => super::text::push(&mut pieces, Piece::Text(text)),
            Part::Expr(expr) => {
                let expr = fold(&expr, reader.parameters);
                // Of several values, those that the specification shows are no secrets.
                let shown = match path(&expr) {
                    Some((Root::Config, steps)) if several => reader.config.specification.is_shown(&steps),
                    _ => false,
                };
                let found = if shown {
                    reader.expr(&expr, &text).map_err(|reason| (text.clone(), reason))?
                } else {
                    secrets(reader, &expr, &text)?
                };
                for piece in &found {
                    if let Piece::Param(name) = piece {
                        reader.config.require(name);
                    }
                }
                pieces.extend(found);
            }
        }
    }
    match pieces.as_slice() {
        [] => Ok(None),
        [Piece::Text(_)] => Err((HIDDEN.to_owned(), "a secret that is written in the manifest".to_owned())),
        // Several secrets are one, given as it comes out.
        pieces if pieces.iter().filter(|piece| matches!(piece, Piece::Secret(_))).count() > 1 => {
            let (prefix, rest) = match pieces {
                [Piece::Text(prefix), rest @ ..] => (prefix.as_str(), rest),
                rest => ("", rest),
            };
            let name = reader.config.whole_secret(&written(rest));
            Ok(Some(super::config::secret(&name, prefix, "")))
        }
        pieces => value(pieces).map(Some).map_err(|reason| (text.clone(), reason)),
    }
}

fn secrets(reader: &mut Reader<'_>, expr: &Expr, original: &str) -> Result<Vec<Piece>, Refusal> {
    let refused = |reason: &str| (original.to_owned(), reason.to_owned());
    if let Expr::Binary("+" | "~", a, b) = expr {
        let mut pieces = secrets(reader, a, original)?;
        pieces.extend(secrets(reader, b, original)?);
        return Ok(pieces);
    }
    match expr {
        Expr::Const(serde_json::Value::Null) => return Ok(Vec::new()),
        Expr::Const(serde_json::Value::String(text)) => return Ok(vec![Piece::Text(text.clone())]),
        _ => {}
    }
    // Of several places where the configuration may have it, the first names it.
    let mut places = places(expr);
    places.retain(|keys| !keys.is_empty() && !keys.last().is_some_and(|key| key.contains("auth_type")));
    let simple = matches!(path(expr), Some((Root::Config, _)));
    let chosen = matches!(expr, Expr::Or(..) | Expr::Cond(..));
    let first =
        places.first().filter(|_| super::text::only_config(expr)).ok_or_else(|| refused("a computed secret"))?;
    if !simple && !chosen && places.len() > 1 {
        return Err(refused("a computed secret"));
    }
    let steps: Vec<jinja::Step> = first.iter().cloned().map(jinja::Step::Key).collect();
    let named = reader.config.value(&steps, true).ok_or_else(|| refused("a computed secret"))?;
    if !simple && !chosen {
        return Ok(vec![Piece::Secret(format!("{}_{}", named.name, "encoded"))]);
    }
    Ok(vec![Piece::Secret(named.name)])
}

fn one_of(reader: &mut Reader<'_>, node: &Node, losses: &mut Vec<Loss>) -> Value {
    let mut kinds: Vec<Value> = Vec::new();
    let nodes = node.get("authenticators").map(Node::entries).unwrap_or_default();
    for (name, node) in nodes {
        if login::is_impossible(node) {
            reader.config.note(format!("Without `{name}` of the manifest: its OAuth has no refresh token to send."));
            continue;
        }
        let kind = match read(reader, node, losses) {
            Ok(kind) => kind,
            Err((original, reason)) => {
                losses.push(Loss::new(node.line, "auth", original, reason));
                continue;
            }
        };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let mut kinds = kinds.into_iter();
    match (kinds.next(), kinds.len()) {
        (None, _) => Value::word("none"),
        (Some(kind), 0) => kind,
        (Some(first), _) => call("one_of", std::iter::once(first).chain(kinds).map(Entry::Plain).collect()),
    }
}

pub(super) fn call(name: &str, entries: Vec<Entry>) -> Value {
    Value::Call(name.to_owned(), entries)
}

pub(super) fn named(name: &str, value: Value) -> Entry {
    Entry::Named(name.to_owned(), value)
}

/// A text that may have placeholders, as a value.
pub(super) fn text(reader: &mut Reader<'_>, node: &Node) -> Result<String, Refusal> {
    let text = node.as_str().unwrap_or_default();
    let pieces = reader.text(text.trim()).map_err(|reason| (text.to_owned(), reason))?;
    if pieces.iter().any(|piece| matches!(piece, Piece::Secret(_))) {
        return Err((text.to_owned(), "a secret in a URL".to_owned()));
    }
    for piece in &pieces {
        if let Piece::Param(name) = piece {
            reader.config.require(name);
        }
    }
    Ok(written(&pieces))
}

/// A key in the body is a part of it: the credentials are taken apart.
pub(super) fn in_body(auth: &mut Value, options: &mut Vec<(String, Value)>) {
    let Value::Tuple(parts) = auth else { return };
    if let [Value::Word(place), Value::Text(name), key] = parts.as_slice() {
        let option = if place == "body_json" { "json" } else { "data" };
        match options.iter_mut().find(|(known, _)| known == option) {
            Some((_, Value::Object(entries))) => entries.push((name.clone(), key.clone())),
            _ => options.push((option.to_owned(), Value::Object(vec![(name.clone(), key.clone())]))),
        }
    }
    *auth = Value::word("none");
}

/// The credentials that a manifest writes among the headers.
pub(super) fn in_headers(options: &mut Vec<(String, Value)>) -> Option<Value> {
    let (_, Value::Group(entries)) = options.iter_mut().find(|(name, _)| name == "headers")? else { return None };
    let is_key = |entry: &Entry| matches!(entry, Entry::Keyed(Value::Text(name), Value::Call(word, _)) if word == "secret" && name.eq_ignore_ascii_case("authorization"));
    let index = entries.iter().position(is_key)?;
    let Entry::Keyed(name, key) = entries.remove(index) else { return None };
    if entries.is_empty() {
        options.retain(|(name, _)| name != "headers");
    }
    Some(call("api_key", vec![named("name", name), named("api_key", key)]))
}
