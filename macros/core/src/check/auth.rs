//! Secrets: that their names are free, and that none is sent in the open.

use syn::Ident;

use super::resource::ResourceScope;
use super::resources;
use super::sent::Sent;
use crate::diagnostic::Sink;
use crate::items::ParsedItem;
use crate::language::{Actions, Auth, SourceOptions};
use crate::naming::unraw;
use crate::resolve::paginator::PagingParam;

/// Methods of the builder that no secret or param can bear the name of.
pub(super) const BUILDER: [&str; 16] = [
    "base_url",
    "build",
    "clone",
    "access_token_url",
    // Settings: what the runtime's `client_settings!` writes.
    "timeout",
    "connect_timeout",
    "user_agent",
    "header",
    "proxy",
    "root_certificate",
    "identity",
    "resolve",
    "retry",
    "rate_limit",
    "concurrency",
    "http_client",
];

/// All secrets, each once: those of the source, then those of its resources.
pub(super) fn secrets(source: Vec<Ident>, items: &[ParsedItem], errors: &Sink) -> Vec<Ident> {
    let mut secrets: Vec<Ident> = Vec::new();
    let of_resources = resources(items).flat_map(|resource| resource.secrets.iter().cloned());
    for name in source.into_iter().chain(of_resources) {
        let text = unraw(&name);
        if matches!(text.as_str(), "self" | "Self" | "super" | "crate" | "_")
            || secrets.iter().any(|known| unraw(known) == text)
        {
            continue;
        }
        if BUILDER.contains(&text.as_str()) {
            errors.report(&name, format!("the builder of the client has a method `{text}` of its own\nhelp: choose another name for the secret"));
            continue;
        }
        secrets.push(name);
    }
    secrets
}

/// Reports a secret that would travel without encryption.
pub(super) fn in_the_open(options: &SourceOptions, items: &[ParsedItem], errors: &Sink) {
    let Some(url) = options.base_url.get() else { return };
    if url.value.secure || url.value.is_loopback() {
        return;
    }
    if let Some(secret) = all(options, items).flat_map(Auth::secrets).next() {
        errors.conflict(
            &url.token,
            format!("`http` would send the secret `{}` unencrypted\nhelp: write `https`; `http` is for servers on this machine only", secret.name),
            &secret.name,
            "the secret is sent because of this",
        );
    }
}

/// Every `auth = …`: the source's, that of the defaults, the resources'.
pub(super) fn all<'o>(options: &'o SourceOptions, items: &'o [ParsedItem]) -> impl Iterator<Item = &'o Auth> {
    let shared = options.resource_defaults.get().and_then(|defaults| defaults.0.auth.get());
    let of_resources = resources(items).filter_map(|resource| resource.options.auth.get());
    options.auth.get().into_iter().chain(shared).chain(of_resources)
}

/// Reports a key in the query that has the name of another parameter of a resource.
pub(super) fn key_in_query(scope: &ResourceScope<'_>) {
    let sent = if scope.options.auth.inherited {
        // The key among the defaults themselves was checked there.
        Sent { auth: scope.defaults.auth, ..scope.sent_by_own() }
    } else {
        scope.sent()
    };
    in_query(&sent, scope.errors);
}

/// Reports a response that is to renew an access token where there is none.
pub(super) fn renewal(actions: Option<&Actions>, auth: Option<&Auth>, errors: &Sink) {
    let Some(place) = actions.and_then(Actions::renewal) else { return };
    if auth.is_none_or(|auth| auth.is_renewable() == Some(false)) {
        errors.report(place, "`renew` requests another access token, and `auth` has none that the client requests\nhelp: declare `auth = oauth2_client_credentials(…)` or `custom(…)`, or write `fail`");
    }
}

/// Reports a key in the query that has the name of another parameter.
pub(super) fn in_query(sent: &Sent<'_>, errors: &Sink) {
    let Some(key) = sent.auth.and_then(Auth::in_query) else { return };
    let name = key.value();
    let message = format!("`{name}` is sent by `auth`, as the key");
    if let Some(param) = sent.query_param(&name) {
        errors.conflict(param.wire_token(), &message, key, "the key's name is set here");
    }
    match sent.paging_param(&name) {
        Some(PagingParam { token: Some(token), .. }) => {
            errors.conflict(token, message, key, "the key's name is set here");
        }
        Some(written) => written.refuse(key, errors),
        None => {}
    }
}
