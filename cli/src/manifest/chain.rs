//! Paginators whose next page is named by the last one: cursors and links.

use super::ends::{alternatives, end, is_false_by_default, is_last};
use super::paginator::{Place, Refusal, Scene, size, token_place};
use super::selector::of_steps;
use super::text::{Reader, why};
use crate::declaration::{Entry, Value};
use crate::jinja::{self, Expr, Part, Root, Step, fold, is_falsy, path};
use crate::yaml::Node;

/// Where the next page's token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// In the body.
    Body(Vec<Step>),
    /// In the last row.
    Row(Vec<Step>),
    /// In the URL that the body names, as one of its params.
    InLink(Vec<Step>),
    /// The header `Link`, by its relation.
    Link(String),
    /// Another header.
    Header(String),
}

pub(super) fn paginator(
    reader: &mut Reader<'_>,
    node: &Node,
    strategy: &Node,
    scene: &mut Scene<'_>,
) -> Result<Value, Refusal> {
    let value = strategy.get("cursor_value");
    let (line, original) = value.map_or((strategy.line, String::new()), |node| (node.line, node.short()));
    let refused = |reason: &str| (line, original.clone(), reason.to_owned());
    let expr = expression(reader, value).ok_or_else(|| refused("a cursor that is computed"))?;
    if let Some(offset) = offset(reader, node, strategy, scene, &expr)? {
        return Ok(offset);
    }
    let (expr, inside) = super::links::inside(expr);
    let token = token(&expr).ok_or_else(|| refused(&cursor_reason(&expr)))?;
    let place = match (token_place(reader, node, scene)?, inside) {
        (Some(Place::Body(path)), Some(inside)) => Some(Place::Body(format!("{path}.{inside}"))),
        (_, Some(_)) => return Err(refused("a cursor that is computed")),
        (place, None) => place,
    };
    let mut entries = Vec::new();
    let is_link = matches!(place, Some(Place::Url));
    let kind = match (&token, place) {
        (_, None) => return Ok(Value::word("single_page")),
        (Token::Link(relation), Some(Place::Url | Place::Param(_))) => {
            if relation != "next" {
                entries.push(named("links_next_key", Value::text(relation)));
            }
            "header_link"
        }
        // The URL of the next page, in the last row.
        (Token::Row(steps), Some(Place::Url)) => {
            let path = last_row(scene, steps).ok_or_else(|| refused("a link at a computed path"))?;
            entries.push(named("next_url_path", Value::text(path)));
            "json_link"
        }
        (Token::InLink(steps), Some(_)) | (Token::Body(steps), Some(Place::Url)) => {
            let path = of_steps(steps).ok_or_else(|| refused("a link at a computed path"))?;
            if path != "next" {
                entries.push(named("next_url_path", Value::text(path)));
            }
            "json_link"
        }
        (Token::Header(name), Some(place)) if !is_link => {
            entries.push(named("cursor_key", Value::text(name)));
            entries.extend(target(&place, scene).ok_or_else(|| refused("a cursor in the path"))?);
            "header_cursor"
        }
        (Token::Header(_), Some(Place::Url)) => return Err(refused("a link in a header of another name")),
        (Token::Link(_), Some(_)) => return Err(refused("a cursor that is a link")),
        (Token::Body(_) | Token::Row(_) | Token::Header(_), Some(place)) => {
            let path = match &token {
                Token::Body(steps) => of_steps(steps),
                Token::Row(steps) => last_row(scene, steps),
                _ => None,
            };
            entries
                .push(named("cursor_path", Value::text(path.ok_or_else(|| refused("a cursor at a computed path"))?)));
            entries.extend(target(&place, scene).ok_or_else(|| refused("a cursor in the path"))?);
            "cursor"
        }
    };
    if let Some(first) = scene.sent.first_token.clone() {
        if !matches!(kind, "cursor" | "header_cursor") {
            return Err(refused("a first token beside a link"));
        }
        entries.push(named("initial_cursor", Value::text(first)));
    }
    let size = size(reader, node, strategy, scene)?;
    entries.extend(size.entries.iter().cloned());
    if matches!(kind, "json_link" | "header_link") {
        // The manifest's engine adds what a link lacks.
        entries.push(named("resend_params", Value::word(true)));
    }
    if let Some(stop) = strategy.get("stop_condition").filter(|stop| !stop.is_empty() && stop.as_bool().is_none()) {
        let refused = |reason: &str| (stop.line, stop.short(), reason.to_owned());
        let condition = expression(reader, Some(stop)).ok_or_else(|| refused("an end of pages that is computed"))?;
        let mut ends = Vec::new();
        if is_false_by_default(stop) {
            ends.push(named("missing_flag", Value::word("end")));
        }
        for condition in alternatives(&condition) {
            let end = end(condition, &token, scene, &size).ok_or_else(|| refused(&stop_reason(condition)))?;
            ends.extend(end);
        }
        for end in ends {
            let Entry::Named(name, _) = &end else { continue };
            let is_known = entries.iter().any(|entry| matches!(entry, Entry::Named(known, _) if known == name));
            match is_known {
                false => entries.push(end),
                true if name == "missing_flag" || entries.contains(&end) => {}
                true => return Err(refused("an end of pages that is computed")),
            }
        }
    }
    Ok(Value::Call(kind.to_owned(), entries))
}

/// The path of a value in the last row.
fn last_row(scene: &Scene<'_>, steps: &[Step]) -> Option<String> {
    let field = of_steps(steps)?;
    let rows: Vec<&str> = scene.rows.iter().map(String::as_str).filter(|key| *key != "*").collect();
    let rows = super::selector::path(&rows);
    let separator = if field.starts_with('[') { "" } else { "." };
    Some(format!("{rows}[-1]{separator}{field}"))
}

/// `response.startAt + response.maxResults`: an offset that the answer repeats.
fn offset(
    reader: &mut Reader<'_>,
    node: &Node,
    strategy: &Node,
    scene: &mut Scene<'_>,
    expr: &Expr,
) -> Result<Option<Value>, Refusal> {
    let Expr::Binary("+", start, length) = expr else { return Ok(None) };
    let (Some((Root::Response, start)), Some((Root::Response, _))) = (path(start), path(length)) else {
        return Ok(None);
    };
    let Some(Place::Param(param)) = token_place(reader, node, scene)? else { return Ok(None) };
    if start.last() != Some(&Step::Key(param.clone())) {
        return Ok(None);
    }
    scene.sent.params.retain(|(known, _)| *known != param);
    let size = size(reader, node, strategy, scene)?;
    if !size.is_sent() {
        return Ok(None);
    }
    let mut entries = vec![named("offset_param", Value::text(param))];
    entries.extend(size.entries);
    let stop = expression(reader, strategy.get("stop_condition"));
    for condition in stop.iter().flat_map(alternatives) {
        match condition {
            Expr::Compare(">=", sum, total) if **sum == *expr || matches!(**sum, Expr::Binary("+", ..)) => {
                let Some((Root::Response, steps)) = path(total) else { return Ok(None) };
                let Some(total) = of_steps(&steps) else { return Ok(None) };
                entries.push(named("total_path", Value::text(total)));
            }
            other => match is_last(other) {
                Some(end) => entries.extend(end),
                None => return Ok(None),
            },
        }
    }
    Ok(Some(Value::Call("offset".to_owned(), entries)))
}

fn cursor_reason(expr: &Expr) -> String {
    if expr.names(&["next_page_token", "last_page_size"]) || expr.names(&["response", "last_record", "headers"]) {
        "a cursor that is computed".to_owned()
    } else {
        why(expr)
    }
}

fn stop_reason(_: &Expr) -> String {
    "an end of pages that is computed".to_owned()
}

pub(super) fn named(name: &str, value: Value) -> Entry {
    Entry::Named(name.to_owned(), value)
}

/// Where a cursor goes, if it is not where it goes by default.
fn target(place: &Place, scene: &mut Scene<'_>) -> Option<Vec<Entry>> {
    match place {
        Place::Param(name) => {
            scene.sent.params.retain(|(known, _)| known != name);
            let usual = name == "cursor";
            Some(if usual { Vec::new() } else { vec![named("cursor_param", Value::text(name))] })
        }
        Place::Body(path) => Some(vec![named("cursor_body_path", Value::text(path))]),
        Place::Header(name) => Some(vec![named("cursor_header", Value::text(name))]),
        Place::Url => None,
    }
}

/// The one expression that a text is.
fn expression(reader: &Reader<'_>, node: Option<&Node>) -> Option<Expr> {
    let text = node?.as_str()?;
    match jinja::template(text.trim()).ok()?.as_slice() {
        [Part::Expr(expr)] => Some(fold(expr, reader.parameters)),
        _ => None,
    }
}

/// Where an expression finds the token.
pub(super) fn token(expr: &Expr) -> Option<Token> {
    if super::links::is_next(expr) {
        return Some(Token::Link("next".to_owned()));
    }
    match expr {
        Expr::Filter(of, name, _) if matches!(name.as_str(), "tojson" | "string" | "int" | "urlencode") => token(of),
        // A param of the next link: the link itself asks for the same.
        Expr::Filter(of, name, _) if name == "regex_search" => in_link(of),
        Expr::Or(of, other) if is_falsy(other) => token(of),
        Expr::Cond(then, condition, Some(other)) if is_falsy(other) => {
            let found = token(then)?;
            let asks = |expr: &Expr| path(expr).is_some();
            let is_presence = match &**condition {
                Expr::Compare("in", _, of) => asks(of) || in_link(of).is_some(),
                Expr::Compare(">" | "!=", of, _) => {
                    matches!(&**of, Expr::Filter(of, name, _) if asks(of) && (name == "length" || name == "count"))
                }
                Expr::Test(of, test, _) if test == "defined" || test == "none" => asks(of),
                other => asks(other),
            };
            is_presence.then_some(found)
        }
        Expr::Get(of, _) => {
            reference(expr).or_else(|| matches!(&**of, Expr::Call(..) | Expr::Get(..)).then(|| in_link(of)).flatten())
        }
        Expr::Call(..) => in_link(expr),
        _ => reference(expr),
    }
}

fn reference(expr: &Expr) -> Option<Token> {
    let (root, steps) = path(expr)?;
    match root {
        Root::Response if !steps.is_empty() => Some(Token::Body(steps)),
        Root::LastRecord if !steps.is_empty() => Some(Token::Row(steps)),
        Root::Headers => match steps.as_slice() {
            [Step::Key(link), Step::Key(relation), Step::Key(url)]
                if link.eq_ignore_ascii_case("link") && url == "url" =>
            {
                Some(Token::Link(relation.clone()))
            }
            [Step::Key(name)] if !name.eq_ignore_ascii_case("link") => Some(Token::Header(name.clone())),
            _ => None,
        },
        _ => None,
    }
}

/// `response.next.split('after=')[-1].split('&')[0]`: a param of a link.
fn in_link(expr: &Expr) -> Option<Token> {
    if let Some((Root::Response, steps)) = path(expr) {
        return (!steps.is_empty()).then_some(Token::InLink(steps));
    }
    match expr {
        Expr::Get(of, key) if matches!(**key, Expr::Const(serde_json::Value::Number(_))) => in_link(of),
        Expr::Call(function, args, _) => match &**function {
            Expr::Get(of, method) if method.as_text() == Some("split") && is_query(args.first()) => in_link(of),
            _ => None,
        },
        Expr::Filter(of, name, args) if name == "regex_search" && is_query(args.first()) => in_link(of),
        _ => None,
    }
}

/// Whether a text cuts a query.
fn is_query(expr: Option<&Expr>) -> bool {
    expr.and_then(Expr::as_text).is_some_and(|text| text.contains('=') || text == "&" || text == "?")
}
