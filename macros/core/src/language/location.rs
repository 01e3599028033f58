//! `location = header`: where an API key goes.

use syn::parse::ParseStream;

use crate::diagnostic::Sink;
use crate::syntax::{Form, OptionValue, choice};

/// Where an API key goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    Header,
    Query,
    Cookie,
}

impl Location {
    /// As a declaration has it, and an OpenAPI file.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Query => "query",
            Self::Cookie => "cookie",
        }
    }
}

impl OptionValue for Location {
    const FORM: Form = Form::Value("header");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        const KINDS: &[(&str, Location)] =
            &[("header", Location::Header), ("query", Location::Query), ("cookie", Location::Cookie)];
        choice(input, "location", KINDS).map(|(location, _)| location)
    }
}
