//! Where the rows are in an answer, and what a path leads to.

use super::operation::Operation;
use super::schema::SchemaKind;
use super::spec::Spec;
use crate::diagnostic::suggest;
use crate::json::JsonValue;
use crate::literal::{Selector, Step, written};

/// What is known of the rows.
pub(crate) enum Rows<'s> {
    /// The schema of a row.
    Row(&'s JsonValue),
    Unknown,
    /// There are none, and why.
    Wrong(String),
}

/// What a path leads to.
pub(super) enum At<'s> {
    Schema(&'s JsonValue),
    Unknown,
    Nothing,
}

/// The rows of an operation's answer.
pub(crate) fn of<'s>(operation: &Operation<'s>, selector: Option<&Selector>) -> Rows<'s> {
    let Some(answer) = operation.answer() else { return Rows::Unknown };
    match selector {
        None => listed(operation, answer, &[], false),
        Some(Selector::Steps(steps)) => match steps.split_last() {
            Some((Step::All, list)) => listed(operation, answer, list, false),
            _ => listed(operation, answer, steps, true),
        },
        // A query picks and filters: not judged.
        Some(Selector::Query(_)) => Rows::Unknown,
    }
}

/// The elements of the list at a path. `one` says whether an object there is a row.
fn listed<'s>(operation: &Operation<'s>, answer: &'s JsonValue, steps: &[Step], one: bool) -> Rows<'s> {
    let spec = operation.spec;
    let place = if steps.is_empty() { String::new() } else { format!(" at `{}`", written(steps)) };
    let found = match at(spec, answer, steps) {
        At::Schema(found) => found,
        At::Unknown => return Rows::Unknown,
        At::Nothing => {
            return Rows::Wrong(format!(
                "the answer to `{}` in `{}` has nothing{place}{}",
                operation.name(),
                spec.name,
                help(spec, answer)
            ));
        }
    };
    let schema = spec.schema(found);
    match schema.kind {
        SchemaKind::List(Some(row)) => Rows::Row(row),
        SchemaKind::Object(_) if one => Rows::Row(found),
        SchemaKind::List(None) | SchemaKind::Unknown | SchemaKind::Mixed => Rows::Unknown,
        _ => Rows::Wrong(format!(
            "the answer to `{}` in `{}` has {} and not an array of rows{place}{}",
            operation.name(),
            spec.name,
            schema.what(),
            help(spec, answer)
        )),
    }
}

/// What a path leads to from here.
pub(super) fn at<'s>(spec: &'s Spec, value: &'s JsonValue, steps: &[Step]) -> At<'s> {
    let mut value = value;
    for step in steps {
        let next = match (spec.schema(value).kind, step) {
            (SchemaKind::Object(object), Step::Key(key)) => match object.get(key).or(object.rest) {
                None if object.open => return At::Unknown,
                next => next,
            },
            (SchemaKind::Unknown | SchemaKind::Mixed, _)
            | (SchemaKind::List(None), Step::Index(_) | Step::Last | Step::All) => {
                return At::Unknown;
            }
            (SchemaKind::List(items), Step::Index(_) | Step::Last | Step::All) => items,
            _ => None,
        };
        match next {
            Some(next) => value = next,
            None => return At::Nothing,
        }
    }
    At::Schema(value)
}

fn help(spec: &Spec, answer: &JsonValue) -> String {
    if matches!(spec.schema(answer).kind, SchemaKind::List(_)) {
        return "\nhelp: the body itself is an array: leave `data_selector` out".to_owned();
    }
    let arrays = paths(spec, answer, &|kind| matches!(kind, SchemaKind::List(_)));
    match arrays.as_slice() {
        [] => String::new(),
        [only] => format!("\nhelp: write `data_selector = {only:?}`"),
        _ => format!(
            "\nhelp: write `data_selector = \"…\"` with where the rows are\nnote: it has arrays at {}",
            suggest::list(arrays.iter().map(String::as_str))
        ),
    }
}

/// Where in an object such values are, down to the second level.
pub(super) fn paths(spec: &Spec, answer: &JsonValue, is: &dyn Fn(&SchemaKind<'_>) -> bool) -> Vec<String> {
    const MOST: usize = 20;
    let SchemaKind::Object(object) = spec.schema(answer).kind else { return Vec::new() };
    let mut paths = Vec::new();
    for (key, value) in object.properties {
        let outer = Step::Key(key.to_owned());
        let kind = spec.schema(value).kind;
        if is(&kind) {
            paths.push(written(std::slice::from_ref(&outer)));
        }
        if let SchemaKind::Object(inner) = kind {
            let inner = inner.properties.iter().filter(|(_, value)| is(&spec.schema(value).kind));
            paths.extend(inner.map(|(name, _)| written(&[outer.clone(), Step::Key((*name).to_owned())])));
        }
    }
    paths.truncate(MOST);
    paths
}
