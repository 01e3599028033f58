//! The places where a paginator looks: none is that of another value, of pages instead of rows, or of the rows themselves.

use syn::LitStr;

use super::resource::ResourceScope;
use crate::diagnostic::{OptionOrigin, Sink};
use crate::language::Paginator;
use crate::literal::{Selector, Step};
use crate::naming::plain;
use crate::syntax::Text;

/// The options with a path in the response.
pub(super) const PATHS: [&str; 7] =
    ["total_path", "total_pages_path", "has_more_path", "is_last_path", "cursor_path", "next_url_path", "base_path"];

/// Reports two values at one place, and two flags.
pub(super) fn distinct(paginator: &Paginator, errors: &Sink) {
    if let (Some((_, more)), Some((_, last))) = (paginator.path("has_more_path"), paginator.path("is_last_path")) {
        let message = "one flag says whether there is another page\nhelp: leave one of the two out";
        return errors.conflict(last, message, more, "the other is set here");
    }
    let mut known: Vec<(&str, &[Step], &LitStr)> = Vec::new();
    for option in PATHS {
        let Some((steps, token)) = paginator.path(option) else { continue };
        match known.iter().find(|(_, other, _)| *other == steps) {
            Some((first, _, other)) => errors.conflict(
                token,
                format!("`{first}` and `{option}` are at one place, and mean different values\nhelp: leave one of them out, or correct its path"),
                other,
                format!("`{first}` is set here"),
            ),
            None => known.push((option, steps, token)),
        }
    }
}

/// Reports what a missing flag means where there is none.
pub(super) fn flagged(paginator: &Paginator, errors: &Sink) {
    let is_flagged = |option| paginator.is_written(option);
    if let Some(word) = paginator.word("missing_flag")
        && !is_flagged("has_more_path")
        && !is_flagged("is_last_path")
    {
        let message = "no flag is declared that a page may lack\nhelp: add `has_more_path = \"…\"` or `is_last_path = \"…\"`, or leave `missing_flag` out";
        errors.report(word, message);
    }
}

/// Reports a total of rows whose name says that it counts pages, as in dlt. Where the rows are pages themselves, it may
/// count them.
pub(super) fn counts_rows(paginator: &Paginator, errors: &Sink) {
    let in_body = paginator.path("total_path").and_then(|(steps, token)| Some((last_key(steps)?, token)));
    if let Some((key, token)) = in_body.filter(|(key, _)| counts_pages(key)) {
        let help = if paginator.knows("total_pages_path") {
            format!("write `total_pages_path = {:?}`", token.value())
        } else {
            "name the place of the number of rows, or leave `total_path` out".to_owned()
        };
        errors.report(token, format!("`total_path` counts rows, and `{key}` says that it counts pages\nhelp: {help}"));
    }
    if let Some(token) = paginator.text("total_header").filter(|token| counts_pages(&token.value())) {
        errors.report(
            token,
            format!(
                "`total_header` counts rows, and `{}` says that it counts pages\nhelp: name the header with the number of rows, such as `X-Total-Count`, or leave `total_header` out",
                token.value()
            ),
        );
    }
}

/// The key that a path ends with.
pub(super) fn last_key(steps: &[Step]) -> Option<&str> {
    match steps.last() {
        Some(Step::Key(key)) => Some(key),
        _ => None,
    }
}

fn counts_pages(name: &str) -> bool {
    let name = plain(name);
    name.ends_with("pages") || ["pagecount", "pagescount", "lastpage", "maxpage"].iter().any(|end| name.ends_with(end))
}

/// Whether the rows are pages, of a wiki for instance.
pub(super) fn rows_are_pages(scope: &ResourceScope<'_>) -> bool {
    let key = scope.options.data_selector.get().and_then(|selector| match &selector.value {
        Selector::Steps(steps) => steps.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(key.clone()),
            _ => None,
        }),
        Selector::Query(_) => None,
    });
    let is_page = |name: &str| name.ends_with("page") || name.ends_with("pages");
    is_page(&plain(&scope.name.table)) || key.is_some_and(|key| is_page(&plain(&key)))
}

/// Reports a value at the place of the rows.
pub(super) fn beside_rows(selector: &Text<Selector>, paginator: &Paginator, origin: &OptionOrigin<'_>) {
    let Selector::Steps(rows) = &selector.value else { return };
    let rows = rows.strip_suffix(&[Step::All]).unwrap_or(rows);
    for option in PATHS {
        if let Some((_, token)) = paginator.path(option).filter(|(steps, _)| *steps == rows) {
            let message = format!(
                "`{option}` is at the place of the rows, `data_selector`\nhelp: write the path of the value that the paginator needs"
            );
            origin.conflict(token, message, &selector.token, "the rows are here");
        }
    }
}
