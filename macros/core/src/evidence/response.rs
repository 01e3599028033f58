//! A resource against what is known of its response: where the rows are, the paths of its paginator, its fields.

use std::fmt;

use quote::ToTokens;
use syn::{Ident, Type};

use super::facts::DataNode;
use super::paging::Page;
use super::{fields, paging, rows};
use crate::diagnostic::OptionOrigin;
use crate::items::{Annotated, Body, attrs_of, serde_attrs};
use crate::language::{MissingRows, ResourceOptions};
use crate::resolve::ResolvedRequest;
use crate::resolve::json_names::{self, Renamed};
use crate::shape::{Member, TypeMap};

/// Where facts come from, as messages name it.
pub(crate) enum Witness {
    /// The files of samples, with how many rows each has.
    Samples(Vec<(String, usize)>),
    /// An operation of an OpenAPI file.
    Operation(String),
}

impl Witness {
    pub(super) fn is_sample(&self) -> bool {
        matches!(self, Self::Samples(_))
    }

    /// A row by its number among all.
    pub(super) fn row(&self, number: usize) -> String {
        let Self::Samples(files) = self else { return format!("a row of {self}") };
        let mut number = number;
        for (file, rows) in files {
            if number <= *rows {
                return format!("row {number} of `{file}`");
            }
            number -= rows;
        }
        format!("a row of {self}")
    }

    /// A row, and so many more.
    pub(super) fn rows(&self, number: usize, more: usize) -> String {
        match (self, more) {
            (Self::Operation(_), _) => self.to_string(),
            (Self::Samples(_), 0) => self.row(number),
            (Self::Samples(_), 1) => format!("{} (and one more row)", self.row(number)),
            (Self::Samples(_), more) => format!("{} (and {more} more rows)", self.row(number)),
        }
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Samples(files) => {
                let files: Vec<String> = files.iter().map(|(file, _)| format!("`{file}`")).collect();
                f.write_str(&files.join(" and "))
            }
            Self::Operation(operation) => f.write_str(operation),
        }
    }
}

/// What is known of a response.
pub(crate) struct ResponseFacts<N> {
    pub(crate) content: ContentFacts<N>,
    /// As messages call it.
    pub(crate) called: String,
}

pub(crate) enum ContentFacts<N> {
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
    /// Whether the OpenAPI file is wrong about the value that a row is.
    pub(crate) overruled: bool,
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

    /// Whether the OpenAPI file is wrong about an option: its own, or where that is absent, the default.
    pub(crate) fn overrules(&self, option: &str, is_inherited: bool) -> bool {
        let options = if is_inherited { self.shared } else { &self.resource.options };
        options.overruled.contains(&option)
    }

    /// The rows of a response. None where they are not known. A mistake is reported at `token` if no option is wrong.
    pub(crate) fn rows<'v, N: DataNode<'v> + Clone>(
        &self,
        response: &ResponseFacts<N>,
        is_sample: bool,
        token: impl ToTokens,
    ) -> Option<Vec<N>> {
        let body = match &response.content {
            ContentFacts::Rows(rows) => return Some(rows.clone()),
            ContentFacts::Body(body) => *body,
        };
        let (own, shared) = (&self.resource.options, self.shared);
        let inherited = own.data_selector.is_absent();
        let selector = own.data_selector.or(&shared.data_selector);
        if selector.get().is_none() && !selector.is_absent() {
            return None;
        }
        let missing = own.missing_rows.or(&shared.missing_rows).get().filter(|_| is_sample).copied();
        let missing = missing.unwrap_or(MissingRows::Error);
        let (place, keyed) = (selector.get().map(|selector| &selector.value), self.request.rows.has_row_key());
        match rows::of(body, place, keyed, missing, &response.called) {
            Ok(rows) => rows,
            Err(_) if !is_sample && self.overrules("data_selector", inherited) => None,
            Err(message) => {
                match selector.get() {
                    Some(selector) => self.origin(inherited).report(&selector.token, message),
                    None => self.resource.errors.report(token, message),
                }
                None
            }
        }
    }

    /// Reports what the responses refute of the paginator. `has_rows` is of each.
    pub(crate) fn paging<'v, N: DataNode<'v>>(&self, responses: &[(&ResponseFacts<N>, bool)], is_sample: bool) {
        let own = &self.resource.options;
        let Some(paginator) = own.paginator.or(&self.shared.paginator).get() else { return };
        let pages = responses.iter().filter_map(|(response, has_rows)| match &response.content {
            ContentFacts::Body(body) => Some(Page { body: *body, called: &response.called, has_rows: *has_rows }),
            ContentFacts::Rows(_) => None,
        });
        let overruled = |option: &str| !is_sample && paginator.overrules(option);
        paging::check(paginator, &pages.collect::<Vec<_>>(), &overruled, &self.origin(own.paginator.is_absent()));
    }

    /// Reports what rows refute of the fields. Returns what they were compared with.
    pub(crate) fn fields<'v, N: DataNode<'v>>(&self, rows: &[N], witness: &Witness) -> Option<DeclaredRows<'c>> {
        let (own, errors) = (&self.resource.options, &self.resource.errors);
        // The sample has refuted fields already.
        if !(witness.is_sample() || own.sample.is_absent() || errors.is_sound()) {
            return None;
        }
        let declared = self.declared().filter(|declared| witness.is_sample() || !declared.overruled)?;
        fields::check(&declared, rows, witness, self.types, errors);
        Some(declared)
    }

    /// The struct of rows. None where it is not known what its fields are read from.
    fn declared(&self) -> Option<DeclaredRows<'c>> {
        let Body::Fields(fields) = self.request.rows else { return None };
        let (ident, names) = (&self.resource.ident, self.types.names());
        if let Some(field) = fields.iter().find(|field| matches!(field.member, syn::Member::Unnamed(_))) {
            let overruled = field.column.openapi.get().is_some();
            return Some(DeclaredRows { ident, newtype: Some(&field.ty), members: Vec::new(), overruled });
        }
        let Renamed(rule) = json_names::renamed(self.resource, self.request.decoding, self.shared)?;
        let default = serde_attrs::defaults(attrs_of(&self.resource.item));
        let members = self.types.members(fields, rule, default, &names);
        Some(DeclaredRows { ident, newtype: None, members, overruled: false })
    }
}
