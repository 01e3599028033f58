//! The headers of a resource: those of the defaults that it does not set itself, and its own.

use crate::language::{Header, Headers};
use crate::syntax::Slot;

/// A header, and whether it is one of the defaults.
#[derive(Clone, Copy)]
pub(crate) struct Set<'h> {
    pub(crate) header: &'h Header,
    pub(crate) inherited: bool,
}

/// All headers that a resource's requests are made with, those of the defaults first.
pub(crate) fn all<'h>(own: &'h Slot<Headers>, shared: &'h Slot<Headers>) -> impl Iterator<Item = Set<'h>> + Clone {
    let is_own = |header: &Header| of(own).any(|own| own.name.value.key == header.name.value.key);
    let inherited = of(shared).filter(move |header| own.unset().is_none() && !is_own(header));
    let inherited = inherited.map(|header| Set { header, inherited: true });
    inherited.chain(of(own).map(|header| Set { header, inherited: false }))
}

/// The headers of one list.
pub(crate) fn of(slot: &Slot<Headers>) -> impl Iterator<Item = &Header> + Clone {
    slot.get().into_iter().flat_map(|headers| &headers.0)
}
