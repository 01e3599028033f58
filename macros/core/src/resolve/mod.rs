//! The options of a resource over those of the defaults, before anything is checked.

pub(crate) mod headers;
pub(crate) mod json_names;
mod options;
pub(crate) mod paginator;
pub(crate) mod params;

use syn::Ident;

use crate::items::Body;
use crate::language::Param;
use crate::model::{Decoding, Path};
pub(crate) use options::{PlacedText, Resolved, ResolvedOptions, TextPlace};
use params::Places;

/// The request of a resource, and its rows.
pub(crate) struct ResolvedRequest<'r> {
    /// The token that stands for the resource in messages.
    pub(crate) name: &'r Ident,
    pub(crate) path: Option<&'r Path>,
    pub(crate) places: &'r Places<'r>,
    pub(crate) params: &'r [Param],
    pub(crate) decoding: Decoding,
    pub(crate) rows: &'r Body,
}
