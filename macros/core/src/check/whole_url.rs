//! Paths that are whole URLs: `https://other.example.com/v1/x`, `{other_url}/x`, `{resources.repos.issues_url}`.

use quote::ToTokens;
use syn::Type;

use super::resource::ResourceScope;
use crate::items::Annotated;
use crate::language::{ResourceOptions, SourceOptions};
use crate::literal::TemplatePart;
use crate::model::Bound;
use crate::naming::{inside, is_number, last_name};
use crate::resolve::params;

/// Reports a path that begins with a value which is no URL.
pub(super) fn check(scope: &ResourceScope<'_>, bound: &[Bound]) {
    let Some(path) = scope.resource.options.path.get() else { return };
    let help = format!("help: a path starts with `/`: write `\"/{}\"`", path.token.value());
    match path.value.url() {
        Some(part @ TemplatePart::Param(name)) => {
            if let Some(param) = params::find(&scope.options.params, name) {
                scope.errors.conflict(
                    &path.token,
                    format!("`{part}` is a param of this resource, and a URL at the beginning is a client-wide param or a field of a parent\n{help}"),
                    &param.name,
                    "the param is declared here",
                );
            } else if let Some(param) = scope.defaults.client_params.find(name).filter(|param| is_no_text(&param.ty)) {
                let message = format!("`{part}` is no text, and a path begins with a `/` or a URL\n{help}");
                scope.errors.conflict(&path.token, message, &param.ty, "it has this type");
            }
        }
        Some(part @ TemplatePart::Parent(field)) => {
            let ty = bound.iter().find(|bound| bound.field == *field).and_then(|bound| bound.ty.as_ref());
            if let Some(ty) = ty.filter(|ty| is_no_text(ty)) {
                let message = format!("`{part}` is no text, and a path begins with a `/` or a URL\n{help}");
                scope.errors.conflict(&path.token, message, ty, "it has this type");
            }
        }
        _ => {}
    }
}

/// Whether the values of a type are no texts.
fn is_no_text(ty: &Type) -> bool {
    let is_other = |name: &str| is_number(name) || matches!(name, "bool" | "Timestamp" | "Date" | "DateTime" | "Time");
    last_name(inside(ty, "Option").unwrap_or(ty)).is_some_and(|name| is_other(&name))
}

/// Reports a URL below the base, and one that is not encrypted where the base is.
pub(super) fn own_base(options: &SourceOptions, resource: &Annotated<ResourceOptions>) {
    let (Some(base), Some(path)) = (options.base_url.get(), resource.options.path.get()) else { return };
    let Some(address) = path.value.address() else { return };
    let (url, text) = (base.token.value(), path.token.value());
    let below = text.strip_prefix(url.trim_end_matches('/'));
    if let Some(below) = below.filter(|below| below.starts_with('/')) {
        resource.errors.conflict(
            &path.token,
            format!("this URL is below `base_url`\nhelp: write the rest of it: `{below:?}`"),
            base.token.to_token_stream(),
            "the base URL",
        );
    } else if base.value.secure && !address.secure {
        let help = text.replacen("http://", "https://", 1);
        resource.errors.report(
            &path.token,
            format!("no request goes from https to http, and `base_url` is https\nhelp: write `{help:?}`"),
        );
    }
}
