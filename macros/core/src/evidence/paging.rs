//! What a paginator looks for in a response: whether it is there, and of use.

use std::borrow::Cow;

use super::facts::{DataNode, NodeFacts, NodeKind, at, is_integer};
use super::rows::paths;
use crate::diagnostic::{OptionOrigin, suggest};
use crate::json::JsonValue;
use crate::language::Paginator;
use crate::literal::Step;

/// An option with a path in the response.
struct ResponsePath {
    option: &'static str,
    what: &'static str,
    fits: fn(&JsonValue) -> bool,
    /// Whether a response without rows may lack it.
    may_lack: bool,
}

const RESPONSE_PATHS: [ResponsePath; 7] = [
    ResponsePath { option: "total_path", what: "a number", fits: is_count, may_lack: true },
    ResponsePath { option: "total_pages_path", what: "a number", fits: is_count, may_lack: true },
    ResponsePath { option: "has_more_path", what: "true or false", fits: is_flag, may_lack: true },
    ResponsePath { option: "is_last_path", what: "true or false", fits: is_flag, may_lack: true },
    ResponsePath { option: "cursor_path", what: "a cursor or null", fits: is_cursor, may_lack: false },
    ResponsePath { option: "next_url_path", what: "a URL or null", fits: is_link, may_lack: false },
    ResponsePath { option: "base_path", what: "a URL", fits: is_link, may_lack: false },
];

/// A response with a body.
pub(crate) struct Page<'p, N> {
    pub(crate) body: N,
    /// As messages call it.
    pub(crate) called: &'p str,
    pub(crate) has_rows: bool,
}

/// Reports paths of the paginator at which there is nothing, or nothing of use: once for each path. One page of several
/// may be the last, which names no next one. Options that are `overruled` are not compared.
pub(crate) fn check<'v, N: DataNode<'v>>(
    paginator: &Paginator,
    pages: &[Page<'_, N>],
    overruled: &dyn Fn(&str) -> bool,
    origin: &OptionOrigin<'_>,
) {
    for path in RESPONSE_PATHS.iter().filter(|path| !overruled(path.option)) {
        let Some((steps, token)) = paginator.path(path.option) else { continue };
        let problems: Vec<_> = pages.iter().map(|page| problem(path, steps, &token.value(), page)).collect();
        let wrong = problems.iter().flatten().find(|problem| !problem.is_absence);
        // Nothing at all may be right on one page, not on all.
        let absent = problems.iter().flatten().next().filter(|_| problems.iter().all(Option::is_some));
        if let Some(problem) = wrong.or(absent) {
            origin.report(token, problem.message.clone());
        }
    }
}

/// What is wrong with a path.
struct Problem {
    message: String,
    /// Whether there is nothing.
    is_absence: bool,
}

fn problem<'v, N: DataNode<'v>>(
    path: &ResponsePath,
    steps: &[Step],
    written: &str,
    page: &Page<'_, N>,
) -> Option<Problem> {
    let (ResponsePath { option, what, fits, may_lack }, Page { body, called, has_rows }) = (path, page);
    let fits = |facts: &NodeFacts<'v, N>| fits(&example(facts));
    let found = at(*body, steps)?.first().map(|node| node.facts());
    if found.as_ref().is_some_and(|facts| facts.is_anything() || fits(facts)) {
        return None;
    }
    let is_sample = body.facts().value.is_some();
    let is_null = found.as_ref().is_none_or(|facts| facts.value == Some(&JsonValue::Null));
    if *may_lack && is_sample && !has_rows && is_null {
        return None;
    }
    let is_absence = found.is_none();
    let record =
        if is_absence && is_sample && !may_lack { "\nnote: record a page that another one follows" } else { "" };
    let found = found.map_or_else(|| "nothing".to_owned(), |facts| facts.what());
    let near = suggest::path(written, &paths(*body, &fits));
    let message = format!("`{option}` needs {what}, but {called} has {found} at `{written}`{near}{record}");
    Some(Problem { message, is_absence })
}

/// The value that a node is, or one such as its schema allows.
fn example<'f, N>(facts: &'f NodeFacts<'_, N>) -> Cow<'f, JsonValue> {
    let text = |text: &str| JsonValue::Text(text.to_owned());
    let value = match (facts.value, &facts.kind, facts.example) {
        (Some(value), _, _) => return Cow::Borrowed(value),
        (None, NodeKind::Bool, _) => JsonValue::Bool(true),
        (None, NodeKind::Integer | NodeKind::Number, _) => JsonValue::Integer(0),
        (None, NodeKind::Text, _) if is_integer(facts.format) => text("0"),
        (None, NodeKind::Text, Some(example @ JsonValue::Text(_))) => return Cow::Borrowed(example),
        (None, NodeKind::Text, _) => text(""),
        // A schema that allows only null is of no use, and neither are those of arrays and objects.
        _ => JsonValue::Array(Vec::new()),
    };
    Cow::Owned(value)
}

fn is_count(value: &JsonValue) -> bool {
    match value {
        JsonValue::Integer(_) => true,
        JsonValue::Float(number) => number.fract() == 0.0,
        JsonValue::Text(text) => text.trim().parse::<i64>().is_ok(),
        _ => false,
    }
}

/// Flags that are sent as strings.
const FLAGS: [&str; 10] = ["true", "1", "y", "yes", "t", "false", "0", "n", "no", "f"];

fn is_flag(value: &JsonValue) -> bool {
    match value {
        JsonValue::Bool(_) => true,
        JsonValue::Integer(number) => matches!(number, 0 | 1),
        JsonValue::Text(text) => FLAGS.iter().any(|flag| flag.eq_ignore_ascii_case(text.trim())),
        _ => false,
    }
}

fn is_cursor(value: &JsonValue) -> bool {
    !matches!(value, JsonValue::Bool(true))
}

fn is_link(value: &JsonValue) -> bool {
    matches!(value, JsonValue::Null | JsonValue::Bool(false) | JsonValue::Text(_))
}
