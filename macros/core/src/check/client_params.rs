//! Client-wide params: `params(…)` of a source. Each is a setter of the builder, and replaces its name in braces.

use std::collections::HashSet;

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Ident, Type};

use super::{auth, resources};
use crate::diagnostic::{OptionOrigin, Sink, suggest};
use crate::items::ParsedItem;
use crate::language::{
    Auth, ClientParam, ClientParamKind, ClientParamList, DefaultValue, Lag, NamedSecret, Paginator, Param,
    PartitionValues, Point, ResourceOptions, SourceOptions, Zone, fits, is_moment, is_unread,
};
use crate::literal::Template;
use crate::naming::{identifier, inside, unraw};
use crate::resolve::{ResolvedOptions, headers};
use crate::syntax::Slot;

/// The params of a source.
pub(super) struct ClientParams<'o> {
    params: &'o [ClientParam],
    /// Whether all that were written could be read.
    pub(super) sound: bool,
}

impl<'o> ClientParams<'o> {
    pub(super) fn new(slot: &'o Slot<ClientParamList>) -> Self {
        match slot.get() {
            Some(params) => Self { params: &params.all, sound: params.sound },
            None => Self { params: &[], sound: slot.is_absent() },
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<&'o ClientParam> {
        self.params.iter().find(|param| unraw(&param.name) == name)
    }

    /// The param that a setting names. One that there is not is reported, with how it would be declared.
    pub(super) fn named(&self, name: &Ident, example: &str, origin: &OptionOrigin<'_>) -> Option<&'o ClientParam> {
        let text = unraw(name);
        let found = self.find(&text);
        if found.is_none() && self.sound {
            let names = self.names();
            let help = suggest::help(&text, "client-wide param", "", names.iter().map(String::as_str));
            let declare = if help.contains("did you mean") {
                String::new()
            } else {
                format!("\nhelp: declare it in `source`: `params({example})`")
            };
            origin.report(name, format!("no client-wide param is named `{text}`{help}{declare}"));
        }
        found
    }

    /// The types of their values, as far as they could be read.
    pub(super) fn types(&self) -> impl Iterator<Item = &'o Type> {
        self.params.iter().map(|param| &param.ty).filter(|ty| !is_unread(ty))
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.params.iter().map(|param| unraw(&param.name)).collect()
    }

    /// Checks each client-wide param.
    pub(super) fn check(&self, secrets: &[NamedSecret], errors: &Sink) {
        for param in self.params {
            let name = unraw(&param.name);
            default(param, errors);
            self.variable(param, secrets, errors);
            if auth::BUILDER.contains(&name.as_str()) {
                let help = match name.as_str() {
                    "user_agent" => {
                        "leave it out: `.user_agent(…)` of the builder sends the header `User-Agent`; or choose another name for the param"
                    }
                    _ => "choose another name for the param",
                };
                errors.report(
                    &param.name,
                    format!("the builder of the client has a method `{name}` of its own\nhelp: {help}"),
                );
            } else if let Some(secret) = secrets.iter().map(|secret| &secret.name).find(|secret| unraw(secret) == name)
                && !is_unread(&param.ty)
            {
                errors.conflict(
                    &param.name,
                    format!(
                        "`{name}` is the name of a secret, and of its setter\nhelp: choose another name for the param"
                    ),
                    secret,
                    "the secret is named here",
                );
            }
        }
    }

    /// Reports a variable that something else is read from.
    fn variable(&self, param: &ClientParam, secrets: &[NamedSecret], errors: &Sink) {
        let Some(env) = &param.env else { return };
        let name = env.token.value();
        let others = self.params.iter().take_while(|other| other.name != param.name);
        let first = others.filter_map(|other| other.env.as_ref()).find(|other| other.token.value() == name);
        if let Some(first) = first {
            errors.conflict(
                &env.token,
                format!("two params are read from the variable `{name}`\nhelp: choose another, or declare one param"),
                &first.token,
                "the first is here",
            );
        }
        let is_read = |secret: &&Ident| {
            let variable = unraw(secret).to_uppercase();
            name == variable || name.strip_suffix("_FILE") == Some(&variable)
        };
        if let Some(secret) = secrets.iter().map(|secret| &secret.name).find(is_read) {
            errors.conflict(
                &env.token,
                format!("the variable `{name}` holds the secret `{secret}`, and a param is not kept as one\nhelp: choose another"),
                secret,
                "the secret is named here",
            );
        }
    }

    /// Reports params of resources that have the name of a client-wide one.
    pub(super) fn against(&self, params: &[Param], errors: &Sink) {
        for param in params.iter().filter(|param| !param.is_alias()) {
            if let Some(first) = self.find(&unraw(&param.name)) {
                errors.conflict(
                    &param.name,
                    format!(
                        "`{}` is a client-wide param already\nhelp: choose another name, or leave one of the two out",
                        param.name
                    ),
                    &first.name,
                    "declared for all resources here",
                );
            }
        }
    }

    /// Reports params that nothing names.
    pub(super) fn used(&self, options: &SourceOptions, items: &[ParsedItem], errors: &Sink) {
        let parts_are_sound = errors.is_sound() && resources(items).all(|resource| resource.errors.is_sound());
        if self.params.is_empty() || !parts_are_sound {
            // A part that could not be read might name it.
            return;
        }
        let used = names(options, items);
        for param in self.params {
            let name = unraw(&param.name);
            // A name with the wrong letters is reported where it is written.
            let is_misspelt = |used: &String| {
                self.find(used).is_none()
                    && !is_of_resource(used, options, items)
                    && suggest::nearest(used, [name.as_str()]).is_some()
            };
            if !used.contains(&name) && !used.iter().any(is_misspelt) {
                errors.report(
                    &param.name,
                    format!("`{name}` is used nowhere\nhelp: write `{{{name}}}` in `base_url`, `auth`, a path, the value of a header or of a param, or a body"),
                );
            }
        }
    }

    /// The setters, but for those whose name another method has. A name in a URL or in `auth` that no param has is a mistake
    /// that has been reported, and has a setter, too. `all_used`: functions take all of them.
    pub(super) fn model(
        &self,
        options: &SourceOptions,
        items: &[ParsedItem],
        secrets: &[NamedSecret],
        all_used: bool,
    ) -> Vec<ClientParam> {
        let taken =
            |name: &str| auth::BUILDER.contains(&name) || secrets.iter().any(|secret| unraw(&secret.name) == name);
        let mut params = self.params.to_vec();
        if !all_used && auth::all(options, items).any(|auth| matches!(auth, Auth::OneOf(_))) {
            let always = always_used(options, items);
            let required = params.iter_mut().filter(|param| matches!(param.kind, ClientParamKind::Required));
            for param in required.filter(|param| !always.contains(&unraw(&param.name))) {
                param.kind = ClientParamKind::OfChoice;
            }
        }
        let in_urls = options.urls().flat_map(|(pattern, token)| names_in(pattern, token));
        let in_auth = auth::all(options, items).flat_map(Auth::texts);
        let in_auth = in_auth.flat_map(|text| names_in(&text.text.pattern, &text.text.token).collect::<Vec<_>>());
        for name in in_urls.chain(in_auth) {
            if params.iter().all(|param| unraw(&param.name) != unraw(&name)) {
                params.push(ClientParam::unread(name));
            }
        }
        params.retain(|param| !taken(&unraw(&param.name)));
        params
    }
}

/// Reports a default that is not of its param's type.
fn default(param: &ClientParam, errors: &Sink) {
    let (name, item) = (&param.name, inside(&param.ty, "Vec"));
    let (values, list) = match param.default() {
        None => return,
        Some(DefaultValue::Values { values, list }) => (values, list),
        Some(DefaultValue::Now(_, token)) => {
            if is_moment(&param.ty) == Some(false) {
                let ty = param.ty.to_token_stream().to_string().replace(' ', "");
                errors.report(
                    token,
                    format!("a moment of the run is no `{ty}`\nhelp: write the type as `jiff::Timestamp` or `jiff::civil::Date`"),
                );
            }
            return;
        }
    };
    match (item, list, values.first()) {
        (Some(item), None, Some(value)) => {
            let (item, value) = (item.to_token_stream(), &value.token);
            return errors.report(
                value,
                format!(
                    "`{name}` has several values, each of the type `{item}`, and this is one\nhelp: write `[{value}]`"
                ),
            );
        }
        (None, Some(list), _) => {
            let ty = param.ty.to_token_stream();
            let message = format!(
                "`{name}` has one value of the type `{ty}`, and this is a list\nhelp: write one value, or the type as `Vec<{ty}>`"
            );
            return errors.push(syn::Error::new(list.span.join(), message));
        }
        _ => {}
    }
    let ty = item.unwrap_or(&param.ty);
    for value in values {
        if let Some(Err(expected)) = fits(ty, value) {
            let ty = ty.to_token_stream().to_string().replace(' ', "");
            errors.report(&value.token, format!("this is no `{ty}`: expected {expected}"));
        }
    }
}

/// The params that are values of settings.
fn settings(options: &ResourceOptions) -> impl Iterator<Item = &Ident> {
    let range = options.incremental.get();
    let points = range.into_iter().flat_map(|range| [range.initial_value.get(), range.end_value.get()]).flatten();
    let points = points.filter_map(|point| match point {
        Point::Param(name) => Some(name),
        Point::Text(_) | Point::Number(_) | Point::Now(..) => None,
    });
    let lag = range.and_then(|range| match range.lag.get() {
        Some(Lag::Param(name)) => Some(name),
        _ => None,
    });
    let zone = range.and_then(|range| match range.timezone.get() {
        Some(Zone::Param(name)) => Some(name),
        _ => None,
    });
    points.chain(lag).chain(zone).chain(options.paginator.get().and_then(Paginator::size_param))
}

/// Whether a resource has a param or a partition of this name.
fn is_of_resource(name: &str, options: &SourceOptions, items: &[ParsedItem]) -> bool {
    let none = ResourceOptions::default();
    let shared = options.resource_defaults.get().map(|defaults| &defaults.0);
    let mut all = shared.into_iter().chain(resources(items).map(|resource| &resource.options));
    all.any(|options| ResolvedOptions::new(options, &none).params.iter().any(|param| unraw(&param.name) == name))
}

/// The params that a text names, at its place.
fn names_in(pattern: &Template, token: impl ToTokens) -> impl Iterator<Item = Ident> {
    let place = token.to_token_stream().into_iter().next().map_or_else(Span::call_site, |token| token.span());
    pattern.params().filter_map(move |name| identifier(name, place))
}

/// Every name in the braces of a source, in its bodies, settings and credentials.
fn names(options: &SourceOptions, items: &[ParsedItem]) -> HashSet<String> {
    let mut names = names_outside_auth(options, items);
    names.extend(auth::all(options, items).flat_map(names_in_auth));
    names
}

/// Those that are used whichever credentials are chosen.
fn always_used(options: &SourceOptions, items: &[ParsedItem]) -> HashSet<String> {
    let mut names = names_outside_auth(options, items);
    for auth in auth::all(options, items) {
        let of_each = auth.choices().iter().map(names_in_auth);
        names.extend(of_each.reduce(|first, other| &first & &other).unwrap_or_default());
    }
    names
}

fn names_in_auth(auth: &Auth) -> HashSet<String> {
    auth.texts().iter().flat_map(|text| text.text.pattern.params().map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn names_outside_auth(options: &SourceOptions, items: &[ParsedItem]) -> HashSet<String> {
    let mut names = HashSet::new();
    let none = ResourceOptions::default();
    let mut add = |options: &ResourceOptions| {
        let resolved = ResolvedOptions::new(options, &none);
        names.extend(options.path.get().into_iter().flat_map(|path| path.value.0.params().map(str::to_owned)));
        let partitions = resolved.partition_by.get().into_iter().flat_map(|partitions| &partitions.all);
        names.extend(partitions.filter_map(|partition| match &partition.values {
            PartitionValues::Param(list) => Some(unraw(list)),
            _ => None,
        }));
        names.extend(settings(options).map(unraw));
        names.extend(resolved.texts().iter().flat_map(|text| text.pattern.params().map(str::to_owned)));
        names.extend(resolved.template().into_iter().flat_map(|body| body.params().into_iter().map(unraw)));
    };
    let shared = options.resource_defaults.get().map(|defaults| &defaults.0);
    shared.into_iter().chain(resources(items).map(|resource| &resource.options)).for_each(&mut add);
    names.extend(options.urls().flat_map(|(pattern, _)| pattern.params().map(str::to_owned)));
    names.extend(headers::of(&options.headers).flat_map(|header| header.pattern.params().map(str::to_owned)));
    names
}
