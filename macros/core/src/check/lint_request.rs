//! Lints about requests: what is sent twice, under the name of a secret, or as a text.

use syn::Type;

use super::lint::Scope;
use super::resources;
use crate::items::{Annotated, ParsedItem};
use crate::language::{Auth, Header, JsonTemplate, Lint, Paginator, Param, ParamValue, ResourceOptions, SourceOptions};
use crate::literal::Origin;
use crate::literal::secrets::is_secret;
use crate::naming::{plain, unraw};
use crate::resolve::paginator::PagingParam;
use crate::resolve::{ResolvedOptions, headers, paginator};

impl Scope<'_> {
    /// Warns of headers that take a secret from a param.
    pub(super) fn secret_headers<'h>(&self, headers: impl Iterator<Item = &'h Header>) {
        for header in headers {
            let name = header.name.token.value();
            if let Some(param) = header.pattern.params().next().filter(|_| is_secret(&name, "…")) {
                let help = format!("`auth = api_key(name = {name:?}, api_key = secret({param}))`");
                self.secret_param(&header.value, &name, &help);
            }
        }
    }

    /// Warns of secrets that are sent by params, in headers and in the query.
    pub(super) fn secrets_sent(&self, own: &ResourceOptions, options: &ResolvedOptions<'_>, items: &[ParsedItem]) {
        self.secret_headers(headers::of(&own.headers));
        let places = options.places(None);
        let elsewhere = |param: &Param| {
            let name = unraw(&param.name);
            in_a_path(&name, own, items) || places.has(&name)
        };
        for param in options.own_params {
            let wire = param.wire();
            let secret = match &param.value {
                ParamValue::Required(ty) | ParamValue::Optional { inner: ty, .. } if is_text(ty) => unraw(&param.name),
                ParamValue::Static(fixed) => match fixed.pattern.params().next() {
                    Some(name) => name.to_owned(),
                    None => continue,
                },
                _ => continue,
            };
            if is_secret(&wire, "…") && !elsewhere(param) {
                let help = format!("`auth = api_key(name = {wire:?}, api_key = secret({secret}), location = query)`");
                self.secret_param(param.wire_token(), &wire, &help);
            }
        }
    }

    fn secret_param(&self, at: impl quote::ToTokens, name: &str, help: &str) {
        self.warn(
            at,
            Lint::SecretParam,
            &format!("`{name}` carries a secret, and a param is not kept as one: only what `auth` sends stays out of logs and with the API's own origin\nhelp: write {help}"),
        );
    }

    /// Warns of a URL at another origin, where the resource's credentials do not go.
    pub(super) fn unsent_credentials(
        &self,
        source: &SourceOptions,
        resource: &Annotated<ResourceOptions>,
        options: &ResolvedOptions<'_>,
    ) {
        let (Some(base), Some(path)) = (source.base_url.get(), resource.options.path.get()) else { return };
        let auth = if options.auth.is_absent() { source.auth.get() } else { options.auth.get() };
        let is_sent = auth.is_some_and(|auth| !matches!(auth, Auth::None | Auth::Broken { .. }));
        if !is_sent || !(source.trust.is_absent() || source.trust.get().is_some()) {
            return;
        }
        let (Some((own, _)), Some((other, written))) =
            (Origin::of(&base.token.value()), Origin::of(&path.token.value()))
        else {
            return;
        };
        // What is not known yet may be this origin.
        let mut trusted = source.trust.get().into_iter().flatten().map(|origin| &origin.value);
        if own.key == other.key || trusted.any(|origin| !origin.is_literal() || origin.key == other.key) {
            return;
        }
        self.warn(
            &path.token,
            Lint::UnsentCredentials,
            &format!("credentials go only to the origin of `base_url` and to those in `trust`, so this request has none\nhelp: write `trust = [{written:?}]` in `source`, or `auth = none` here, if it needs none"),
        );
    }

    /// Warns of a path that begins as the base URL ends.
    pub(super) fn repeated_path(&self, source: &SourceOptions, resource: &Annotated<ResourceOptions>) {
        let (Some(base), Some(path)) = (source.base_url.get(), resource.options.path.get()) else { return };
        let (url, text) = (base.token.value(), path.token.value());
        if !text.starts_with('/') {
            return;
        }
        let Some((_, rest)) = url.split_once("://") else { return };
        let Some((_, above)) = rest.trim_end_matches('/').split_once('/') else { return };
        let above: Vec<&str> = above.split('/').collect();
        let below: Vec<&str> = text.trim_start_matches('/').split('/').collect();
        let most = above.len().min(below.len());
        let Some(count) = (1..=most).rev().find(|count| above.get(above.len() - count..) == below.get(..*count)) else {
            return;
        };
        let (repeated, rest) = (below.get(..count).unwrap_or_default(), below.get(count..).unwrap_or_default());
        let repeated = repeated.join("/");
        let help = if rest.is_empty() {
            "leave it out of the base URL".to_owned()
        } else {
            format!("write `path = {:?}`", format!("/{}", rest.join("/")))
        };
        self.warn(
            &path.token,
            Lint::RepeatedPath,
            &format!(
                "the base URL ends in `/{repeated}` already, and requests go to `/{}{text}`\nhelp: {help}",
                above.join("/")
            ),
        );
    }

    /// Warns of texts in a body that are the name of a param which then goes into the query.
    pub(super) fn quoted_param(&self, options: &ResolvedOptions<'_>, resource: &Annotated<ResourceOptions>) {
        let Some(body) = options.template() else { return };
        let places = options.places(None);
        for text in body.texts() {
            let value = text.pattern.plain();
            let param = options.params.iter().find(|param| unraw(&param.name) == value && param.fixed().is_empty());
            let is_sent = param.is_some()
                && !text.pattern.is_open()
                && !places.has(&value)
                && !path_has(&value, &resource.options);
            if is_sent {
                self.warn(
                    &text.token,
                    Lint::QuotedParam,
                    &format!("this is the text {value:?}, and the param `{value}` is sent in the query\nhelp: for its value write `{value}` without quotes"),
                );
            }
        }
    }

    /// Warns of what is in the body always the same, and what the paginator sends in the query.
    pub(super) fn paging_in_json(&self, json: Option<&JsonTemplate>, paging: Option<&Paginator>) {
        let (Some(JsonTemplate::Object(members)), Some(paging)) = (json, paging) else { return };
        for PagingParam { option, wire, .. } in paginator::params(paging) {
            let found = members.iter().find(|(key, value)| {
                plain(&key.value()) == plain(&wire)
                    && !matches!(value, JsonTemplate::Array(_) | JsonTemplate::Object(_))
            });
            if let Some((key, _)) = found {
                let (name, place) = (key.value(), option.replace("_param", "_body_path"));
                self.warn(
                    key,
                    Lint::PagingInJson,
                    &format!("`{name}` in the body stays the same, and the paginator sends its own in the query\nhelp: leave it out here, and write `{place} = {name:?}` in the paginator, in place of `{option}`"),
                );
            }
        }
    }
}

/// Whether a param is a part of the resource's path, or, for one of the defaults, of any.
fn in_a_path(name: &str, own: &ResourceOptions, items: &[ParsedItem]) -> bool {
    path_has(name, own) || own.path.is_absent() && resources(items).any(|resource| path_has(name, &resource.options))
}

fn path_has(name: &str, options: &ResourceOptions) -> bool {
    options.path.get().is_some_and(|path| path.value.0.params().any(|param| param == name))
}

/// Whether a secret can have the type: no flag, no count.
fn is_text(ty: &Type) -> bool {
    const OTHERS: [&str; 9] = ["bool", "u8", "u16", "u32", "u64", "i32", "i64", "usize", "f64"];
    !matches!(ty, Type::Path(path) if path.path.get_ident().is_some_and(|name| OTHERS.iter().any(|other| name == other)))
}
