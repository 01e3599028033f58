//! Options that have no effect because of others.

use syn::Member;

use super::{resources, whole_url};
use crate::diagnostic::Sink;
use crate::items::{Annotated, Body, Impl, ParsedItem};
use crate::language::{MethodKind, ResourceOptions, RetryOptions, SourceOptions};
use crate::literal::Origin;
use crate::resolve::ResolvedOptions;
use crate::syntax::Slot;

/// Reports them.
pub(super) fn check(options: &SourceOptions, shared: &ResourceOptions, items: &[ParsedItem], errors: &Sink) {
    body(shared, items, errors);
    connecting(options, shared, items, errors);
    retry(&options.retry, errors);
    retry(&shared.retry, errors);
    own_origin(options, errors);
    for resource in resources(items) {
        whole_url::own_base(options, resource);
        retry(&resource.options.retry, &resource.errors);
        renaming(resource);
    }
}

/// Reports a renaming rule of a resource whose fields are not named by it.
fn renaming(resource: &Annotated<ResourceOptions>) {
    let Some(key) = resource.options.rename_all.key() else { return };
    let is_value = matches!(&resource.body, Body::Fields(fields) if fields.iter().any(|field| matches!(field.member, Member::Unnamed(_))));
    let why = if resource.serde.deserialize == Impl::Manual {
        "`Deserialize` is implemented by hand"
    } else if resource.serde.renames {
        "serde's own `rename_all` is in its place"
    } else if is_value {
        "a row is one value, without keys"
    } else {
        return;
    };
    resource.errors.report(key, format!("{why}, so `rename_all` has no effect\nhelp: leave it out"));
}

/// Reports an origin that is sent credentials anyway.
fn own_origin(options: &SourceOptions, errors: &Sink) {
    let (Some(base), Some(trust)) = (options.base_url.get(), options.trust.get()) else { return };
    let Some((own, _)) = Origin::of(&base.token.value()) else { return };
    if let Some(origin) = trust.iter().find(|origin| origin.value.key == own.key) {
        errors.conflict(
            &origin.token,
            "the API's own origin is sent credentials anyway\nhelp: leave it out",
            &base.token,
            "the origin of this URL",
        );
    }
}

/// Reports a body of the defaults that no resource sends.
fn body(shared: &ResourceOptions, items: &[ParsedItem], errors: &Sink) {
    let Some(key) = shared.json.key().or(shared.data.key()) else { return };
    let may_send = |own: &ResourceOptions| {
        let method = ResolvedOptions::new(own, shared).method_kind();
        own.json.is_absent() && own.data.is_absent() && method != Some(MethodKind::Get)
    };
    if !resources(items).any(|resource| may_send(&resource.options)) {
        errors.report(
            key,
            format!("no resource sends this `{key}`: each is a GET, or has a body of its own\nhelp: write `method = POST`, or leave `{key}` out"),
        );
    }
}

/// Reports a time for connecting that no request has.
fn connecting(options: &SourceOptions, shared: &ResourceOptions, items: &[ParsedItem], errors: &Sink) {
    let others = resources(items).all(|resource| resource.options.timeout.is_absent());
    if let (Some(connect), Some(all)) = (options.connect_timeout.get(), options.timeout.get())
        && connect.value.milliseconds >= all.value.milliseconds
        && shared.timeout.is_absent()
        && others
    {
        errors.conflict(
            &connect.token,
            "a request ends before this: connecting is a part of it\nhelp: write less than the `timeout`, or leave `connect_timeout` out",
            &all.token,
            "the whole request has this time",
        );
    }
}

/// Reports how to retry where nothing is retried.
fn retry(slot: &Slot<RetryOptions>, errors: &Sink) {
    let Some(retry) = slot.get() else { return };
    let Some(none) = retry.max_retries.get().filter(|most| most.value == 0) else { return };
    let others = [retry.backoff_factor.key(), retry.statuses.key(), retry.max_wait.key()];
    if let Some(key) = others.into_iter().flatten().next() {
        errors.conflict(
            key,
            format!("no request is retried, so `{key}` has no effect\nhelp: leave it out, or write `max_retries = 3`"),
            &none.token,
            "nothing is retried because of this",
        );
    }
}
