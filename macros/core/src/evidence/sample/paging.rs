//! What a paginator looks for in a body: whether a sample has it.

use syn::LitStr;

use super::load::{Content, Sample};
use super::rows;
use crate::diagnostic::{OptionOrigin, suggest};
use crate::json::JsonValue;
use crate::language::Paginator;
use crate::literal::Step;

/// What an option leads to.
struct SamplePath {
    option: &'static str,
    what: &'static str,
    fits: fn(&JsonValue) -> bool,
    /// Whether it may be absent, as it is where there are no rows.
    may_lack: bool,
}

const WANTED: [SamplePath; 5] = [
    SamplePath { option: "total_path", what: "a number", fits: is_count, may_lack: true },
    SamplePath { option: "total_pages_path", what: "a number", fits: is_count, may_lack: true },
    SamplePath { option: "has_more_path", what: "true or false", fits: is_flag, may_lack: true },
    SamplePath { option: "cursor_path", what: "a text, a number or null", fits: is_cursor, may_lack: false },
    SamplePath { option: "next_url_path", what: "a URL or null", fits: is_link, may_lack: false },
];

/// Reports paths of the paginator that lead to nothing, or to what it cannot use. A sample that is rows alone says nothing of that.
pub(crate) fn check(paginator: &Paginator, sample: &Sample, rows: usize, origin: &OptionOrigin<'_>) {
    let Content::Response(body) = &sample.content else { return };
    for wanted in &WANTED {
        if let Some((steps, token)) = paginator.path(wanted.option) {
            one(wanted, steps, token, body, &sample.name, rows, origin);
        }
    }
}

fn one(
    wanted: &SamplePath,
    steps: &[Step],
    token: &LitStr,
    body: &JsonValue,
    file: &str,
    rows: usize,
    origin: &OptionOrigin<'_>,
) {
    let SamplePath { option, what, fits, may_lack } = wanted;
    let path = token.value();
    let near = || suggest::path(&path, &rows::paths(body, fits));
    match rows::at(body, steps) {
        Some(value) if fits(value) => {}
        Some(JsonValue::Null) | None if *may_lack && rows == 0 => {}
        Some(value) => origin.report(
            token,
            format!("`{option}` leads to {what}, and `{file}` has {} at `{path}`{}", value.kind(), near()),
        ),
        None => {
            let last = if *may_lack { "" } else { "\nnote: record a page that another one follows" };
            origin.report(
                token,
                format!("`{option}` leads to {what}, and `{file}` has nothing at `{path}`{}{last}", near()),
            );
        }
    }
}

fn is_count(value: &JsonValue) -> bool {
    match value {
        JsonValue::Integer(_) => true,
        JsonValue::Float(number) => number.fract() == 0.0,
        JsonValue::Text(text) => text.trim().parse::<i64>().is_ok(),
        _ => false,
    }
}

fn is_flag(value: &JsonValue) -> bool {
    match value {
        JsonValue::Bool(_) => true,
        JsonValue::Text(text) => text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false"),
        _ => false,
    }
}

fn is_cursor(value: &JsonValue) -> bool {
    matches!(value, JsonValue::Null | JsonValue::Bool(false) | JsonValue::Integer(_) | JsonValue::Text(_))
}

fn is_link(value: &JsonValue) -> bool {
    matches!(value, JsonValue::Null | JsonValue::Bool(false) | JsonValue::Text(_))
}
