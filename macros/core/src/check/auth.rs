//! Secrets: that their names are free, and that none is sent in the open.

use super::client_params::ClientParams;
use super::resource::ResourceScope;
use super::sent::Sent;
use super::{resources, template};
use crate::diagnostic::Sink;
use crate::items::ParsedItem;
use crate::language::{Actions, Auth, Login, NamedSecret, SourceOptions};
use crate::naming::unraw;
use crate::resolve::paginator::PagingParam;

/// Methods of the builder that no secret or param can bear the name of.
pub(crate) const BUILDER: [&str; 17] = [
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
    "token_store",
];

/// All secrets, each once: those of the source, then those of its resources. One is optional if it is so wherever it is
/// named.
pub(super) fn secrets(source: Vec<NamedSecret>, items: &[ParsedItem], errors: &Sink) -> Vec<NamedSecret> {
    let mut secrets: Vec<NamedSecret> = Vec::new();
    let of_resources = resources(items).flat_map(|resource| resource.secrets.iter().cloned());
    for secret in source.into_iter().chain(of_resources) {
        let text = unraw(&secret.name);
        if matches!(text.as_str(), "self" | "Self" | "super" | "crate" | "_") {
            continue;
        }
        if let Some(known) = secrets.iter_mut().find(|known| unraw(&known.name) == text) {
            known.optional &= secret.optional;
            continue;
        }
        if BUILDER.contains(&text.as_str()) {
            errors.report(&secret.name, format!("the builder of the client has a method `{text}` of its own\nhelp: choose another name for the secret"));
            continue;
        }
        secrets.push(secret);
    }
    secrets
}

/// Reports a secret that would travel without encryption.
pub(super) fn in_the_open(options: &SourceOptions, secrets: &[NamedSecret], errors: &Sink) {
    let Some(url) = options.base_url.get() else { return };
    if url.value.secure || url.value.is_loopback() {
        return;
    }
    if let Some(secret) = secrets.first() {
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

/// Every `auth = …`, with the sink of what declares it.
fn placed<'o>(
    options: &'o SourceOptions,
    items: &'o [ParsedItem],
    own: &'o Sink,
) -> impl Iterator<Item = (&'o Auth, &'o Sink)> {
    let shared = options.resource_defaults.get().and_then(|defaults| defaults.0.auth.get());
    let of_resources = resources(items).filter_map(|resource| Some((resource.options.auth.get()?, &resource.errors)));
    options.auth.get().into_iter().chain(shared).map(move |auth| (auth, own)).chain(of_resources)
}

/// Every login, with the sink of what declares it.
pub(super) fn logins<'o>(
    options: &'o SourceOptions,
    items: &'o [ParsedItem],
    own: &'o Sink,
) -> impl Iterator<Item = (&'o Login, &'o Sink)> {
    placed(options, items, own).flat_map(|(auth, errors)| {
        auth.choices().iter().filter_map(move |auth| match auth {
            Auth::Login(login) => Some((&**login, errors)),
            _ => None,
        })
    })
}

/// Reports names in the texts of `auth` that no client-wide param has, and params that cannot be there.
pub(super) fn values(options: &SourceOptions, items: &[ParsedItem], client_params: &ClientParams<'_>, own: &Sink) {
    if !client_params.sound {
        return;
    }
    for (auth, errors) in placed(options, items, own) {
        for text in auth.texts() {
            template::of_auth(&text, client_params, errors);
        }
    }
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
        errors.report(place, "`renew` requests another access token, and `auth` has none that the client requests\nhelp: declare `auth = oauth2_client_credentials(…)`, `session_token(…)` or `custom(…)`, or write `fail`");
    }
}

/// Reports a key in the query that has the name of another parameter.
pub(super) fn in_query(sent: &Sent<'_>, errors: &Sink) {
    for key in sent.auth.map(Auth::in_query).unwrap_or_default() {
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
}
