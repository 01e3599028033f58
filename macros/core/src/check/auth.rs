//! Secrets: that their names are free, and that none is sent in the open.

use syn::Ident;

use super::plain;
use crate::model;
use crate::parse::{Auth, Item, Secret, Slot};
use crate::sink::Sink;
use crate::vocabulary::SourceOptions;

/// Methods of the builder that no secret can bear the name of.
const BUILDER: [&str; 3] = ["base_url", "build", "clone"];

/// All secrets, each once: those of the source, then those of its resources.
pub(super) fn secrets(source: Vec<Ident>, items: &[Item], errors: &Sink) -> Vec<Ident> {
    let mut secrets: Vec<Ident> = Vec::new();
    let resources = items.iter().flat_map(|item| match item {
        Item::Resource(resource) => resource.secrets.clone(),
        Item::Nested(_) | Item::User(_) => Vec::new(),
    });
    for name in source.into_iter().chain(resources) {
        let text = plain(&name);
        if matches!(text.as_str(), "self" | "Self" | "super" | "crate" | "_")
            || secrets.iter().any(|known| plain(known) == text)
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
pub(super) fn in_the_open(options: &SourceOptions, items: &[Item], errors: &Sink) {
    let Some(url) = options.base_url.get() else { return };
    if url.value.secure || url.value.is_loopback() {
        return;
    }
    let shared = options.resource_defaults.get().and_then(|defaults| defaults.0.auth.get());
    let of_resources = items.iter().filter_map(|item| match item {
        Item::Resource(resource) => resource.options.auth.get(),
        Item::Nested(_) | Item::User(_) => None,
    });
    if let Some(secret) = options.auth.get().into_iter().chain(shared).chain(of_resources).find_map(secret) {
        errors.conflict(
            &url.token,
            format!("`http` would send the secret `{}` in the open\nhelp: write `https`; without encryption a secret goes to this machine only", secret.name),
            &secret.name,
            "the secret is sent because of this",
        );
    }
}

fn secret(auth: &Auth) -> Option<&Secret> {
    match auth {
        Auth::Bearer(secret) => Some(secret),
        Auth::None | Auth::Broken => None,
    }
}

pub(super) fn model(slot: &Slot<Auth>) -> Option<model::Auth> {
    match slot.get()? {
        Auth::None | Auth::Broken => Some(model::Auth::None),
        Auth::Bearer(secret) => Some(model::Auth::Bearer(plain(&secret.name))),
    }
}
