//! Bodies that are not JSON: that there is one body, and nothing else to put into it.

use crate::diagnostic::Sink;
use crate::language::{Data, Paginator, ResourceOptions};
use crate::resolve::paginator::bodies;
use crate::syntax::Slot;

/// Reports two bodies.
pub(super) fn alone(options: &ResourceOptions, errors: &Sink) {
    if let (Slot::Set(data, _), Slot::Set(json, _)) = (&options.data, &options.json) {
        errors.conflict(data, "a request has one body\nhelp: leave one of the two out", json, "the other is set here");
    }
}

/// Reports a place in the body where the paginator would put something. `inherited`: the paginator is that of the defaults.
pub(super) fn whole(data: &Slot<Data>, paginator: Option<&Paginator>, inherited: bool, errors: &Sink) {
    let Some(key) = data.key() else { return };
    let token = paginator.and_then(|paginator| bodies(paginator).first().map(|(_, token)| *token));
    match token {
        Some(token) if inherited => errors.conflict(
            key,
            "the paginator has a place in the body, and only JSON has places\nhelp: write `json = { … }`, or a `paginator = …` for this resource",
            token,
            "it is put into the body by default here",
        ),
        Some(token) => errors.conflict(
            token,
            "a place in the body is one in JSON, and this body is none\nhelp: write `json = { … }`, or send it in the query",
            key,
            "the body is set here",
        ),
        None => {}
    }
}
