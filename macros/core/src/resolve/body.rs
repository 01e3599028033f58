//! The body of a resource's requests, and their method.

use crate::language::{Data, JsonTemplate, Method, MethodKind, ResourceOptions};
use crate::syntax::Slot;

/// The method of a resource's requests. None where it could not be read.
pub(crate) fn method(own: &ResourceOptions, shared: &ResourceOptions) -> Option<MethodKind> {
    match own.method.or(&shared.method) {
        Slot::Absent => Some(MethodKind::Get),
        Slot::Broken(_) => None,
        Slot::Set(_, method) => Some(method.kind),
    }
}

/// The body of a resource's requests: its own, or that of the defaults, if it is a resource that has a body at all.
pub(crate) fn json<'o>(own: &'o ResourceOptions, shared: &'o ResourceOptions) -> Option<&'o JsonTemplate> {
    if own.json.is_absent() && !own.data.is_absent() {
        return None;
    }
    own.json.or(&shared.json).get().filter(|_| !own.json.is_absent() || posts(own.method.or(&shared.method)))
}

/// The data of a resource's requests: its own, or that of the defaults, if nothing of its own takes the place.
pub(crate) fn data<'o>(own: &'o ResourceOptions, shared: &'o ResourceOptions) -> Option<&'o Data> {
    if own.data.is_absent() && !own.json.is_absent() {
        return None;
    }
    own.data.or(&shared.data).get().filter(|_| !own.data.is_absent() || posts(own.method.or(&shared.method)))
}

fn posts(method: &Slot<Method>) -> bool {
    method.get().is_some_and(|method| method.kind == MethodKind::Post)
}
