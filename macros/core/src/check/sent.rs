//! The values that a request sends: no two may have one name.

use quote::ToTokens;

use crate::diagnostic::Sink;
use crate::language::{Auth, Paginator, Param};
use crate::resolve::paginator::{self, PagingParam};
use crate::resolve::params::{self, Places};

#[derive(Clone, Copy)]
pub(super) struct Sent<'s> {
    pub(super) params: &'s [Param],
    pub(super) paginator: Option<&'s Paginator>,
    pub(super) auth: Option<&'s Auth>,
    pub(super) places: &'s Places<'s>,
}

impl<'s> Sent<'s> {
    /// The param that is sent in the query under a name.
    pub(super) fn query_param(&self, wire: &str) -> Option<&'s Param> {
        params::query(self.params, self.places).find(|param| param.wire() == wire)
    }

    /// The query parameter of that name which the paginator writes.
    pub(super) fn paging_param(&self, wire: &str) -> Option<PagingParam<'s>> {
        let written = self.paginator.map(paginator::params).unwrap_or_default();
        written.into_iter().find(|written| written.wire == wire)
    }
}

impl PagingParam<'_> {
    /// Reports something else of the same name.
    pub(super) fn refuse(&self, at: impl ToTokens, errors: &Sink) {
        let Self { option, what, wire, token } = self;
        let message = format!("`{wire}` is sent by the paginator");
        let first = if *option == "cursor_param" { "; the first cursor is `initial_cursor = \"…\"`" } else { "" };
        match token {
            Some(token) => {
                let help = first.strip_prefix("; ").map(|first| format!("\nhelp: {first}")).unwrap_or_default();
                errors.conflict(at, format!("{message}{help}"), token, "the paginator's param is set here");
            }
            None => errors.report(
                at,
                format!(
                    "{message}, as its `{option}`, by default\nhelp: name the param of {what}: `{option} = \"…\"`{first}"
                ),
            ),
        }
    }
}
