//! The ends of a range in texts, `{incremental.start_value}` and `{incremental.end_value}`: that there is a range, and
//! that each has a value in every run.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Ident;

use super::resource::ResourceScope;
use crate::diagnostic::OptionOrigin;
use crate::language::{ClientParam, IncrementalOptions, Point};
use crate::literal::{RangeBound, Template, TemplatePart};
use crate::naming::unraw;

/// Where the texts of a resource first name each end of its range.
#[derive(Default)]
pub(super) struct NamedBounds {
    start: Option<NamedBound>,
    end: Option<NamedBound>,
    /// Whether a text names an end without a pattern of its own.
    plain: bool,
    /// Whether a text could not be read, which may name an end.
    hidden: bool,
}

struct NamedBound {
    token: TokenStream,
    inherited: bool,
}

impl NamedBounds {
    pub(super) fn new(scope: &ResourceScope<'_>) -> Self {
        let options = scope.options;
        let has_list =
            !(scope.resource.options.headers.is_absent() && options.json.is_absent() && options.data.is_absent());
        let hidden = scope.places.path.is_none()
            || !options.params_sound
            || options.json.is_broken()
            || options.data.is_broken()
            // What is wrong in a list is left out of it.
            || (has_list && !scope.errors.is_sound());
        let mut named = Self { hidden, ..Self::default() };
        if let Some(path) = scope.places.path {
            named.add(&path.template, &path.token.to_token_stream(), false);
        }
        for text in scope.options.texts() {
            named.add(text.pattern, &text.token, text.inherited);
        }
        named
    }

    fn add(&mut self, text: &Template, token: &TokenStream, inherited: bool) {
        self.plain |= text.parts.iter().any(|part| matches!(part, TemplatePart::Bound(_)));
        for bound in text.bounds() {
            let slot = match bound {
                RangeBound::Start => &mut self.start,
                RangeBound::End => &mut self.end,
            };
            slot.get_or_insert_with(|| NamedBound { token: token.clone(), inherited });
        }
    }

    pub(super) fn has_start(&self) -> bool {
        self.start.is_some()
    }

    pub(super) fn has_end(&self) -> bool {
        self.end.is_some()
    }

    /// Whether a text names an end as `format` writes it.
    pub(super) fn has_plain(&self) -> bool {
        self.plain
    }

    /// Whether a text names an end of the range, or may.
    pub(super) fn is_sent(&self) -> bool {
        self.has_start() || self.has_end() || self.hidden
    }

    /// Reports ends of a range that there is not.
    pub(super) fn without_range(&self, scope: &ResourceScope<'_>) {
        let bounds = [(RangeBound::Start, &self.start), (RangeBound::End, &self.end)];
        if let Some((bound, named)) = bounds.into_iter().find_map(|(bound, named)| Some((bound, named.as_ref()?))) {
            scope.origin(named.inherited).report(
                &named.token,
                format!("`{{{bound}}}` has no value: this resource is not incremental\nhelp: write `incremental(cursor = …, initial_value = …)`"),
            );
        }
    }

    /// Reports a start that the first run has no value for.
    pub(super) fn without_value(&self, range: &IncrementalOptions, scope: &ResourceScope<'_>) {
        let Some(named) = &self.start else { return };
        if let Some(Point::Param(name)) = range.initial_value.get()
            && let Some(ty) = scope.defaults.client_params.find(&unraw(name)).and_then(ClientParam::optional)
        {
            scope.origin(named.inherited).conflict(
                &named.token,
                format!("`{{{}}}` has no value in the first run where `{name}` is unset\nhelp: write its type without `Option`, or give it a default", RangeBound::Start),
                ty,
                "it is an `Option` here",
            );
        } else if range.initial_value.is_absent() {
            scope.origin(named.inherited).report(
                &named.token,
                format!("`{{{}}}` has no value in the first run\nhelp: write in `incremental(…)` where that begins: `initial_value = …`", RangeBound::Start),
            );
        }
    }

    /// Reports an end that is never known: the moment at which a run begins is not one of the cursor's values.
    pub(super) fn without_end(&self, what: &str, scope: &ResourceScope<'_>) {
        if let Some(named) = &self.end {
            scope.origin(named.inherited).report(
                &named.token,
                format!("`{{{}}}` has no value: the cursor is {what}, and the moment at which a run begins is not\nhelp: write in `incremental(…)` where each run ends: `end_value = …`", RangeBound::End),
            );
        }
    }
}

/// Reports options of an end that is not sent. Of a beginning that is not sent, all is read, and what is known is dropped.
pub(super) fn sent(range: &IncrementalOptions, named: &NamedBounds, origin: &OptionOrigin<'_>) {
    let has_start = super::range::has_start(range) || named.has_start() || named.hidden;
    if let Some(key) = range.start_exclusive.key().filter(|_| !has_start) {
        origin.report(
            key,
            format!("no beginning is sent, so `{key}` has no effect\nhelp: write `start_param = \"…\"` with the API's parameter for the beginning of the range, or leave `{key}` out"),
        );
    }
    let has_end = super::range::has_end(range) || named.has_end() || named.hidden;
    if let Some(key) = range.format.key().filter(|_| !has_start && !has_end) {
        origin.report(
            key,
            "the range is not sent, so `format` has no effect\nhelp: write `start_param = \"…\"` with the API's parameter for the beginning of the range, or leave `format` out".to_owned(),
        );
    }
    closed(range, origin);
    if let Some(key) = range.end_inclusive.key().or(without_step(range)).filter(|_| !has_end) {
        origin.report(
            key,
            format!("no end is sent, so `{key}` has no effect\nhelp: write `end_param = \"…\"` with the API's parameter for the end of the range, or leave `{key}` out"),
        );
    }
}

/// Reports that a range includes an end which it does not have, or which it includes anyway.
fn closed(range: &IncrementalOptions, origin: &OptionOrigin<'_>) {
    let Some(key) = range.range_end.key() else { return };
    let (what, help) = match range.end_value.get() {
        None if range.end_value.is_absent() => ("there is no `end_value`", "write `end_value = …`, or leave it out"),
        Some(Point::Now(..)) => ("a moment of the run is in the range as a whole day, or as it is", "leave it out"),
        _ => return,
    };
    origin.report(key, format!("{what}, so `{key}` has no effect\nhelp: {help}"));
}

/// The end of a range that no step needs.
fn without_step(range: &IncrementalOptions) -> Option<&Ident> {
    range.end_value.key().filter(|_| range.step.is_absent())
}
