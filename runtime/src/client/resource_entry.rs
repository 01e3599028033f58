//! A resource whose row type is not known to the caller.

use std::iter::successors;

use crate::declare::resource::{Resource, ResourceDef};
use crate::decode::{self, Decode, DecodeSpec, PageRows, RowDecodeError};

/// A resource whose row type is not known to the caller.
#[derive(Debug, Clone, Copy)]
pub struct ResourceEntry {
    pub(crate) def: &'static ResourceDef,
    pub(crate) decode: Decode,
    /// Whether a text is a row.
    pub(crate) fits: fn(&str) -> Result<(), RowDecodeError>,
    /// A page without rows.
    pub(crate) empty: fn(&DecodeSpec) -> PageRows,
}

impl ResourceEntry {
    /// The entry of a resource.
    #[must_use]
    pub const fn new<T: Resource>() -> Self {
        Self { def: T::DEF, decode: decode::decode::<T>, fits: decode::fits::<T>, empty: DecodeSpec::empty::<T> }
    }

    /// The resource itself, its parent, the parent of that, up to one without a parent.
    pub(crate) fn lineage(self, all: &[Self]) -> impl Iterator<Item = Self> {
        let parent = |entry: &Self| {
            let parent = entry.def.parent?.resource;
            all.iter().find(|entry| entry.def.name == parent).copied()
        };
        successors(Some(self), parent)
    }
}
