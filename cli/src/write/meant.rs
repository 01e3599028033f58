//! What looks like a mistake, and is meant: lints that a declaration allows.

use crate::declaration::{Entry, Options, Value, extend, option};

/// Allows the lints of a resource that does what its original does.
pub(super) fn allow(options: &mut Options) {
    let mut lints = Vec::new();
    if let Some(Value::Group(actions)) = option(options, "response_actions") {
        if actions.iter().any(|action| ignored_status(action).is_some_and(passes)) {
            lints.push("ignored_failures");
        }
        if actions.iter().any(is_ignored_text) {
            lints.push("ignored_rows");
        }
    }
    if sends_page_twice(options) {
        lints.push("paging_in_json");
    }
    extend(options, "allow", lints.into_iter().map(|lint| Entry::Plain(Value::word(lint))).collect());
}

/// The status of a response that is ignored.
pub(super) fn ignored_status(action: &Entry) -> Option<u16> {
    match action {
        Entry::Keyed(Value::Word(status), Value::Word(action)) if action == "ignore" => status.parse().ok(),
        _ => None,
    }
}

/// Whether a failure passes, or needs somebody.
fn passes(status: u16) -> bool {
    matches!(status, 401 | 407 | 408 | 425 | 429 | 500..)
}

fn is_ignored_text(action: &Entry) -> bool {
    matches!(action, Entry::Keyed(Value::Text(_), Value::Word(action)) if action == "ignore")
}

/// Whether the body has a fixed value under a name that the paginator sends in the query.
fn sends_page_twice(options: &Options) -> bool {
    let (Some(Value::Object(body)), Some(Value::Call(_, paging))) =
        (option(options, "json"), option(options, "paginator"))
    else {
        return false;
    };
    let plain = |name: &str| name.replace(['_', '-'], "").to_lowercase();
    paging.iter().any(|entry| match entry {
        Entry::Named(name, Value::Text(wire)) if name.ends_with("_param") => body
            .iter()
            .any(|(key, value)| plain(key) == plain(wire) && !matches!(value, Value::List(_) | Value::Object(_))),
        _ => false,
    })
}
