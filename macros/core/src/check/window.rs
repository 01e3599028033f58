//! `result_window`: that pages stay within it, and that slices of a range reach the rows past it.

use proc_macro2::TokenStream;
use quote::ToTokens;

use super::bounds::NamedBounds;
use super::range;
use super::resource::ResourceScope;
use crate::diagnostic::OptionOrigin;
use crate::language::{Paginator, PaginatorKind};
use crate::syntax::{Int, Slot};

/// Checks the window of a resource against its range and its paginator.
pub(super) fn check(scope: &ResourceScope<'_>) -> Option<u64> {
    let options = scope.options;
    let Int { value, token } = options.result_window.get()?;
    let origin = &scope.origin(options.result_window.inherited);
    if *value == 0 {
        let message = "a window of zero rows allows no page\nhelp: write how many rows the API returns for one query";
        origin.report(token, message.to_owned());
        return None;
    }
    match options.incremental.slot {
        Slot::Absent | Slot::Unset(_) => origin.report(
            token,
            "`result_window` needs `incremental` with a range to slice\nhelp: write `incremental(cursor = …, start_param = \"…\", end_param = \"…\")`".to_owned(),
        ),
        Slot::Set(key, range) if !(range::has_start(range) || NamedBounds::new(scope).has_start()) => origin.conflict(
            token,
            "`result_window` needs the beginning of the range to read slices\nhelp: write `start_param = \"…\"` with the API's parameter for the beginning of the range".to_owned(),
            key,
            "the range is declared here, and its beginning is not sent",
        ),
        Slot::Set(key, range) if !(range::has_end(range) || NamedBounds::new(scope).has_end()) => origin.conflict(
            token,
            "`result_window` needs the end of the range to read slices\nhelp: write `end_param = \"…\"` with the API's parameter for the end of the range".to_owned(),
            key,
            "the range is declared here, without an end",
        ),
        Slot::Set(..) | Slot::Broken(_) => {}
    }
    match options.paginator.slot {
        Slot::Absent | Slot::Unset(_) => pages(*value, token.to_token_stream(), &Paginator::auto(), origin),
        Slot::Set(_, paginator) => pages(*value, token.to_token_stream(), paginator, origin),
        Slot::Broken(_) => {}
    }
    Some(*value)
}

fn pages(window: u64, token: TokenStream, paginator: &Paginator, origin: &OptionOrigin<'_>) {
    let word = &paginator.word;
    if !matches!(paginator.kind, PaginatorKind::PageNumber | PaginatorKind::Offset) {
        let message =
            "`result_window` needs numbered pages or offsets\nhelp: write `paginator = page_number(…)` or `offset(…)`"
                .to_owned();
        return match paginator.kind {
            // Nobody has written it.
            PaginatorKind::Auto => origin.report(token, message),
            _ => origin.conflict(token, message, word, "the paginator is set here"),
        };
    }
    match paginator.number("limit") {
        // Of a param, it is compared when a request is sent.
        _ if paginator.is_broken("limit") || paginator.size_param().is_some() => {}
        None => origin.conflict(
            token.clone(),
            "`result_window` needs the size of pages to know the last page within it\nhelp: write `limit = …`".to_owned(),
            word,
            "the paginator is set here, without a `limit`",
        ),
        Some((limit, size)) if limit > window => origin.conflict(
            token.clone(),
            format!("the first page would be past the window: it asks for {limit} rows\nhelp: write a `limit` that divides {window}"),
            size,
            "the pages' size is set here",
        ),
        Some((limit, size)) if limit != 0 && !window.is_multiple_of(limit) => origin.conflict(
            token.clone(),
            format!("pages of {limit} rows do not end at the window: the last would be cut\nhelp: write a `limit` that divides {window}"),
            size,
            "the pages' size is set here",
        ),
        Some(_) => {}
    }
    if !paginator.is_written("total_path") && !paginator.is_written("total_header") {
        origin.conflict(
            token,
            "`result_window` needs a total, which shows whether a query has more rows\nhelp: write `total_path = \"…\"` or `total_header = \"…\"`".to_owned(),
            word,
            "the paginator is set here, without a total",
        );
    }
}
