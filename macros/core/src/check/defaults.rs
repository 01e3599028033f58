//! `resource_defaults(…)`, checked once: a mistake in them is not one of every resource.

use super::client_params::ClientParams;
use super::paginator::PagingContext;
use super::sent::Sent;
use super::step_function::StepFunctions;
use super::{auth, body, paginator, paging_paths, param, range};
use crate::diagnostic::{OptionOrigin, Sink};
use crate::language::{Auth, Headers, Paginator, ResourceOptions};
use crate::resolve::ResolvedOptions;
use crate::syntax::Slot;

pub(super) struct Defaults<'o> {
    pub(super) client_params: ClientParams<'o>,
    pub(super) step_functions: StepFunctions,
    /// All absent where there are none.
    pub(super) options: &'o ResourceOptions,
    /// None where it is absent or wrong.
    pub(super) paginator: Option<Paginator>,
    /// The credentials of a resource that has none of its own: those of the defaults, else those of the source.
    pub(super) auth: Option<&'o Auth>,
    /// The headers of all resources.
    pub(super) source_headers: &'o Slot<Headers>,
}

impl<'o> Defaults<'o> {
    pub(super) fn new(
        (client_params, step_functions): (ClientParams<'o>, StepFunctions),
        options: &'o ResourceOptions,
        (source, source_headers): (Option<&'o Auth>, &'o Slot<Headers>),
        errors: &Sink,
    ) -> Self {
        let none = ResourceOptions::default();
        let (resolved, auth) = (ResolvedOptions::new(options, &none), options.auth.get().or(source));
        let (params, paginator) = (&resolved.params, resolved.paginator.get());
        let sent = Sent { params, paginator, auth, places: &resolved.places(None) };
        if let (Some(rows), Some(paginator)) = (resolved.data_selector.get(), paginator) {
            let origin = OptionOrigin { resource: &paginator.word, inherited: false, errors };
            paging_paths::beside_rows(rows, paginator, &origin);
        }
        let context = PagingContext { has_window: !options.result_window.is_absent(), rows_are_pages: false };
        let paginator = paginator.and_then(|paginator| paginator::check(paginator, context, errors));
        param::names(params, errors);
        param::against_paginator(&sent, errors);
        for key in &resolved.unset_in_vain {
            errors.report(key, format!("the defaults have nothing to unset\nhelp: leave `{key}` out"));
        }
        client_params.against(params, errors);
        body::alone(&resolved, errors);
        body::with_places(&resolved, errors);
        auth::in_query(&sent, errors);
        auth::renewal(resolved.response_actions.get(), auth, errors);
        if let Some((key, range)) = resolved.incremental.set() {
            range::alone(range, key, errors);
            range::against(range, &sent, errors);
        }
        Self { client_params, step_functions, options, paginator, auth, source_headers }
    }
}
