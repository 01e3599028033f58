//! A resource against what is known of its response: where the rows are, the paths of its paginator, its fields.

use std::fmt;

use quote::ToTokens;
use syn::{Ident, Type};

use super::facts::DataNode;
use super::{fields, paging, rows};
use crate::diagnostic::OptionOrigin;
use crate::items::{Annotated, Body, attrs_of, serde_attrs};
use crate::language::{MissingRows, ResourceOptions};
use crate::resolve::ResolvedRequest;
use crate::resolve::json_names::{self, Renamed};
use crate::shape::{Member, TypeMap};

/// Where facts come from, as messages name it.
pub(crate) enum Witness {
    /// The file of a sample.
    Sample(String),
    /// An operation of an OpenAPI file.
    Operation(String),
}

impl Witness {
    pub(super) fn is_sample(&self) -> bool {
        matches!(self, Self::Sample(_))
    }

    pub(super) fn response(&self) -> String {
        match self {
            Self::Sample(_) => self.to_string(),
            Self::Operation(_) => format!("the response to {self}"),
        }
    }

    pub(super) fn row(&self, number: usize) -> String {
        match self {
            Self::Sample(_) => format!("row {number} of {self}"),
            Self::Operation(_) => format!("a row of {self}"),
        }
    }

    /// A row, and so many more.
    pub(super) fn rows(&self, number: usize, more: usize) -> String {
        match (self, more) {
            (Self::Operation(_), _) => self.to_string(),
            (Self::Sample(_), 0) => self.row(number),
            (Self::Sample(_), 1) => format!("{} (and one more row)", self.row(number)),
            (Self::Sample(_), more) => format!("{} (and {more} more rows)", self.row(number)),
        }
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sample(file) => write!(f, "`{file}`"),
            Self::Operation(operation) => f.write_str(operation),
        }
    }
}

/// What is known of a response.
pub(crate) enum ResponseFacts<N> {
    Body(N),
    /// Of its rows only.
    Rows(Vec<N>),
}

/// A struct of rows.
pub(crate) struct DeclaredRows<'f> {
    pub(crate) ident: &'f Ident,
    /// The type that a row is, if it is no struct with named fields.
    pub(crate) newtype: Option<&'f Type>,
    pub(crate) members: Vec<Member>,
}

/// A resource to be compared.
#[derive(Clone, Copy)]
pub(crate) struct Compared<'c> {
    pub(crate) resource: &'c Annotated<ResourceOptions>,
    pub(crate) shared: &'c ResourceOptions,
    pub(crate) request: &'c ResolvedRequest<'c>,
    pub(crate) types: &'c TypeMap,
}

impl<'c> Compared<'c> {
    /// Where mistakes of an option are reported.
    pub(crate) fn origin(&self, inherited: bool) -> OptionOrigin<'c> {
        OptionOrigin { resource: self.request.name, inherited, errors: &self.resource.errors }
    }

    /// Reports what is refuted, at `token` if no option is wrong. Returns rows that were compared.
    pub(crate) fn check<'v, N: DataNode<'v>>(
        &self,
        facts: ResponseFacts<N>,
        witness: &Witness,
        token: impl ToTokens,
    ) -> Option<(DeclaredRows<'c>, Vec<N>)> {
        let (own, shared, errors) = (&self.resource.options, self.shared, &self.resource.errors);
        let response = witness.response();
        let selector = own.data_selector.or(&shared.data_selector);
        let is_broken = selector.get().is_none() && !selector.is_absent();
        let missing = own.missing_rows.or(&shared.missing_rows).get().filter(|_| witness.is_sample());
        let (rows, body) = match facts {
            ResponseFacts::Rows(rows) => (Some(rows), None),
            ResponseFacts::Body(body) if is_broken => (None, Some(body)),
            ResponseFacts::Body(body) => {
                let missing = missing.copied().unwrap_or(MissingRows::Error);
                let rows = rows::of(body, selector.get().map(|selector| &selector.value), missing, &response);
                let report = |message| match selector.get() {
                    Some(selector) => self.origin(own.data_selector.is_absent()).report(&selector.token, message),
                    None => errors.report(&token, message),
                };
                (rows.map_err(report).unwrap_or_default(), Some(body))
            }
        };
        if let (Some(body), Some(paginator)) = (body, own.paginator.or(&shared.paginator).get()) {
            let has_rows = rows.as_ref().is_some_and(|rows| !rows.is_empty());
            paging::check(paginator, body, has_rows, &response, &self.origin(own.paginator.is_absent()));
        }
        let rows = rows?;
        // The sample has refuted fields already.
        if is_broken || !(witness.is_sample() || own.sample.is_absent() || errors.is_sound()) {
            return None;
        }
        let declared = self.declared()?;
        fields::check(&declared, &rows, witness, self.types, errors);
        Some((declared, rows))
    }

    /// The struct of rows. None where it is not known what its fields are read from.
    fn declared(&self) -> Option<DeclaredRows<'c>> {
        let Body::Fields(fields) = self.request.rows else { return None };
        let (ident, names) = (&self.resource.ident, self.types.names());
        if let Some(field) = fields.iter().find(|field| matches!(field.member, syn::Member::Unnamed(_))) {
            return Some(DeclaredRows { ident, newtype: Some(&field.ty), members: Vec::new() });
        }
        let Renamed(rule) = json_names::renamed(self.resource, self.request.decoding, self.shared)?;
        let default = serde_attrs::defaults(attrs_of(&self.resource.item));
        let members = self.types.members(fields, rule, default, &names);
        Some(DeclaredRows { ident, newtype: None, members })
    }
}
