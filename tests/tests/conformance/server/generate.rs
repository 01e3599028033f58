//! Routes that make rows: by page number, by offset, by cursor, or one row whatever is asked.

use std::ops::Range;

use declarest_tests::{Reply, Request};
use serde_json::{Map, Value, json};

use super::route::{base, body};

/// A page of the rows of a route.
pub(super) fn answer(route: &Value, request: &Request) -> Reply {
    match route["gen"].as_str() {
        Some("page") => by_page(route, request),
        Some("offset") => by_offset(route, request),
        Some("cursor") => by_cursor(route, request),
        Some("echo") => Reply::json(json!({ "data": [{ "id": 0 }] })),
        other => panic!("no such generator: {other:?}"),
    }
}

fn by_page(route: &Value, request: &Request) -> Reply {
    let (param, base_page) = (text(route, "param"), number(route, "base", 1));
    let page = asked(route, request, param).unwrap_or(base_page);
    let size = number(route, "page_size", 5);
    let slice = slice(route, page.saturating_sub(base_page) * size, size);
    let next = has_more(route, &slice).then(|| format!("{}?{param}={}", request.path, page + 1));
    let style = text(route, "next_style");
    let next = next.map(|next| if style == "relative" { next } else { base(request) + &next });
    let place = route["next_at"].as_str();
    let in_body = place.filter(|_| style != "header").map(|place| (place, next.clone().into()));
    let reply = Reply::json(page_of(route, slice, in_body));
    match (place, next) {
        (Some(place), Some(next)) if style == "header" => reply.header(place, format!("<{next}>; rel=\"next\"")),
        _ => reply,
    }
}

fn by_offset(route: &Value, request: &Request) -> Reply {
    let limit = asked(route, request, "limit").unwrap_or_else(|| number(route, "default_limit", 10));
    let slice = slice(route, asked(route, request, "offset").unwrap_or(0), limit);
    Reply::json(page_of(route, slice, None))
}

fn by_cursor(route: &Value, request: &Request) -> Reply {
    let first = asked(route, request, text(route, "param")).unwrap_or(0);
    let slice = slice(route, first, number(route, "page_size", 5));
    let next = has_more(route, &slice).then_some(slice.end);
    Reply::json(page_of(route, slice, Some((text(route, "cursor_at"), next.map(|next| next.to_string()).into()))))
}

/// The rows, and what stands beside them.
fn page_of(route: &Value, slice: Range<u64>, beside: Option<(&str, Value)>) -> Value {
    let more = has_more(route, &slice);
    let from = number(route, "id_from", 0);
    let rows: Vec<_> = slice.map(|row| json!({ "id": from + row, "title": format!("Post {}", from + row) })).collect();
    let Some(rows_at) = route["rows_at"].as_str() else { return rows.into() };
    let mut page = Map::new();
    for (name, value) in route["meta"].as_object().into_iter().flatten() {
        let value = match value.as_str() {
            Some("$has_more") => more.into(),
            Some("$has_more_str") => more.to_string().into(),
            _ => value.clone(),
        };
        page.insert(name.clone(), value);
    }
    page.extend(beside.map(|(name, value)| (name.to_owned(), value)));
    page.insert(rows_at.to_owned(), rows.into());
    page.into()
}

/// Which rows these are, as far as there are any.
fn slice(route: &Value, first: u64, size: u64) -> Range<u64> {
    let rows = number(route, "rows", 0);
    first.min(rows)..(first + size).min(rows)
}

fn has_more(route: &Value, slice: &Range<u64>) -> bool {
    slice.end < number(route, "rows", 0)
}

/// What a request says of a place in the list.
fn asked(route: &Value, request: &Request, param: &str) -> Option<u64> {
    if text(route, "where") == "body" { body(request)[param].as_u64() } else { request.number(param) }
}

fn number(route: &Value, name: &str, default: u64) -> u64 {
    route[name].as_u64().unwrap_or(default)
}

fn text<'r>(route: &'r Value, name: &str) -> &'r str {
    route[name].as_str().unwrap_or_default()
}
