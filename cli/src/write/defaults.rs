//! `resource_defaults`: what most resources share is written once.

use super::meant::ignored_status;
use crate::declaration::{Options, Resource, Source, Value, option, set};

/// Options that may be shared. Params and headers would be merged, and what is unset again is no longer a default.
const SHARED: [&str; 9] = [
    "primary_key",
    "write_disposition",
    "paginator",
    "data_selector",
    "missing_rows",
    "response_actions",
    "retry",
    "rate_limit",
    "incremental",
];

/// Moves options that most resources have alike into the defaults, and returns these.
pub(super) fn share(source: &mut Source) -> Options {
    let mut defaults = Options::new();
    let all = source.resources.len();
    if let Some(rule) = &source.spelling {
        defaults.push(("rename_all".to_owned(), Value::text(rule)));
    }
    if all < 2 {
        return defaults;
    }
    for name in SHARED {
        let Some(value) = most_frequent(source, name, all) else { continue };
        for resource in &mut source.resources {
            match option(&resource.options, name) {
                Some(known) if *known == value => resource.options.retain(|(known, _)| known != name),
                Some(_) => {}
                None => set(&mut resource.options, name, unset(name)),
            }
        }
        defaults.push((name.to_owned(), value));
    }
    defaults
}

/// A value that more than half of the resources have, and that all others can unset.
fn most_frequent(source: &Source, name: &str, all: usize) -> Option<Value> {
    // Only these can be unset where a resource has none.
    let can_be_unset = ["data_selector", "missing_rows", "paginator"].contains(&name);
    let has = |resource: &&Resource| option(&resource.options, name).is_some();
    if !can_be_unset && source.resources.iter().filter(has).count() < all {
        return None;
    }
    let values: Vec<&Value> = source.resources.iter().filter_map(|resource| option(&resource.options, name)).collect();
    let count = |value: &Value| values.iter().filter(|other| **other == value).count();
    let best = values.iter().copied().max_by_key(|value| count(value))?;
    // Each that has another value, or none, costs a line.
    (count(best) * 3 > all * 2 && !names_fields(name, best) && !ignores_failures(best)).then(|| best.clone())
}

/// Whether failures are taken for empty tables: that is said where it is meant.
fn ignores_failures(value: &Value) -> bool {
    let Value::Group(entries) = value else { return false };
    entries.iter().any(|entry| ignored_status(entry).is_some_and(|status| status >= 400))
}

/// Whether the value names fields that only some resources have, or that differ by their types: these are written where
/// they are meant.
fn names_fields(name: &str, value: &Value) -> bool {
    name == "incremental" || (name == "primary_key" && matches!(value, Value::Tuple(_)))
}

fn unset(name: &str) -> Value {
    match name {
        "missing_rows" => Value::word("error"),
        "paginator" => Value::word("single_page"),
        _ => Value::word("none"),
    }
}
