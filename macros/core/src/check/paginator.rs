//! Paginators: that each has a stop condition, and that the values that it sends do not collide.

use syn::LitStr;

use super::body::needs_post;
use super::resource::ResourceScope;
use crate::diagnostic::Sink;
use crate::language::{Paginator, PaginatorKind};
use crate::literal::Step;
use crate::resolve::paginator::{SENT, params};

/// The stop conditions of a paginator that continues after an empty page.
const ENDS: [&str; 6] =
    ["total_path", "total_pages_path", "total_header", "has_more_path", "maximum_page", "maximum_offset"];

/// The paginator of a resource. None where it could not be read, or is wrong.
pub(super) fn of(scope: &ResourceScope<'_>) -> Option<Paginator> {
    let paginator = scope.options.paginator;
    let Some(chosen) = paginator.get() else { return paginator.is_absent().then(Paginator::auto) };
    if let Some((token, what)) = SENT.into_iter().find_map(|(_, body, _, what)| Some((chosen.path(body)?.1, what))) {
        needs_post(token, &format!(" for {what}"), scope.options.method, &scope.origin(paginator.inherited));
    }
    if paginator.inherited { scope.defaults.paginator.clone() } else { check(chosen, scope.errors) }
}

/// Checks the options of a paginator together.
pub(super) fn check(paginator: &Paginator, errors: &Sink) -> Option<Paginator> {
    let part = errors.child();
    can_stop(paginator, &part);
    positive(paginator, &part);
    one_place(paginator, &part);
    distinct(paginator, &part);
    sized(paginator, &part);
    part.is_sound().then(|| paginator.clone())
}

fn can_stop(paginator: &Paginator, errors: &Sink) {
    // Other paginators stop when a response names no next page.
    if !matches!(paginator.kind, PaginatorKind::PageNumber | PaginatorKind::Offset) {
        return;
    }
    let ends: Vec<&str> = ENDS.into_iter().filter(|name| paginator.knows(name)).collect();
    if let Some(flag) = paginator.flag("stop_after_empty_page").filter(|flag| !flag.value)
        && !ends.iter().any(|name| paginator.is_written(name))
        && let Some((last, ends)) = ends.split_last()
    {
        let ends = crate::diagnostic::suggest::list(ends.iter().copied());
        errors.conflict(
            flag,
            format!("this paginator has no stop condition\nhelp: leave this out, or add a stop condition: {ends} or `{last}`"),
            &paginator.word,
            "this paginator continues after an empty page",
        );
    }
}

fn positive(paginator: &Paginator, errors: &Sink) {
    if let Some((0, token)) = paginator.number("limit") {
        let leave = if paginator.kind == PaginatorKind::Offset { "" } else { ", or leave `limit` out" };
        errors.report(token, format!("a page of zero rows holds nothing\nhelp: write at least 1{leave}"));
    }
    for (maximum, start, default, what) in
        [("maximum_page", "base_page", 1, "page"), ("maximum_offset", "offset", 0, "offset")]
    {
        let base = paginator.number(start);
        let first = base.map_or(default, |(value, _)| value);
        if let Some((value, token)) = paginator.number(maximum)
            && value <= first
            && !paginator.is_broken(start)
        {
            let message = format!(
                "no page would be requested: `{maximum}` is exclusive, and the first {what} is {first}\nhelp: write more than {first}"
            );
            match base {
                Some((_, base)) => errors.conflict(token, message, base, format!("the first {what} is set here")),
                None => errors.report(token, message),
            }
        }
    }
}

/// Why two values may not overlap in the body.
pub(super) const ONE_PLACE: &str = "two values cannot share a place in the body, or be nested in each other";

pub(super) fn overlap(one: &[Step], other: &[Step]) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// Reports a value for both the query and the body, and two values for one place in the body.
fn one_place(paginator: &Paginator, errors: &Sink) {
    let mut places: Vec<(&[Step], &LitStr)> = Vec::new();
    for (param, body, _, what) in SENT {
        let Some((steps, token)) = paginator.path(body) else { continue };
        if let Some(param) = paginator.text(param) {
            errors.conflict(
                token,
                format!("{what} goes into the body or into the query, not into both\nhelp: leave one of them out"),
                param,
                "its query parameter is set here",
            );
        }
        match places.iter().find(|(first, _)| overlap(first, steps)) {
            Some((_, first)) => errors.conflict(token, ONE_PLACE, first, "the first is put here"),
            None => places.push((steps, token)),
        }
    }
}

fn distinct(paginator: &Paginator, errors: &Sink) {
    let written = params(paginator);
    let [first, second] = written.as_slice() else { return };
    if first.wire != second.wire {
        return;
    }
    let message = format!("{} and {} are both sent as `{}`", first.what, second.what, first.wire);
    match (first.token, second.token) {
        (Some(first), Some(second)) => errors.conflict(second, message, first, "the other param is set here"),
        (Some(token), None) => errors.report(token, format!("{message}, which is the default of `{}`", second.option)),
        (None, Some(token)) => errors.report(token, format!("{message}, which is the default of `{}`", first.option)),
        (None, None) => {}
    }
}

/// Reports a size that is not sent: only numbered pages use it otherwise, to count pages from a total.
fn sized(paginator: &Paginator, errors: &Sink) {
    let is_used = matches!(paginator.kind, PaginatorKind::PageNumber | PaginatorKind::Offset);
    if let Some((_, token)) = paginator.number("limit")
        && !is_used
        && !paginator.is_written("limit_param")
    {
        errors.report(
            token,
            "this size is not sent\nhelp: name the API's parameter for it: `limit_param = \"…\"`, or leave `limit` out",
        );
    }
}
