//! `resource_defaults(…)`, checked once: a mistake in them is not one of every resource.

use super::{paginator, param};
use crate::model::Paginator;
use crate::naming::Rule;
use crate::sink::Sink;
use crate::vocabulary::{DefaultOptions, ResourceOptions};

pub(super) struct Defaults<'o> {
    options: Option<&'o ResourceOptions>,
    /// Stands for what is absent.
    none: ResourceOptions,
    /// None where it is absent or wrong.
    pub(super) paginator: Option<Paginator>,
}

impl<'o> Defaults<'o> {
    pub(super) fn new(options: Option<&'o DefaultOptions>, errors: &Sink) -> Self {
        let options = options.map(|options| &options.0);
        let paginator =
            options.and_then(|options| options.paginator.get()).and_then(|shared| paginator::check(shared, errors));
        if let Some(params) = options.and_then(|options| options.params.get()) {
            param::names(&params.all, errors);
            let paginator = options.and_then(|options| options.paginator.get());
            param::against_paginator(&params.all, paginator, None, errors);
        }
        Self { options, none: ResourceOptions::default(), paginator }
    }

    /// The options, all absent where there are none.
    pub(super) fn options(&self) -> &ResourceOptions {
        self.options.unwrap_or(&self.none)
    }

    pub(super) fn rule(&self) -> Option<Rule> {
        self.options().rename_all.get().map(|rule| rule.value.0)
    }
}
