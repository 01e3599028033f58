//! Client-wide params: `params(…)` of a source. Each is a setter of the builder, and replaces its name in braces.

use std::collections::HashSet;

use syn::{Ident, Type};

use super::{auth, resources};
use crate::diagnostic::Sink;
use crate::items::ParsedItem;
use crate::language::{Param, ParamValue, Params, ResourceOptions, SourceOptions};
use crate::model;
use crate::naming::unraw;
use crate::resolve::{ResolvedOptions, headers, params};
use crate::syntax::Slot;

/// The params of a source.
pub(super) struct ClientParams<'o> {
    params: &'o [Param],
    /// Whether all that were written could be read.
    pub(super) sound: bool,
}

impl<'o> ClientParams<'o> {
    pub(super) fn new(slot: &'o Slot<Params>) -> Self {
        match slot.get() {
            Some(params) => Self { params: &params.all, sound: params.sound },
            None => Self { params: &[], sound: slot.is_absent() },
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<&'o Param> {
        params::find(self.params, name)
    }

    pub(super) fn names(&self) -> Vec<String> {
        params::names(self.params)
    }

    /// Checks each client-wide param.
    pub(super) fn check(&self, secrets: &[Ident], errors: &Sink) {
        for param in self.params {
            let name = unraw(&param.name);
            if let Some(wire) = &param.wire {
                errors.report(wire, format!("a client-wide param is not sent by itself: it stands where `{{{name}}}` is written\nhelp: leave `as …` out"));
            }
            match &param.value {
                ParamValue::Static(_) | ParamValue::Several(_) => errors.report(
                    &param.name,
                    format!("this value is the same for every client\nhelp: write it where it is used, or leave it to the builder: `{name}: String`"),
                ),
                ParamValue::Required(ty) | ParamValue::Optional { ty, .. } if param.value.list().is_some() => {
                    errors.report(ty, "a client-wide param has one value\nhelp: write the type of one");
                }
                ParamValue::Required(_) | ParamValue::Optional { .. } => {}
            }
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
            } else if let Some(secret) = secrets.iter().find(|secret| unraw(secret) == name) {
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

    /// Reports params of resources that have the name of a client-wide one.
    pub(super) fn against(&self, params: &[Param], errors: &Sink) {
        for param in params {
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
            if !used.contains(&name) {
                errors.report(
                    &param.name,
                    format!("`{name}` is used nowhere\nhelp: write `{{{name}}}` in a path, the value of a header or of a param, or a body"),
                );
            }
        }
    }

    /// The setters, but for those whose name another method has.
    pub(super) fn model(&self, secrets: &[Ident]) -> Vec<model::ClientParam> {
        let taken = |name: &str| auth::BUILDER.contains(&name) || secrets.iter().any(|secret| unraw(secret) == name);
        let params = self.params.iter().filter_map(|param| {
            let (ty, required): (&Type, bool) = match &param.value {
                ParamValue::Required(ty) => (ty, true),
                ParamValue::Optional { inner, .. } => (inner, false),
                ParamValue::Static(_) | ParamValue::Several(_) => return None,
            };
            Some(model::ClientParam { name: param.name.clone(), ty: ty.clone(), required })
        });
        params.filter(|param| !taken(&unraw(&param.name))).collect()
    }
}

/// Every name in the braces of a source, and in its bodies.
fn names(options: &SourceOptions, items: &[ParsedItem]) -> HashSet<String> {
    let mut names = HashSet::new();
    let none = ResourceOptions::default();
    let mut add = |options: &ResourceOptions| {
        let resolved = ResolvedOptions::new(options, &none);
        names.extend(options.path.get().into_iter().flat_map(|path| path.value.0.params().map(str::to_owned)));
        names.extend(resolved.texts().iter().flat_map(|text| text.pattern.params().map(str::to_owned)));
        names.extend(resolved.template().into_iter().flat_map(|body| body.params().into_iter().map(unraw)));
    };
    let shared = options.resource_defaults.get().map(|defaults| &defaults.0);
    shared.into_iter().chain(resources(items).map(|resource| &resource.options)).for_each(&mut add);
    names.extend(headers::of(&options.headers).flat_map(|header| header.pattern.params().map(str::to_owned)));
    names
}
