//! Where the rows of a sample are.

use super::load::{Content, Sample};
use crate::diagnostic::suggest;
use crate::json::JsonValue;
use crate::language::MissingRows;
use crate::literal::{Selector, Step, written};

/// Where to look for rows.
#[derive(Clone, Copy)]
pub(crate) struct RowsPlace<'p> {
    pub(crate) selector: Option<&'p Selector>,
    pub(crate) missing: MissingRows,
}

/// The rows of a sample, or why there are none.
pub(crate) fn of<'s>(sample: &'s Sample, place: RowsPlace<'_>) -> Result<Vec<&'s JsonValue>, String> {
    let body = match &sample.content {
        Content::Rows(rows) => return Ok(rows.iter().collect()),
        Content::Response(body) => body,
    };
    match place.selector {
        None => listed(sample, body, &[], false, place.missing),
        Some(Selector::Steps(steps)) => match steps.split_last() {
            Some((Step::All, list)) => listed(sample, body, list, false, place.missing),
            _ => listed(sample, body, steps, true, place.missing),
        },
        Some(Selector::Query(query)) => Ok(super::query::rows(body, query)),
    }
}

/// The elements of the lists at a path. `one` says whether an object there is a row.
fn listed<'s>(
    sample: &'s Sample,
    body: &'s JsonValue,
    steps: &[Step],
    one: bool,
    missing: MissingRows,
) -> Result<Vec<&'s JsonValue>, String> {
    let mut found = vec![body];
    for step in steps {
        found = found.into_iter().flat_map(|value| next(value, step)).collect();
    }
    let name = &sample.name;
    let place = if steps.is_empty() { String::new() } else { format!(" at `{}`", written(steps)) };
    if found.is_empty() && missing == MissingRows::Error {
        return Err(format!("`{name}` has nothing{place}{}", help(body)));
    }
    let mut rows = Vec::new();
    for value in found {
        match value {
            JsonValue::Array(items) => rows.extend(items),
            JsonValue::Object(_) if one => rows.push(value),
            JsonValue::Null if missing == MissingRows::Empty => {}
            other => {
                return Err(format!("`{name}` has {} and not an array of rows{place}{}", other.kind(), help(body)));
            }
        }
    }
    Ok(rows)
}

/// The value at a path that leads to one.
pub(super) fn at<'v>(value: &'v JsonValue, steps: &[Step]) -> Option<&'v JsonValue> {
    steps.iter().try_fold(value, |value, step| next(value, step).into_iter().next())
}

fn next<'v>(value: &'v JsonValue, step: &Step) -> Vec<&'v JsonValue> {
    match (step, value) {
        (Step::Key(key), JsonValue::Object(_)) => value.get(key).into_iter().collect(),
        (Step::Index(index), JsonValue::Array(items)) => items.get(*index).into_iter().collect(),
        (Step::Last, JsonValue::Array(items)) => items.last().into_iter().collect(),
        (Step::All, JsonValue::Array(items)) => items.iter().collect(),
        _ => Vec::new(),
    }
}

fn help(body: &JsonValue) -> String {
    if matches!(body, JsonValue::Array(_)) {
        return "\nhelp: the body itself is an array: leave `data_selector` out".to_owned();
    }
    let arrays = paths(body, &|value| matches!(value, JsonValue::Array(_)));
    match arrays.as_slice() {
        [] => "\nnote: it holds no array: is it the response that was meant?".to_owned(),
        [only] => format!("\nhelp: write `data_selector = {only:?}`"),
        _ => format!(
            "\nhelp: write `data_selector = \"…\"` with where the rows are\nnote: it has arrays at {}",
            suggest::list(arrays.iter().map(String::as_str))
        ),
    }
}

/// Where in an object such values are, down to the second level.
pub(super) fn paths(body: &JsonValue, is: &dyn Fn(&JsonValue) -> bool) -> Vec<String> {
    const MOST: usize = 20;
    let JsonValue::Object(members) = body else { return Vec::new() };
    let mut paths = Vec::new();
    for (key, value) in members {
        let outer = Step::Key(key.clone());
        if is(value) {
            paths.push(written(std::slice::from_ref(&outer)));
        }
        if let JsonValue::Object(inner) = value {
            let inner = inner.iter().filter(|(_, value)| is(value));
            paths.extend(inner.map(|(name, _)| written(&[outer.clone(), Step::Key(name.clone())])));
        }
    }
    paths.truncate(MOST);
    paths
}
