//! Where the pages of a chain end: the stop condition, as options of the paginator.

use super::chain::{self, Token, named};
use super::paginator::Scene;
use super::selector::of_steps;
use crate::declaration::{Entry, Value};
use crate::jinja::{self, Expr, Part, Root, Step, is_falsy, path};
use crate::yaml::Node;

/// The conditions of which one ends the pages.
pub(super) fn alternatives(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Or(a, b) => alternatives(a).into_iter().chain(alternatives(b)).collect(),
        other => vec![other],
    }
}

/// What a condition says: nothing where it says that there is no token, which ends the pages anyway.
pub(super) fn end(
    condition: &Expr,
    token: &Token,
    scene: &Scene<'_>,
    size: &super::paginator::Size,
) -> Option<Vec<Entry>> {
    let nothing = Some(Vec::new());
    if let (Expr::Not(of), Token::Link(_)) = (condition, token)
        && super::links::is_next(of)
    {
        return nothing;
    }
    // `not x`, `x is none`, `x == None`, `x is not defined`.
    let absent = match condition {
        Expr::Not(of) => Some((&**of, true)),
        Expr::Test(of, test, false) if test == "none" => Some((&**of, false)),
        Expr::Test(of, test, true) if test == "defined" => Some((&**of, false)),
        Expr::Compare("==", of, other)
            if is_falsy(other) && !matches!(**other, Expr::Const(serde_json::Value::Number(_))) =>
        {
            let is_flag = matches!(**other, Expr::Const(serde_json::Value::Bool(false)));
            Some((&**of, is_flag))
        }
        Expr::Test(of, test, false) if test == "false" => Some((&**of, true)),
        _ => None,
    };
    if let Some((of, is_flag)) = absent {
        let of = stripped(of);
        if chain::token(of).is_some_and(|other| leads_to(&other, token)) {
            return nothing;
        }
        return match path(of)? {
            (Root::LastRecord, steps) if steps.is_empty() => Some(vec![after_empty()]),
            (Root::Headers, steps) => match (token, steps.as_slice()) {
                (Token::Link(_) | Token::Header(_), [Step::Key(name), ..])
                    if name.eq_ignore_ascii_case("link") || matches!(token, Token::Header(known) if known == name) =>
                {
                    nothing
                }
                _ => None,
            },
            (Root::Response, steps) if is_rows(&steps, scene) => Some(vec![after_empty()]),
            // What says that there are more, if it is no list.
            (Root::Response, steps) if is_flag => {
                let missing = if matches!(condition, Expr::Not(_)) { "end" } else { "ignore" };
                Some(vec![
                    named("has_more_path", Value::text(of_steps(&steps)?)),
                    named("missing_flag", Value::word(missing)),
                ])
            }
            // The next page, as a link that is no token: that there is one says that there are more.
            (Root::Response, steps) if is_none(condition) && names_next(&steps) => {
                let path = Value::text(of_steps(&steps)?);
                // What is absent is not none, as the manifest's engine has it: it goes on.
                Some(vec![named("has_more_path", path), named("missing_flag", Value::word("null"))])
            }
            (Root::LastRecord, steps) if matches!(token, Token::Row(known) if known.starts_with(&steps)) => nothing,
            _ => None,
        };
    }
    match condition {
        Expr::Compare("not in", key, of) => {
            let whole = Expr::Get(of.clone(), key.clone());
            let found = chain::token(&whole).or_else(|| match path(&whole) {
                Some((Root::Headers, steps)) => match (token, steps.first()) {
                    (Token::Link(_), Some(Step::Key(name))) if name.eq_ignore_ascii_case("link") => Some(token.clone()),
                    _ => None,
                },
                _ => None,
            })?;
            leads_to(&found, token).then(Vec::new)
        }
        // A flag of the last page.
        Expr::Test(of, test, false) if test == "true" => is_last(of),
        Expr::Compare("==", of, flag) if matches!(**flag, Expr::Const(serde_json::Value::Bool(true))) => is_last(of),
        // The number of rows of the page, as the answer repeats it.
        Expr::Compare("==", of, zero)
            if matches!(**zero, Expr::Const(ref value) if value.as_i64() == Some(0))
                && matches!(path(of), Some((Root::Response, steps)) if matches!(steps.last(), Some(Step::Key(key)) if ["chunk_size", "page_count", "count"].contains(&key.as_str()))) =>
        {
            Some(vec![after_empty()])
        }
        Expr::Compare(sign @ ("==" | "<" | "<="), of, limit) => {
            let Expr::Filter(of, name, _) = &**of else { return None };
            let (Root::Response, steps) = path(of)? else { return None };
            if !matches!(name.as_str(), "length" | "count") || !is_rows(&steps, scene) {
                return None;
            }
            let Expr::Const(limit) = &**limit else { return None };
            match (*sign, limit.as_i64()?) {
                ("==" | "<=", 0) | ("<", 1) => Some(vec![after_empty()]),
                ("<", limit) if size.is_sent() && size.value == Some(Value::word(limit)) => {
                    Some(vec![named("stop_after_short_page", Value::word(true))])
                }
                _ => None,
            }
        }
        other => is_last(other),
    }
}

pub(super) fn is_last(of: &Expr) -> Option<Vec<Entry>> {
    match path(of)? {
        (Root::Response, steps) if !steps.is_empty() => {
            // What is absent is not true.
            let missing = named("missing_flag", Value::word("ignore"));
            Some(vec![named("is_last_path", Value::text(of_steps(&steps)?)), missing])
        }
        _ => None,
    }
}

/// `response.get('more', False) is false`, which holds without the flag, too.
pub(super) fn is_false_by_default(stop: &Node) -> bool {
    let is_false = |expr: &Expr| matches!(expr, Expr::Const(serde_json::Value::Bool(false)));
    let parts = stop.as_str().and_then(|text| jinja::template(text.trim()).ok()).unwrap_or_default();
    let [Part::Expr(Expr::Test(of, test, false))] = parts.as_slice() else { return false };
    matches!(&**of, Expr::Call(_, args, _) if test == "false" && args.get(1).is_some_and(is_false))
}

fn after_empty() -> Entry {
    named("stop_after_empty_page", Value::word(true))
}

/// An expression without what only makes a text or a number of it.
fn stripped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Filter(of, name, _) if matches!(name.as_str(), "string" | "int" | "tojson" | "length") => stripped(of),
        other => other,
    }
}

/// Whether what is absent at `other` is absent at `token`, too.
fn leads_to(other: &Token, token: &Token) -> bool {
    match (other, token) {
        (Token::Body(other) | Token::InLink(other), Token::Body(token) | Token::InLink(token))
        | (Token::Row(other), Token::Row(token)) => token.starts_with(other),
        (other, token) => other == token,
    }
}

/// Whether a path is that of the rows, or of what holds them.
fn is_rows(steps: &[Step], scene: &Scene<'_>) -> bool {
    let rows: Vec<Step> = scene.rows.iter().cloned().map(Step::Key).collect();
    !steps.is_empty() && steps == rows.as_slice()
}

/// Whether a condition asks for null.
fn is_none(condition: &Expr) -> bool {
    match condition {
        Expr::Test(_, test, false) => test == "none",
        Expr::Compare("==", _, other) => matches!(**other, Expr::Const(serde_json::Value::Null)),
        _ => false,
    }
}

/// Whether a path is named for the next page.
fn names_next(steps: &[Step]) -> bool {
    matches!(steps.last(), Some(Step::Key(key)) if key.to_lowercase().contains("next"))
}
