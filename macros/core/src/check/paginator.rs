//! Paginators: that a walk has an end, and that its params differ.

use syn::LitStr;

use crate::literal::{Step, Steps};
use crate::model::{self, PageNumber};
use crate::parse::{Paginator, Slot, Text};
use crate::sink::Sink;
use crate::vocabulary::PageNumberOptions;

/// The first page, where `base_page` does not say another.
const BASE_PAGE: u64 = 1;

pub(super) fn check(paginator: &Paginator, errors: &Sink) -> Option<model::Paginator> {
    match paginator {
        Paginator::SinglePage => Some(model::Paginator::SinglePage),
        Paginator::PageNumber { word, options } => {
            let part = errors.child();
            can_stop(word, options, &part);
            positive(options, &part);
            distinct(options, &part);
            part.is_sound().then(|| model::Paginator::PageNumber(Box::new(page_number(options))))
        }
    }
}

fn can_stop(word: &syn::Ident, options: &PageNumberOptions, errors: &Sink) {
    let goes_on = options.stop_after_empty_page.get().filter(|flag| !flag.value);
    let counts = !(options.total_path.is_absent()
        && options.total_pages_path.is_absent()
        && options.total_header.is_absent()
        && options.maximum_page.is_absent()
        && options.has_more_path.is_absent());
    if let Some(flag) = goes_on
        && !counts
    {
        errors.conflict(
            flag,
            "nothing would end this walk\nhelp: leave this out, or say where it ends: `total_path`, `total_pages_path`, `total_header`, `has_more_path` or `maximum_page`",
            word,
            "this paginator walks on after an empty page",
        );
    }
}

fn positive(options: &PageNumberOptions, errors: &Sink) {
    if let Some(limit) = options.limit.get()
        && limit.value == 0
    {
        errors.report(&limit.token, "a page of zero rows holds nothing\nhelp: write at least 1, or leave `limit` out");
    }
    let base = options.base_page.get();
    let first = base.map_or(BASE_PAGE, |base| base.value);
    let unread = matches!(options.base_page, Slot::Broken(_));
    if let Some(maximum) = options.maximum_page.get()
        && maximum.value <= first
        && !unread
    {
        let message =
            format!("no page would be asked for: the first is {first}, and `maximum_page` is the first that is not");
        match base {
            Some(base) => errors.conflict(&maximum.token, message, &base.token, "the first page is set here"),
            None => errors.report(&maximum.token, message),
        }
    }
}

fn distinct(options: &PageNumberOptions, errors: &Sink) {
    if let (Some(page), Some(limit)) = (options.page_param.get(), options.limit_param.get())
        && page.token.value() == limit.token.value()
    {
        errors.conflict(
            &limit.token,
            format!("the page's number and its size are both sent as `{}`", limit.token.value()),
            &page.token,
            "the number's param is set here",
        );
    }
}

/// The query parameters that the paginator writes, and where that is said: nowhere, for a default.
pub(super) fn params(paginator: &Paginator) -> Vec<(String, Option<&LitStr>)> {
    let Paginator::PageNumber { options, .. } = paginator else { return Vec::new() };
    let mut params = Vec::new();
    match &options.page_param {
        Slot::Absent => params.push(("page".to_owned(), None)),
        Slot::Set(_, text) => params.push((text.token.value(), Some(&text.token))),
        Slot::Broken(_) => {}
    }
    if let Some(text) = options.limit_param.get() {
        params.push((text.token.value(), Some(&text.token)));
    }
    params
}

fn page_number(options: &PageNumberOptions) -> PageNumber {
    fn text<T>(slot: &Slot<Text<T>>) -> Option<String> {
        slot.get().map(|text| text.token.value())
    }
    fn steps(slot: &Slot<Text<Steps>>) -> Option<Vec<Step>> {
        slot.get().map(|text| text.value.0.clone())
    }
    PageNumber {
        page_param: text(&options.page_param),
        base_page: options.base_page.get().map(|base| base.value),
        limit_param: text(&options.limit_param),
        limit: options.limit.get().map(|limit| limit.value),
        total_path: steps(&options.total_path),
        total_pages_path: steps(&options.total_pages_path),
        total_header: text(&options.total_header),
        maximum_page: options.maximum_page.get().map(|maximum| maximum.value),
        has_more_path: steps(&options.has_more_path),
        stop_after_empty_page: options.stop_after_empty_page.get().map(|flag| flag.value),
    }
}
