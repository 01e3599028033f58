//! The query parameters and the places in the body that a paginator writes.

use syn::LitStr;

use crate::language::{Paginator, PaginatorKind};
use crate::literal::Step;

/// The values of paginators: the option for a query parameter, the one for a place in the body, the parameter's default, and
/// a description. The kind of paginator decides which of these it has.
pub(crate) const SENT: [(&str, &str, Option<&str>, &str); 4] = [
    ("page_param", "page_body_path", Some("page"), "the page's number"),
    ("offset_param", "offset_body_path", Some("offset"), "the offset"),
    ("cursor_param", "cursor_body_path", Some("cursor"), "the cursor"),
    ("limit_param", "limit_body_path", None, "the page's size"),
];

/// A query parameter that the paginator writes, and where that is said: nowhere, for a default.
pub(crate) struct PagingParam<'p> {
    pub(crate) option: &'static str,
    /// A description of its value.
    pub(crate) what: &'static str,
    pub(crate) wire: String,
    pub(crate) token: Option<&'p LitStr>,
}

/// The query parameters that the paginator writes.
pub(crate) fn params(paginator: &Paginator) -> Vec<PagingParam<'_>> {
    let sent = SENT.into_iter().filter(|(option, body, ..)| {
        let is_elsewhere =
            paginator.is_written(body) || (*option == "cursor_param" && paginator.is_written("cursor_header"));
        let is_unsent = *option == "limit_param" && paginator.unsent_size().is_some();
        paginator.knows(option) && !is_elsewhere && !is_unsent && !paginator.is_broken(option)
    });
    let written = sent.filter_map(|(option, _, default, what)| {
        let token = paginator.text(option);
        // Only an offset sends its size by default.
        let default = default.or((paginator.kind == PaginatorKind::Offset).then_some("limit"));
        let wire = token.map(LitStr::value).or(default.map(str::to_owned))?;
        Some(PagingParam { option, what, wire, token })
    });
    written.collect()
}

/// The places in the body that the paginator writes.
pub(crate) fn bodies(paginator: &Paginator) -> Vec<(&[Step], &LitStr)> {
    SENT.into_iter().filter_map(|(_, body, ..)| paginator.path(body)).collect()
}
