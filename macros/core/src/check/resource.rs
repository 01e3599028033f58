//! Resources: a request, the response to it, and the rows to store.

use quote::format_ident;
use syn::Ident;

use super::defaults::Defaults;
use super::field_path::NestedStructs;
use super::names::{NameRegister, ResourceName};
use super::sent::Sent;
use super::{auth, body, definition, paginator, param, parent, partition, serde_copy, template, whole_url};
use crate::diagnostic::{OptionOrigin, Sink, suggest};
use crate::evidence::Comparison;
use crate::items::{Annotated, Body, Impl, Serde, serde_attrs};
use crate::language::{Header, MethodKind, Paginator, PaginatorKind, Param, ParamValue, ResourceOptions, Secret};
use crate::literal::RenameRule;
use crate::model::{Bound, Decoding, Parent, Partition, Path, PublicApi, Resource};
use crate::naming::inside;
use crate::resolve::headers;
use crate::resolve::params::{self, Places};
use crate::resolve::{ResolvedOptions, ResolvedRequest};
use crate::syntax::Slot;

/// A resource while it is checked.
pub(super) struct ResourceScope<'r> {
    pub(super) resource: &'r Annotated<ResourceOptions>,
    pub(super) name: &'r ResourceName,
    pub(super) options: &'r ResolvedOptions<'r>,
    pub(super) places: Places<'r>,
    pub(super) defaults: &'r Defaults<'r>,
    pub(super) nested: &'r NestedStructs,
    pub(super) errors: &'r Sink,
}

impl<'r> ResourceScope<'r> {
    /// Where the mistakes of an option are shown.
    pub(super) fn origin(&self, inherited: bool) -> OptionOrigin<'r> {
        OptionOrigin { resource: &self.name.token, inherited, errors: self.errors }
    }

    /// The values that its requests send.
    pub(super) fn sent(&self) -> Sent<'_> {
        let auth = self.options.auth;
        Sent {
            params: &self.options.params,
            paginator: self.options.paginator.get(),
            auth: if auth.inherited { self.defaults.auth } else { auth.get() },
            places: &self.places,
        }
    }

    /// The same by its own options: the values of the defaults were checked among the defaults.
    pub(super) fn sent_by_own(&self) -> Sent<'_> {
        Sent {
            params: self.options.own_params,
            paginator: self.options.paginator.own(),
            auth: self.options.auth.own(),
            places: &self.places,
        }
    }

    /// The headers that are secrets: those of the source that the resource does not set itself, and its own.
    pub(super) fn secret_headers(&self) -> Vec<(String, Secret)> {
        let own = self.options.headers.iter().map(|set| set.header);
        let is_own = |header: &&Header| own.clone().any(|own| own.name.value.key == header.name.value.key);
        let of_source = headers::of(self.defaults.source_headers).filter(|header| !is_own(header));
        let headers = of_source.chain(own.clone());
        headers.filter_map(|header| Some((header.name.token.value(), header.secret.clone()?))).collect()
    }

    /// Whether a sync of all resources includes it.
    pub(super) fn is_selected(&self) -> bool {
        is_selected(self.options)
    }

    /// Whether a param of this name has several values.
    pub(super) fn is_list(&self, name: &str) -> bool {
        match params::find(&self.options.params, name) {
            Some(param) => param.value.list().is_some() || matches!(param.value, ParamValue::Several(_)),
            None => self.defaults.client_params.find(name).is_some_and(|param| inside(&param.ty, "Vec").is_some()),
        }
    }

    /// Whether all params could be read that a placeholder may name.
    pub(super) fn knows_all_params(&self) -> bool {
        self.options.params_sound && self.defaults.client_params.sound
    }
}

/// Whether a sync of all resources includes a resource of these options.
pub(super) fn is_selected(options: &ResolvedOptions<'_>) -> bool {
    options.selected.get().is_none_or(|flag| flag.value)
}

/// Checks a resource. With a mistake anywhere in it, its public API remains, and the rest becomes a stub.
pub(super) fn check(
    mut resource: Annotated<ResourceOptions>,
    parent: Parent,
    defaults: &Defaults<'_>,
    nested: &NestedStructs,
    comparison: &Comparison<'_>,
    names: &mut NameRegister,
) -> Resource {
    let name = &names.resource(&resource);
    let rows = std::mem::replace(&mut resource.body, Body::Unreadable);
    let options = &ResolvedOptions::new(&resource.options, defaults.options);
    let (path, errors) = (path(&resource, options, defaults), &resource.errors);
    let places = options.places(path.as_ref());
    let scope = ResourceScope { resource: &resource, name, options, places, defaults, nested, errors };

    for key in &options.unset_in_vain {
        unset_in_vain(key, errors);
    }
    param::check(&scope);
    auth::key_in_query(&scope);
    auth::renewal(options.response_actions.own(), scope.sent().auth, errors);
    let paginator = paginator::of(&scope);
    let decoding = decoding(&resource, &rows);
    let request = ResolvedRequest {
        name: &name.token,
        path: path.as_ref(),
        places: &scope.places,
        params: &options.params,
        decoding,
        rows: &rows,
    };
    comparison.check(&resource, defaults.options, &request);
    parent::against_params(&parent, &options.params, errors);
    whole_url::check(&scope, &parent.bound);
    let rule = RenameRule::of(options.rename_all.slot);
    let copy = match &rows {
        Body::Fields(fields) if decoding == Decoding::Serde => {
            serde_copy::of(&resource.item, fields, rule.filter(|_| !resource.serde.renames))
        }
        _ => None,
    };
    let bound = parent.bound.clone();
    let partitions = partition::check(&scope);
    let definition = definition::check(&scope, rows, decoding, parent, partitions.clone(), paginator.as_ref(), names);
    template::check(&scope);
    body::check(&scope);

    let api = public_api(&scope, bound, partitions, paginator.as_ref());
    let definition = definition.filter(|_| errors.is_sound() && scope.knows_all_params());
    let Annotated { ident, vis, cfgs, mut item, generic, serde, .. } = resource;
    let is_plain = definition.is_none() || decoding == Decoding::Compact || copy.is_some();
    if serde.refused || (is_plain && !serde.derives()) {
        // Without a derive, serde's attributes are unknown to the compiler.
        serde_attrs::forget(&mut item);
    }
    let rename = rule.filter(|_| passes_rule_on(decoding, copy.is_some(), serde));
    Resource { ident, vis, cfgs, item, generic, decoding, rename, copy, api, definition }
}

/// Reports `name = none` where the defaults have no value, which is often another tool's way to say something.
fn unset_in_vain(key: &Ident, errors: &Sink) {
    let help = match key.to_string().as_str() {
        "paginator" => "in Declarest: `paginator = single_page`".to_owned(),
        name => format!("leave `{name}` out"),
    };
    errors.report(key, format!("`{key} = none` unsets a default, and `resource_defaults` has none\nhelp: {help}"));
}

fn path(resource: &Annotated<ResourceOptions>, options: &ResolvedOptions<'_>, defaults: &Defaults<'_>) -> Option<Path> {
    match &resource.options.path {
        Slot::Set(_, text) => {
            let open = template::is_open(&text.value.0, &options.params, &defaults.client_params);
            Some(Path { template: text.value.0.clone(), token: text.token.clone(), open })
        }
        Slot::Broken(_) => None,
        Slot::Absent | Slot::Unset(_) => {
            resource.errors.report(&resource.mark, "`path` is missing\nhelp: write `path = \"/…\"`");
            None
        }
    }
}

/// The public API. None where another resource has the name.
fn public_api(
    scope: &ResourceScope<'_>,
    bound: Vec<Bound>,
    partitions: Vec<Partition>,
    paginator: Option<&Paginator>,
) -> Option<PublicApi> {
    let ResourceScope { options, places, .. } = scope;
    let (method, request) = scope.name.types.clone()?;
    // A name in the path that nothing has or that is a secret's, or a broken param may have, would be reported a second time.
    let has = |name: &str| match params::find(&options.params, name) {
        Some(param) => param.secret().is_none(),
        None => scope.defaults.client_params.find(name).is_some(),
    };
    let path = places.path.filter(|path| {
        scope.knows_all_params()
            && path.template.params().all(has)
            && !options.params.iter().any(|param| param::may_lack(param, path))
    });
    let params = options.params.iter().filter(|param| !param::hides(param)).cloned();
    Some(PublicApi {
        method,
        request,
        http_method: options.method_kind().unwrap_or(MethodKind::Get),
        json: places.json.clone(),
        headers: places.headers.clone(),
        texts: places.texts.clone(),
        path: path.cloned(),
        bound,
        params: unbound(scope).into_iter().map(Param::unread).chain(params).collect(),
        partitions: partitions.into_iter().filter(|partition| !param::is_hidden(partition, &options.params)).collect(),
        ahead: paginator
            .is_none_or(|paginator| matches!(paginator.kind, PaginatorKind::PageNumber | PaginatorKind::Offset)),
        // A resource with a mistake is not reported a second time where it is used.
        sized: !scope.errors.is_sound() || paginator.is_none_or(Paginator::sends_size),
    })
}

/// The placeholders of the path that nothing has a value for, each a mistake that has been reported: arguments of the
/// fetch method, whatever they are.
fn unbound(scope: &ResourceScope<'_>) -> Vec<Ident> {
    let ResourceScope { resource, options, places, defaults, .. } = scope;
    if !defaults.client_params.sound {
        // It may be one of those that could not be read.
        return Vec::new();
    }
    let known = template::known(&options.params, &defaults.client_params);
    // One with the wrong letters has a value.
    let has = |name: &str| suggest::nearest(name, known.iter().map(String::as_str)).is_some();
    let names: Vec<String> = match places.path {
        Some(path) => path.template.params().map(str::to_owned).collect(),
        None => resource.placeholders.clone(),
    };
    let mut unbound: Vec<String> = Vec::new();
    for name in names.into_iter().filter(|name| !has(name)) {
        if name.is_empty() || !unbound.contains(&name) {
            unbound.push(name);
        }
    }
    unbound.iter().enumerate().map(|(at, _)| format_ident!("__{at}")).collect()
}

fn decoding(resource: &Annotated<ResourceOptions>, body: &Body) -> Decoding {
    match resource.serde.deserialize {
        Impl::Derived | Impl::Manual => Decoding::User,
        Impl::Missing if resource.serde.attributes => Decoding::Serde,
        Impl::Missing => match body {
            Body::Fields(fields) if fields.iter().any(|field| matches!(field.member, syn::Member::Unnamed(_))) => {
                Decoding::Newtype
            }
            Body::Fields(_) | Body::Variants(_) | Body::Unit | Body::Unreadable => Decoding::Compact,
        },
    }
}

/// Whether a derive of serde's gets the rule of renaming: rows are written with the names that they are read with.
fn passes_rule_on(decoding: Decoding, has_copy: bool, serde: Serde) -> bool {
    let by_derive = match decoding {
        Decoding::User => serde.deserialize == Impl::Derived,
        Decoding::Serde => !has_copy || serde.derives(),
        Decoding::Compact => serde.derives(),
        Decoding::Newtype => false,
    };
    by_derive && !serde.renames
}
