//! What is asked for: the URL, params, headers and the body.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::body;
use super::text::{Piece, Reader, value, written};
use crate::declaration::{Entry, Loss, Options, Value, extend, is_keyword, set, snake};
use crate::yaml::{self, Node};

/// A URL as a manifest has it, not yet below a base.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Url {
    /// The base, as its placeholders are written, without a `/` at its end.
    pub(super) base: String,
    /// What follows it, with a `/` at its beginning, or nothing.
    pub(super) path: String,
    /// Params that were written into the URL.
    pub(super) query: Vec<(String, String)>,
    /// Other bases that the manifest may have, by its configuration.
    pub(super) note: Option<String>,
}

/// The URL of a requester.
pub(super) fn url(reader: &mut Reader<'_>, requester: &Node, losses: &mut Vec<Loss>) -> Option<Url> {
    let whole = requester.get("url").filter(|node| !node.is_empty());
    let base = whole.or_else(|| requester.get("url_base"));
    let Some(base) = base else {
        losses.push(Loss::new(requester.line, "path", "", "a request without a URL"));
        return None;
    };
    let text = unquoted(base.as_str().unwrap_or_default().trim());
    let (base_pieces, note) = match alternatives(reader, text) {
        Some((url, note)) => (vec![Piece::Text(url)], Some(note)),
        None => (part(reader, base, text, losses)?, None),
    };
    let path = requester.get("path").filter(|_| whole.is_none());
    let path_pieces = match path.and_then(|node| Some((node, unquoted(node.as_str()?.trim())))) {
        Some((node, text)) => part(reader, node, text, losses)?,
        None => Vec::new(),
    };
    let (base, path) = (written(&base_pieces), written(&path_pieces));
    let (base, base_query) = base.split_once('?').map_or((base.as_str(), None), |(base, query)| (base, Some(query)));
    let (path, path_query) = path.split_once('?').map_or((path.as_str(), None), |(path, query)| (path, Some(query)));
    let pairs = base_query.into_iter().chain(path_query).flat_map(|query| query.split('&'));
    let query = pairs
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect();
    let path = path.trim_start_matches('/');
    let path = if path.is_empty() { String::new() } else { format!("/{path}") };
    let keeps_slash = path.is_empty() && base.ends_with('/') && whole.is_some();
    let (base, path) = if keeps_slash {
        let bare = base.trim_end_matches('/');
        match bare.rsplit_once('/').filter(|(before, _)| before.contains("://") || before.starts_with('{')) {
            Some((before, last)) if !before.ends_with('/') => (before.to_owned(), format!("/{last}/")),
            _ => (bare.to_owned(), "/".to_owned()),
        }
    } else {
        (base.trim_end_matches('/').to_owned(), path)
    };
    Some(Url { base, path, query, note })
}

fn part(reader: &mut Reader<'_>, node: &Node, text: &str, losses: &mut Vec<Loss>) -> Option<Vec<Piece>> {
    let pieces = reader.text(text.trim()).and_then(|pieces| {
        let secret = pieces.iter().any(|piece| matches!(piece, Piece::Secret(_)));
        if secret {
            Err("a secret in a URL".to_owned())
        } else if text.contains("{%") && pieces.iter().any(|piece| matches!(piece, Piece::Param(_))) {
            // A value that is computed may be more than one part of a URL.
            Err("a statement of Jinja".to_owned())
        } else {
            Ok(with_slashes(pieces))
        }
    });
    match pieces {
        Ok(pieces) => {
            for piece in &pieces {
                if let Piece::Param(name) = piece {
                    reader.config.require(name);
                }
            }
            Some(pieces)
        }
        Err(reason) => {
            losses.push(Loss::new(node.line, "path", node.short(), reason));
            None
        }
    }
}

/// A value that is a path itself keeps its slashes in a path.
fn with_slashes(pieces: Vec<Piece>) -> Vec<Piece> {
    let is_path = |place: &str| {
        place.starts_with("resources.") && [".path", "_path", "_uri", ".uri"].iter().any(|end| place.ends_with(end))
    };
    let is_part = pieces.len() > 1;
    let kept = |piece| match piece {
        Piece::Place(place) if is_part && is_path(&place) => Piece::Place(format!("+{place}")),
        other => other,
    };
    pieces.into_iter().map(kept).collect()
}

/// One of two fixed URLs, by the configuration: the usual one, and a remark about the other.
fn alternatives(reader: &Reader<'_>, text: &str) -> Option<(String, String)> {
    use crate::jinja::{Expr, Part, fold, template};
    let parts = template(text.trim()).ok()?;
    let [Part::Expr(expr)] = parts.as_slice() else { return None };
    let Expr::Cond(then, condition, Some(other)) = fold(expr, reader.parameters) else { return None };
    let (then, other) = (then.as_text()?, other.as_text()?);
    if !super::text::only_config(&condition) || !then.contains("://") || !other.contains("://") {
        return None;
    }
    let (usual, rare) = if reader.holds(&condition) { (then, other) } else { (other, then) };
    Some((usual.to_owned(), format!("For the other environment: `.base_url(\"{rare}\")` of the builder.")))
}

/// A part of a query as it is meant.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut index) = (Vec::new(), 0);
    while let Some(&byte) = bytes.get(index) {
        let hex = bytes.get(index + 1..index + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| byte == b'%') {
            out.push(byte);
            index += 3;
        } else {
            out.push(if byte == b'+' { b' ' } else { byte });
            index += 1;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// A param, by a name in Rust.
pub(super) fn param(wire: &str, value: Value) -> Entry {
    let name = snake(wire);
    let name = if is_keyword(&name) { format!("{name}_") } else { name };
    if name == wire { Entry::Named(name, value) } else { Entry::Renamed(name, wire.to_owned(), value) }
}

/// Where a paginator's value stands that the manifest writes among its params: `next_page_token['next_page_token']`.
pub(super) fn is_page_token(text: &str) -> bool {
    use crate::jinja::{Part, Root, path, template};
    let parts = template(text.trim()).unwrap_or_default();
    match parts.as_slice() {
        [Part::Expr(expr)] => path(expr).is_some_and(|(root, steps)| root == Root::NextPageToken && !steps.is_empty()),
        _ => false,
    }
}

/// The cursor of the first page, where a param is `next_page_token.x if next_page_token else '1'`.
fn initial_token(text: &str) -> Option<String> {
    use crate::jinja::{Expr, Part, Root, fold, path, template};
    let parts = template(text.trim()).ok()?;
    let [Part::Expr(expr)] = parts.as_slice() else { return None };
    let (token, first) = match fold(expr, &serde_json::Value::Null) {
        Expr::Cond(token, condition, Some(first)) if matches!(path(&condition), Some((Root::NextPageToken, _))) => {
            (token, first)
        }
        Expr::Or(token, first) => (token, first),
        _ => return None,
    };
    let is_token = matches!(path(&token), Some((Root::NextPageToken, steps)) if !steps.is_empty());
    first.as_text().filter(|text| is_token && !text.is_empty()).map(str::to_owned)
}

/// What a requester sends besides its URL.
pub(super) struct Sent {
    /// Fixed params by their names on the wire.
    pub(super) params: Vec<(String, Value)>,
    /// The param that takes the next page's token.
    pub(super) token_param: Option<String>,
    /// The place in the body that does.
    pub(super) token_body: Option<String>,
    /// The token of the first page.
    pub(super) first_token: Option<String>,
}

/// Reads params, headers and the body; params are returned, since paginators and ranges have a say in them.
pub(super) fn sent(reader: &mut Reader<'_>, requester: &Node, options: &mut Options, losses: &mut Vec<Loss>) -> Sent {
    let mut sent = Sent { params: Vec::new(), token_param: None, token_body: None, first_token: None };
    if let Some(node) = requester.get("request_parameters").filter(|node| !node.is_empty()) {
        params(reader, node, &mut sent, losses);
    }
    let mut headers = Vec::new();
    for (name, node) in requester.get("request_headers").map(Node::entries).unwrap_or_default() {
        let text = node.as_str().map_or_else(|| plain(node), str::to_owned);
        let read = if name.eq_ignore_ascii_case("authorization") && text.contains("{{") {
            // Whatever it names is a secret.
            let found = super::auth::credential(reader, Some(node)).map_err(|(_, reason)| reason);
            found.map(|found| found.unwrap_or_else(|| Value::text("")))
        } else {
            reader.text(&text).and_then(|pieces| value(&pieces))
        };
        match read {
            // What the client asks for and writes anyway.
            Ok(Value::Text(text)) if is_usual(name, &text, requester) => {}
            Ok(value) => headers.push(Entry::Keyed(Value::text(&**name), value)),
            Err(reason) => losses.push(Loss::new(node.line, "headers", format!("{name}: {}", node.short()), reason)),
        }
    }
    extend(options, "headers", headers);
    let body = requester.get("request_body").filter(|node| !node.is_empty());
    let json = requester.get("request_body_json").or_else(|| {
        body.filter(|node| {
            matches!(node.kind(), "RequestBodyJsonObject" | "RequestBodyGraphQL" | "RequestBodyPlainText")
        })
        .and_then(|node| node.get("value"))
    });
    if let Some(node) = json.filter(|node| !node.is_empty()) {
        let node = without_token(node, "", &mut sent);
        let read = match node.as_str() {
            Some(text) => body::structure(reader, text),
            None => body::json(reader, &node),
        };
        match read {
            Ok(body @ Value::Object(_)) => set(options, "json", body),
            Ok(_) => losses.push(Loss::new(node.line, "json", node.short(), "a body that is no object")),
            Err(reason) => losses.push(Loss::new(node.line, "json", node.short(), reason)),
        }
    }
    let form = body.filter(|node| node.kind() == "RequestBodyUrlEncodedForm").and_then(|node| node.get("value"));
    if let Some(node) = requester.get("request_body_data").or(form).filter(|node| !node.is_empty()) {
        data(reader, node, options, losses);
    }
    sent
}

/// A map, also where it is written as a reference to one of the manifest's own: `{{ parameters.get('request_parameters', {}) }}`.
fn as_map<'n>(reader: &Reader<'_>, node: &'n Node) -> Option<Cow<'n, Node>> {
    if node.is_map() {
        return Some(Cow::Borrowed(node));
    }
    let parts = crate::jinja::template(node.as_str()?.trim()).ok()?;
    let [crate::jinja::Part::Expr(expr)] = parts.as_slice() else { return None };
    let crate::jinja::Expr::Const(Json::Object(entries)) = crate::jinja::fold(expr, reader.parameters) else {
        return None;
    };
    let entries = entries.iter().map(|(key, value)| {
        let value = match value {
            Json::Null => yaml::Value::Null,
            Json::Bool(flag) => yaml::Value::Bool(*flag),
            Json::Number(number) => yaml::Value::Text(number.to_string().into()),
            // What it holds is read no second time.
            Json::String(text) if !text.contains("{{") && !text.contains("{%") => {
                yaml::Value::Text(text.as_str().into())
            }
            _ => return None,
        };
        Some((key.as_str().into(), Node { line: node.line, value }))
    });
    Some(Cow::Owned(Node::map(node.line, entries.collect::<Option<_>>()?)))
}

fn params(reader: &mut Reader<'_>, node: &Node, sent: &mut Sent, losses: &mut Vec<Loss>) {
    let Some(node) = as_map(reader, node) else {
        losses.push(Loss::new(node.line, "params", node.short(), "params that are one text"));
        return;
    };
    for (name, node) in node.entries() {
        let read = reader.text(name);
        let Ok([Piece::Text(name)]) = read.as_deref() else {
            let shown = format!("{name}: {}", node.short());
            losses.push(Loss::new(node.line, "params", shown, "a param whose name is known later"));
            continue;
        };
        let name = name.clone();
        if node.is_map() {
            let reason = match node.kind() {
                "QueryProperties" => "properties in chunks",
                _ => "a param that is an object",
            };
            losses.push(Loss::new(node.line, "params", format!("{name}: {}", node.short()), reason));
            continue;
        }
        if node.as_str().is_some_and(is_page_token) {
            sent.token_param = Some(name);
            continue;
        }
        if let Some(first) = node.as_str().and_then(initial_token) {
            (sent.token_param, sent.first_token) = (Some(name), Some(first));
            continue;
        }
        let read = if node.is_list() {
            let items = node.items().iter().map(|item| reader.text(&plain(item)).and_then(|pieces| value(&pieces)));
            items.collect::<Result<Vec<_>, _>>().map(Value::List)
        } else {
            reader.text(unquoted(&plain(node))).and_then(|pieces| value(&pieces))
        };
        match read {
            // What comes out empty is not sent.
            Ok(Value::Text(text)) if text.is_empty() => {}
            Ok(Value::List(items)) if items.is_empty() => {}
            Ok(value) => sent.params.push((name, value)),
            Err(reason) => losses.push(Loss::new(node.line, "params", format!("{name}: {}", node.short()), reason)),
        }
    }
}

/// A plain value as it is sent.
fn plain(node: &Node) -> String {
    match &node.value {
        yaml::Value::Text(text) => text.trim().to_owned(),
        yaml::Value::Bool(true) => "True".to_owned(),
        yaml::Value::Bool(false) => "False".to_owned(),
        yaml::Value::Null => String::new(),
        yaml::Value::Float(number) => format!("{number:?}"),
        _ => node.json().to_string(),
    }
}

/// A text without the quotes around it, which the manifest's engine takes for those of Python.
fn unquoted(text: &str) -> &str {
    let inner = ['\'', '"'].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    inner.filter(|inner| !inner.is_empty() && !inner.starts_with(['\'', '"'])).unwrap_or(text)
}

fn is_usual(name: &str, text: &str, requester: &Node) -> bool {
    let sends_json = requester.get("request_body_json").is_some();
    match name.to_ascii_lowercase().as_str() {
        "accept" => text == "application/json",
        "content-type" => text == "application/json" && sends_json,
        _ => text.is_empty(),
    }
}

/// The body without the values that a paginator sets.
fn without_token(node: &Node, place: &str, sent: &mut Sent) -> Node {
    if !node.is_map() {
        return node.clone();
    }
    let mut entries = Vec::new();
    for (key, child) in node.entries() {
        let path = if place.is_empty() { key.to_string() } else { format!("{place}.{key}") };
        if child.as_str().is_some_and(is_page_token) {
            sent.token_body = Some(path);
        } else {
            entries.push((std::rc::Rc::clone(key), without_token(child, &path, sent)));
        }
    }
    Node::map(node.line, entries)
}

fn data(reader: &mut Reader<'_>, node: &Node, options: &mut Options, losses: &mut Vec<Loss>) {
    let read = match &node.value {
        yaml::Value::Map(entries) => {
            let entries = entries.iter().map(|(key, node)| {
                let pieces = reader.text(&plain(node))?;
                let value = match pieces.as_slice() {
                    [Piece::Param(name)] => Value::word(name),
                    pieces => value(pieces)?,
                };
                Ok((key.to_string(), value))
            });
            entries.collect::<Result<Vec<_>, _>>().map(Value::Object)
        }
        _ => reader.text(&plain(node)).and_then(|pieces| value(&pieces)),
    };
    match read {
        Ok(value) => set(options, "data", value),
        Err(reason) => losses.push(Loss::new(node.line, "data", node.short(), reason)),
    }
}

/// The parts of a text that a `/` separates, but for those in placeholders.
pub(super) fn segments(text: &str) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0_usize);
    for letter in text.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match parts.last_mut() {
            Some(_) if letter == '/' && depth == 0 => parts.push(String::new()),
            Some(last) => last.push(letter),
            None => {}
        }
    }
    parts
}
