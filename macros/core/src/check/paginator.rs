//! Paginators: that each has a stop condition, and that the values that it sends do not collide.

use syn::LitStr;

use super::body::place_needs_body;
use super::resource::ResourceScope;
use super::{misnamed, page_size, paging_paths};
use crate::diagnostic::Sink;
use crate::language::{Paginator, PaginatorKind};
use crate::literal::Step;
use crate::resolve::paginator::{SENT, params};

/// The stop conditions of a paginator that continues after an empty page.
const ENDS: [&str; 7] = [
    "total_path",
    "total_pages_path",
    "total_header",
    "has_more_path",
    "is_last_path",
    "maximum_page",
    "maximum_offset",
];

/// The paginator of a resource. None where it could not be read, or is wrong.
pub(super) fn of(scope: &ResourceScope<'_>) -> Option<Paginator> {
    let paginator = scope.options.paginator;
    let Some(chosen) = paginator.get() else { return paginator.is_absent().then(Paginator::auto) };
    if let Some((token, what)) = SENT.into_iter().find_map(|(_, body, _, what)| Some((chosen.path(body)?.1, what))) {
        place_needs_body(token, &format!(" for {what}"), scope.options, &scope.origin(paginator.inherited));
    }
    let selector = scope.options.data_selector;
    if let Some(rows) = selector.get().filter(|_| !(selector.inherited && paginator.inherited)) {
        paging_paths::beside_rows(rows, chosen, &scope.origin(paginator.inherited));
    }
    if paginator.inherited {
        return scope.defaults.paginator.clone();
    }
    let context = PagingContext {
        has_window: !scope.options.result_window.is_absent(),
        rows_are_pages: paging_paths::rows_are_pages(scope),
    };
    check(chosen, context, scope.errors)
}

/// What a paginator is for.
#[derive(Clone, Copy)]
pub(super) struct PagingContext {
    /// Whether the size of pages decides which is the last in a result window.
    pub(super) has_window: bool,
    /// Whether the rows themselves are pages.
    pub(super) rows_are_pages: bool,
}

/// Checks the options of a paginator together.
pub(super) fn check(paginator: &Paginator, context: PagingContext, errors: &Sink) -> Option<Paginator> {
    let part = errors.child();
    if !context.rows_are_pages {
        paging_paths::counts_rows(paginator, &part);
    }
    misnamed::check(paginator, &part);
    paging_paths::distinct(paginator, &part);
    paging_paths::flagged(paginator, &part);
    can_stop(paginator, &part);
    positive(paginator, &part);
    first(paginator, &part);
    one_place(paginator, &part);
    distinct(paginator, &part);
    page_size::sent(paginator, context.has_window, &part);
    full(paginator, &part);
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
        && !paginator.is_set("stop_after_short_page")
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

/// Reports a first page that only its number could say, and that number unsent.
fn first(paginator: &Paginator, errors: &Sink) {
    let Some(flag) = paginator.flag("send_first").filter(|flag| !flag.value) else { return };
    for (start, what) in [("base_page", "page"), ("offset", "offset")] {
        if let Some((2.., number)) = paginator.number(start) {
            let what = if what == "page" { "number" } else { what };
            errors.conflict(
                flag,
                format!("without its {what}, the API answers with its first rows, not with those at {number}\nhelp: leave one of the two out"),
                number,
                format!("the walk begins at this {what}"),
            );
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
    if let Some(header) = paginator.text("cursor_header") {
        let other = paginator.text("cursor_param").or(paginator.path("cursor_body_path").map(|(_, token)| token));
        if let Some(other) = other {
            let message = "the cursor goes into a header, the body or the query, not into two of them\nhelp: leave one of them out";
            errors.conflict(header, message, other, "its other place is set here");
        }
    }
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

/// Reports short pages that cannot be known as such.
fn full(paginator: &Paginator, errors: &Sink) {
    let has_limit = paginator.is_written("limit");
    if let (Some(none), Some(word)) =
        (paginator.unsent_size(), paginator.word("advance").filter(|word| *word == "limit"))
        && !has_limit
    {
        errors.conflict(
            word,
            "the offset cannot advance by `limit`, which is missing\nhelp: write `limit = 100` with the number of rows per page",
            none,
            "the size of pages is not sent",
        );
    }
    let Some(flag) = paginator.flag("stop_after_short_page").filter(|flag| flag.value) else { return };
    // An offset that lacks it is refused, unless its size is not sent.
    if !has_limit && (paginator.kind != PaginatorKind::Offset || paginator.unsent_size().is_some()) {
        errors.report(
            flag,
            "a short page has fewer rows than `limit`, which is missing\nhelp: write `limit = 100` with the number of rows of a full page",
        );
    }
    if let Some(word) = paginator.word("advance").filter(|word| *word == "limit") {
        errors.conflict(
            flag,
            "a page from which rows are hidden is short, too\nhelp: leave one of the two out",
            word,
            "rows are hidden, since the offset advances by `limit`",
        );
    }
}
