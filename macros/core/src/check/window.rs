//! `result_window`: that its limit can be kept, and that there is a way to what is past it.

use proc_macro2::TokenStream;
use quote::ToTokens;

use super::range;
use crate::diagnostic::OptionOrigin;
use crate::language::{IncrementalOptions, Paginator, PaginatorKind};
use crate::syntax::{Int, Slot};

/// Checks the window of a resource against its range and its paginator.
pub(super) fn check(
    window: &Int<u64>,
    range: &Slot<IncrementalOptions>,
    paginator: Option<&Paginator>,
    origin: &OptionOrigin<'_>,
) -> u64 {
    let Int { value, token } = window;
    if *value == 0 {
        origin.report(
            token,
            "a window of zero lets nothing through\nhelp: write how many rows of a query the API gives out".to_owned(),
        );
        return 0;
    }
    match range {
        Slot::Absent => origin.report(
            token,
            "what is past the window is read in slices of a range, and there is none\nhelp: write `incremental(cursor = …, start_param = \"…\", end_param = \"…\")`".to_owned(),
        ),
        Slot::Set(key, range) if !range::has_end(range) => origin.conflict(
            token,
            "what is past the window is read in slices, and a slice has an end\nhelp: write `end_param = \"…\"` with the API's parameter for the end of the range".to_owned(),
            key,
            "the range is declared here, without an end",
        ),
        Slot::Set(..) | Slot::Broken(_) => {}
    }
    if let Some(paginator) = paginator {
        pages(*value, token.to_token_stream(), paginator, origin);
    }
    *value
}

fn pages(window: u64, token: TokenStream, paginator: &Paginator, origin: &OptionOrigin<'_>) {
    let word = &paginator.word;
    if !matches!(paginator.kind, PaginatorKind::PageNumber | PaginatorKind::Offset) {
        let message = "whether a page is within the window can be told of numbered pages and of offsets\nhelp: write `paginator = page_number(…)` or `offset(…)`".to_owned();
        return match paginator.kind {
            // Nobody has written it.
            PaginatorKind::Auto => origin.report(token, message),
            _ => origin.conflict(token, message, word, "the paginator is set here"),
        };
    }
    match paginator.number("limit") {
        _ if paginator.is_broken("limit") => {}
        None => origin.conflict(
            token.clone(),
            "which page is the last within the window depends on the pages' size\nhelp: write `limit = …`".to_owned(),
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
            "whether a query has more rows than the window is told by the total\nhelp: write `total_path = \"…\"` or `total_header = \"…\"`".to_owned(),
            word,
            "the paginator is set here, without a total",
        );
    }
}
