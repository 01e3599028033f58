//! The size of pages: that a param which says it always has a value, and that it is sent to one place, or to none.

use syn::{Ident, Type};

use super::resource::ResourceScope;
use crate::diagnostic::Sink;
use crate::language::{DefaultValue, Paginator, PaginatorKind};

/// The param that is the size of a resource's pages, and its type.
pub(super) fn param(scope: &ResourceScope<'_>, paginator: Option<&Paginator>) -> Option<(Ident, Type)> {
    let name = paginator?.size_param()?;
    let origin = scope.origin(scope.options.paginator.inherited);
    let param = scope.defaults.client_params.named(name, &format!("{name}: u32 = 100"), &origin)?;
    if let Some(ty) = param.optional() {
        let message = format!(
            "a page has a size, and `{name}` may have no value\nhelp: declare it with a default: `{name}: u32 = 100`"
        );
        origin.conflict(name, message, ty, "the param is an `Option` here");
        return None;
    }
    let values = param.default().map(DefaultValue::values).unwrap_or_default();
    if let Some(zero) = values.iter().find(|value| value.text == "0") {
        let message = "a page of zero rows holds nothing\nhelp: write a default of at least 1".to_owned();
        origin.conflict(name, message, &zero.token, "the default is here");
    }
    Some((name.clone(), param.ty.clone()))
}

/// Reports a size that is sent nowhere and has no other use, and one that is sent and is not.
pub(super) fn sent(paginator: &Paginator, has_window: bool, errors: &Sink) {
    if let (Some(none), Some((_, path))) = (paginator.unsent_size(), paginator.path("limit_body_path")) {
        errors.conflict(
            none,
            "the page's size goes into the body, so it is not sent in the query anyway\nhelp: leave one of them out",
            path,
            "its place in the body is set here",
        );
    }
    if let Some(none) = paginator.unsent_size().filter(|_| paginator.kind == PaginatorKind::PageNumber)
        && !paginator.is_written("limit")
    {
        errors.report(
            none,
            "no size is sent without `limit` anyway\nhelp: leave `limit_param` out, or write how many rows a page has: `limit = 100`",
        );
    }
    let is_used = paginator.sends_size()
        || paginator.unsent_size().is_some()
        || paginator.is_set("stop_after_short_page")
        || has_window;
    let message =
        "this size is not sent\nhelp: name the API's parameter for it: `limit_param = \"…\"`, or leave `limit` out";
    match (paginator.number("limit"), paginator.size_param()) {
        (Some((1.., token)), _) if !is_used => errors.report(token, message),
        (_, Some(name)) if !is_used => errors.report(name, message),
        _ => {}
    }
}
