//! `resource_defaults(…)`, checked once: a mistake in them is not one of every resource.

use super::client_params::ClientParams;
use super::{auth, data, json, paginator, param, range, template};
use crate::diagnostic::Sink;
use crate::language::{Auth, Data, DefaultOptions, JsonTemplate, Paginator, ResourceOptions};
use crate::resolve::params::Places;
use crate::syntax::Slot;

/// The body that may name params.
fn body(options: &ResourceOptions) -> Option<&JsonTemplate> {
    options.json.get().or_else(|| options.data.get().and_then(Data::form))
}

fn places(options: Option<&ResourceOptions>) -> Places<'static> {
    let headers = options.map(|options| template::named(&options.headers, &Slot::Absent)).unwrap_or_default();
    Places { path: None, json: json::names(options.and_then(body)), headers }
}

pub(super) struct Defaults<'o> {
    pub(super) client_params: ClientParams<'o>,
    options: Option<&'o ResourceOptions>,
    /// Stands for what is absent.
    none: ResourceOptions,
    /// None where it is absent or wrong.
    pub(super) paginator: Option<Paginator>,
    /// The credentials of a resource that has none of its own: those of the defaults, else those of the source.
    pub(super) auth: Option<&'o Auth>,
}

impl<'o> Defaults<'o> {
    pub(super) fn new(
        client_params: ClientParams<'o>,
        options: Option<&'o DefaultOptions>,
        source: Option<&'o Auth>,
        errors: &Sink,
    ) -> Self {
        let options = options.map(|options| &options.0);
        let paginator =
            options.and_then(|options| options.paginator.get()).and_then(|shared| paginator::check(shared, errors));
        if let Some(params) = options.and_then(|options| options.params.get()) {
            param::names(&params.all, errors);
            let paginator = options.and_then(|options| options.paginator.get());
            param::against_paginator(&params.all, paginator, &places(options), errors);
            let in_body = json::names(options.and_then(body));
            template::fixed(&params.all, &in_body, &client_params, errors);
            client_params.against(&params.all, errors);
        }
        if let Some(options) = options {
            data::alone(options, errors);
            data::whole(&options.data, options.paginator.get(), false, errors);
        }
        let auth = options.and_then(|options| options.auth.get()).or(source);
        if let Some(options) = options {
            let params = options.params.get().map(|params| params.all.as_slice()).unwrap_or_default();
            let places = places(Some(options));
            auth::in_query(auth, params, options.paginator.get(), &places, errors);
            if let Slot::Set(key, range) = &options.incremental {
                range::alone(range, key, errors);
                let sent = range::AlsoSent { params, paginator: options.paginator.get(), auth };
                range::against(range, &sent, &places, errors);
            }
        }
        Self { client_params, options, none: ResourceOptions::default(), paginator, auth }
    }

    /// The options, all absent where there are none.
    pub(super) fn options(&self) -> &ResourceOptions {
        self.options.unwrap_or(&self.none)
    }
}
