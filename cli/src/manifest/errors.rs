//! What answers mean, how often requests are repeated, and how many may be made.

use super::text::Reader;
use crate::declaration::{Entry, Loss, Options, Value, extend, set};
use crate::jinja::{self, Expr, Part, Root, fold, is_falsy, path};
use crate::yaml::Node;

/// Reads the handler of errors of a requester.
pub(super) fn handler(reader: &Reader<'_>, node: &Node, options: &mut Options, losses: &mut Vec<Loss>) {
    let mut retry = Vec::new();
    let mut actions: Vec<Entry> = Vec::new();
    collect(reader, node, &mut retry, &mut actions, losses);
    extend(options, "response_actions", actions);
    if !retry.is_empty() {
        set(options, "retry", Value::Group(retry));
    }
}

fn collect(reader: &Reader<'_>, node: &Node, retry: &mut Vec<Entry>, actions: &mut Vec<Entry>, losses: &mut Vec<Loss>) {
    match node.kind() {
        "CompositeErrorHandler" => {
            for node in node.get("error_handlers").map(Node::items).unwrap_or_default() {
                collect(reader, node, retry, actions, losses);
            }
        }
        "DefaultErrorHandler" => {
            for filter in node.get("response_filters").map(Node::items).unwrap_or_default() {
                response(reader, filter, actions, losses);
            }
            let mut set = |name: &str, value: i64| {
                let known = retry.iter().any(|entry| matches!(entry, Entry::Named(known, _) if known == name));
                if !known {
                    retry.push(Entry::Named(name.to_owned(), Value::word(value)));
                }
            };
            if let Some(retries) = node.get("max_retries").and_then(Node::as_int).filter(|retries| *retries >= 0) {
                set("max_retries", retries);
            }
            for strategy in node.get("backoff_strategies").map(Node::items).unwrap_or_default() {
                let seconds = match strategy.kind() {
                    "ConstantBackoffStrategy" => strategy.get("backoff_time_in_seconds"),
                    "ExponentialBackoffStrategy" => strategy.get("factor"),
                    // Waits that the server asks for are respected without being asked to.
                    "WaitTimeFromHeader" | "WaitUntilTimeFromHeader" if is_known(strategy) => continue,
                    kind => {
                        let header = strategy.str("header").unwrap_or_default();
                        let reason = if kind.starts_with("Custom") {
                            "a class of its own: CustomBackoffStrategy"
                        } else {
                            "a wait that a header of its own says"
                        };
                        losses.push(Loss::new(strategy.line, "retry", format!("{kind} {header}"), reason));
                        continue;
                    }
                };
                if let Some(seconds) = seconds.map(whole_seconds).filter(|seconds| *seconds > 0) {
                    set("backoff_factor", seconds);
                }
            }
        }
        "" => {}
        kind => {
            let (original, reason) = if kind.starts_with("Custom") {
                super::auth::custom(node)
            } else {
                (kind.to_owned(), "a handler of errors of another kind".to_owned())
            };
            losses.push(Loss::new(node.line, "response_actions", original, reason));
        }
    }
}

fn whole_seconds(node: &Node) -> i64 {
    match &node.value {
        crate::yaml::Value::Float(seconds) => {
            let seconds = seconds.ceil().clamp(1.0, 86_400.0);
            // Bounded above.
            #[allow(clippy::cast_possible_truncation, reason = "between 1 and a day")]
            let seconds = seconds as i64;
            seconds
        }
        _ => node.as_int().unwrap_or(0),
    }
}

/// Whether the client reads a header by itself.
fn is_known(strategy: &Node) -> bool {
    let header = strategy.str("header").unwrap_or_default().to_ascii_lowercase();
    let header = header.strip_prefix("x-").unwrap_or(&header);
    header == "retry-after" || header.replace("ratelimit", "rate-limit").starts_with("rate-limit-reset")
}

/// A filter of responses as response actions.
fn response(reader: &Reader<'_>, filter: &Node, actions: &mut Vec<Entry>, losses: &mut Vec<Loss>) {
    let mut lose = |reason: &str| losses.push(Loss::new(filter.line, "response_actions", shown(filter), reason));
    let action = match filter.str("action").map(str::to_ascii_uppercase).as_deref() {
        Some("IGNORE") => "ignore",
        Some("RETRY" | "RATE_LIMITED") => "retry",
        Some("FAIL") => "fail",
        Some("REFRESH_TOKEN_THEN_RETRY") => "renew",
        None => return,
        Some(_) => return lose("an action of another kind"),
    };
    let mut codes: Vec<i64> =
        filter.get("http_codes").map(Node::items).unwrap_or_default().iter().filter_map(Node::as_int).collect();
    codes.retain(|code| (100..600).contains(code));
    let mut texts: Vec<Value> = filter.str("error_message_contains").map(Value::text).into_iter().collect();
    let mut conditions: Vec<Value> = Vec::new();
    if let Some(predicate) = filter.str("predicate") {
        let read = jinja::template(predicate.trim()).ok();
        let [Part::Expr(expr)] = read.as_deref().unwrap_or_default() else {
            return lose("a condition on answers that cannot be read");
        };
        match predicate_of(&fold(expr, reader.parameters)) {
            Some(Found::Codes(found)) => codes.extend(found),
            Some(Found::Body(found)) => conditions.extend(found),
            Some(Found::Text(found)) => texts.push(Value::Text(found)),
            Some(Found::Given) => {}
            None => return lose("a condition on answers that is computed"),
        }
    }
    let mut add = |key: Value| {
        let entry = Entry::Keyed(key, Value::word(action));
        let known =
            actions.iter().any(|known| matches!((known, &entry), (Entry::Keyed(a, _), Entry::Keyed(b, _)) if a == b));
        if !known {
            actions.push(entry);
        }
    };
    // 429 is retried, and 4xx fails, without being told; a status 200 is no answer to act on.
    let is_usual = |code: i64| match action {
        "retry" => [429, 500, 502, 503, 504].contains(&code),
        "fail" => (400..500).contains(&code) && code != 429,
        _ => false,
    };
    // Each of them suffices.
    for code in &codes {
        if !is_usual(*code) && *code != 200 {
            add(Value::word(code));
        }
    }
    for text in texts {
        // A status among the texts is a status.
        match &text {
            Value::Text(code)
                if code.len() == 3 && code.parse::<u16>().is_ok_and(|code| (100..600).contains(&code)) =>
            {
                let code = code.parse().unwrap_or(0);
                if !is_usual(code) {
                    add(Value::word(code));
                }
                continue;
            }
            _ => {}
        }
        add(text);
    }
    for condition in conditions {
        add(condition);
    }
}

fn shown(filter: &Node) -> String {
    let mut parts = Vec::new();
    for key in ["http_codes", "error_message_contains", "predicate", "action"] {
        parts.extend(filter.get(key).map(|node| format!("{key}: {}", node.short())));
    }
    parts.join(", ")
}

/// What a condition on an answer asks for.
enum Found {
    Codes(Vec<i64>),
    Body(Vec<Value>),
    Text(String),
    /// What holds without being said.
    Given,
}

fn predicate_of(expr: &Expr) -> Option<Found> {
    match expr {
        Expr::And(a, b) => {
            // `'error' in response and response.error.code == 1`: the second implies the first.
            let first = matches!(&**a, Expr::Compare("in", ..)) || path(a).is_some();
            match (first, predicate_of(a), predicate_of(b)) {
                (true, _, Some(Found::Body(found))) => Some(Found::Body(found)),
                (_, Some(Found::Codes(_) | Found::Body(_)), Some(Found::Body(found))) if is_status(a) => {
                    Some(Found::Body(found))
                }
                _ => None,
            }
        }
        Expr::Or(a, b) if !is_falsy(b) => match (predicate_of(a)?, predicate_of(b)?) {
            (Found::Body(a), Found::Body(b)) => Some(Found::Body(a.into_iter().chain(b).collect())),
            _ => None,
        },
        Expr::Compare("==", of, value) => {
            let Expr::Const(value) = &**value else { return None };
            if is_status(expr) {
                return value.as_i64().map(|code| Found::Codes(vec![code]));
            }
            let (Root::Response, steps) = path(of)? else { return None };
            Some(Found::Body(vec![body(&steps, Some(super::body::constant(value)))?]))
        }
        Expr::Compare("in", text, of) => {
            let text = text.as_text()?;
            match path(of) {
                Some((Root::Response, steps)) if steps.is_empty() => {
                    // A key of the answer, or a text in it: the text is there in both cases.
                    let is_key = text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
                    if is_key {
                        Some(Found::Body(vec![body(&[jinja::Step::Key(text.to_owned())], None)?]))
                    } else {
                        Some(Found::Text(text.to_owned()))
                    }
                }
                Some((Root::Response, _)) => Some(Found::Text(text.to_owned())),
                Some((Root::Headers, _)) => Some(Found::Given),
                _ => None,
            }
        }
        other => {
            let (Root::Response, steps) = path(other)? else { return None };
            Some(Found::Body(vec![body(&steps, None)?]))
        }
    }
}

/// `response.status == 404`, as bodies repeat it.
fn is_status(expr: &Expr) -> bool {
    let Expr::Compare("==", of, _) = expr else { return false };
    matches!(path(of), Some((Root::Response, steps)) if matches!(steps.as_slice(), [jinja::Step::Key(key)] if key == "status_code" || key == "status"))
}

/// `body("path" = value)`
fn body(steps: &[jinja::Step], value: Option<Value>) -> Option<Value> {
    let path = Value::Text(super::selector::of_steps(steps)?);
    let entry = match value {
        Some(value) => Entry::Keyed(path, value),
        None => Entry::Plain(path),
    };
    Some(Value::Call("body".to_owned(), vec![entry]))
}

/// The rate of requests that a budget allows to all of them, and a remark about those for some.
pub(super) fn budget(root: &Node, losses: &mut Vec<Loss>) -> Option<Value> {
    let policies = root.get("api_budget")?.get("policies")?;
    let mut best: Option<(f64, String)> = None;
    for policy in policies.items() {
        let every = policy
            .get("matchers")
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .all(|matcher| matcher.str("url_path_pattern").is_none_or(|pattern| [".*", ".+"].contains(&pattern)));
        for rate in policy.get("rates").map(Node::items).unwrap_or_default() {
            let limit = rate.get("limit").and_then(slowest);
            let seconds = rate.str("interval").and_then(super::moment::seconds).filter(|seconds| *seconds > 0);
            let rate = match (limit, seconds) {
                (Some(limit), Some(seconds)) if every => rate_of(limit, seconds),
                _ => None,
            };
            if let Some((speed, text)) = rate {
                if best.as_ref().is_none_or(|(best, _)| speed < *best) {
                    best = Some((speed, text));
                }
            } else if every {
                let reason = "a budget of requests that is computed";
                losses.push(Loss::new(policy.line, "rate_limit", policy.short(), reason));
            }
        }
    }
    best.map(|(_, text)| Value::Text(text))
}

/// A number of requests: the smaller one, where the configuration chooses between two.
fn slowest(node: &Node) -> Option<i64> {
    if let Some(number) = node.as_int() {
        return Some(number);
    }
    let parts = jinja::template(node.as_str()?.trim()).ok()?;
    let [Part::Expr(expr)] = parts.as_slice() else { return None };
    let number = |expr: &Expr| if let Expr::Const(value) = expr { value.as_i64() } else { None };
    match fold(expr, &serde_json::Value::Null) {
        Expr::Cond(then, _, Some(other)) => Some(number(&then)?.min(number(&other)?)),
        Expr::Or(_, other) => number(&other),
        _ => None,
    }
}

/// A rate in a unit that declarations have, no faster than the one that is meant.
fn rate_of(limit: i64, seconds: i64) -> Option<(f64, String)> {
    let unit = [(1, "s"), (60, "min"), (3_600, "h"), (86_400, "d")];
    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    let speed = limit as f64 / seconds as f64;
    if let Some((_, unit)) = unit.iter().find(|(length, _)| *length == seconds) {
        return Some((speed, format!("{limit}/{unit}")));
    }
    let (length, unit) = unit.into_iter().find(|(length, _)| limit * length / seconds >= 1)?;
    Some((speed, format!("{}/{unit}", limit * length / seconds)))
}
