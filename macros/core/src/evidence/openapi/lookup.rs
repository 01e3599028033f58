//! The operation that a resource asks for.

use syn::LitStr;

use super::operation::Operation;
use super::path::{DeclaredPath, PathMatch, find};
use super::spec::Spec;
use crate::language::{Param, ResourceOptions, SourceOptions};
use crate::literal::{Template, TemplatePart};
use crate::naming::unraw;
use crate::resolve::{body, params};

/// The operation that a resource asks for, if the file has it.
pub(crate) fn operation<'s>(
    spec: &'s Spec,
    source: &SourceOptions,
    own: &ResourceOptions,
    shared: &ResourceOptions,
) -> Option<Operation<'s>> {
    let params = params::all(own, shared);
    let declared = declared(own.path.get().map(|path| (&path.value.0, &path.token))?, &params, source);
    match find(spec, &declared, body::method(own, shared)?) {
        PathMatch::Operation { operation, .. } => Some(operation),
        PathMatch::Method { .. } | PathMatch::Nothing(_) | PathMatch::Unknown => None,
    }
}

/// The path with its fixed values, and empty braces for what is known at run time.
pub(super) fn declared(
    (template, token): (&Template, &LitStr),
    params: &[Param],
    source: &SourceOptions,
) -> DeclaredPath {
    let value = |name: &str| {
        let (pattern, _) = params.iter().find(|param| unraw(&param.name) == name)?.pattern()?;
        (!pattern.is_open()).then(|| pattern.plain())
    };
    let pieces = template.parts.iter().map(|piece| match piece {
        TemplatePart::Text(text) => text.clone(),
        TemplatePart::Param(name) => value(name).unwrap_or_else(|| "{}".to_owned()),
        TemplatePart::Parent(_) => "{}".to_owned(),
    });
    let url = source.base_url.get().map_or_else(String::new, |url| url.token.value());
    let base = url.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
    DeclaredPath {
        base: base.unwrap_or_default().trim_end_matches('/').to_owned(),
        path: pieces.collect(),
        written: token.value(),
    }
}
