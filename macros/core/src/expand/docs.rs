//! The docs of what is generated: what a hand-written client would say.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Lit, Meta};

use crate::literal::Step;
use crate::model::{Definition, PageNumber, Paginator, Resource, Source, Surface};
use crate::naming::unraw;
use crate::parse::{DispositionKind, Param, ParamValue};

/// The docs of a client: those of its source, and what it reads.
pub(super) fn client(source: &Source) -> TokenStream {
    let mut lines = own(&source.attrs);
    if lines.is_empty() {
        lines.push(format!("The client of `{}`.", unraw(&source.ident)));
    }
    lines.push(String::new());
    lines.push("Cheap to clone: clones share one pool of connections.".to_owned());
    lines.push(String::new());
    for resource in source.resources() {
        if let Some(surface) = &resource.surface {
            lines.push(format!("- `{}`: {}", unraw(&surface.method), request_line(surface)));
        }
    }
    attributes(&lines)
}

pub(super) fn builder(source: &Source) -> TokenStream {
    attributes(&[format!("Sets up the client of `{}`.", unraw(&source.ident))])
}

pub(super) fn secret(name: &str) -> TokenStream {
    let variable = name.to_uppercase();
    attributes(&[
        format!("The secret `{name}`."),
        String::new(),
        format!("Default: the environment variable `{variable}`, or the file named by `{variable}_FILE`."),
    ])
}

pub(super) fn setter(wire: &str) -> TokenStream {
    attributes(&[format!("Sets the query parameter `{wire}`.")])
}

pub(super) fn request(resource: &Resource, surface: &Surface) -> TokenStream {
    let mut lines =
        vec![format!("A request for rows of `{}`: {}.", unraw(&surface.method), request_line(surface)), String::new()];
    lines.push("Awaited, it gives all rows; nothing is sent before.".to_owned());
    lines.push(String::new());
    lines.extend(facts(resource, surface));
    attributes(&lines)
}

pub(super) fn method(resource: &Resource, surface: &Surface) -> TokenStream {
    let mut lines = own(attrs_of(&resource.item));
    if lines.is_empty() {
        lines.push(format!("Rows of `{}`.", unraw(&surface.method)));
    }
    lines.push(String::new());
    lines.push(format!(
        "{}. Nothing is sent before the request is awaited or its stream is polled.",
        request_line(surface)
    ));
    lines.push(String::new());
    lines.extend(facts(resource, surface));
    attributes(&lines)
}

fn request_line(surface: &Surface) -> String {
    let path = surface.path.as_ref().map_or_else(|| "/…".to_owned(), |path| path.token.value());
    format!("`GET {path}`")
}

/// What the declaration says about a resource, a line each.
fn facts(resource: &Resource, surface: &Surface) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(definition) = &resource.definition {
        facts.push(match &definition.selector {
            Some(steps) if !steps.is_empty() => format!("- rows: `{}`", path(steps)),
            _ => "- rows: the body itself".to_owned(),
        });
        facts.push(format!("- pages: {}", pages(definition)));
        facts.push(format!("- key: {}", key(definition)));
    }
    let sent: Vec<String> = surface.params.iter().map(|param| sent(surface, param)).collect();
    if !sent.is_empty() {
        facts.push(format!("- params: {}", sent.join(", ")));
    }
    facts
}

fn pages(definition: &Definition) -> String {
    match &definition.paginator {
        Paginator::SinglePage => "one".to_owned(),
        Paginator::PageNumber(options) => numbered(options),
    }
}

fn numbered(options: &PageNumber) -> String {
    let size = match (options.limit, &options.limit_param) {
        (Some(limit), Some(param)) => Some(format!("{limit} rows each (`{param}`)")),
        (Some(limit), None) => Some(format!("{limit} rows each")),
        (None, Some(param)) => Some(format!("their size in `{param}`")),
        (None, None) => None,
    };
    let at = |what: &str, steps: &Option<Vec<Step>>| steps.as_ref().map(|steps| format!("{what} `{}`", path(steps)));
    let facts = [
        Some(format!("numbered by `{}`", options.page_param.as_deref().unwrap_or("page"))),
        size,
        at("rows counted in", &options.total_path),
        at("pages counted in", &options.total_pages_path),
        options.total_header.as_ref().map(|header| format!("rows counted in the header `{header}`")),
        at("more as long as told in", &options.has_more_path),
        options.maximum_page.map(|maximum| format!("up to but not including page {maximum}")),
    ];
    facts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn key(definition: &Definition) -> String {
    let keys: Vec<String> = definition.primary_key.iter().map(|key| format!("`{}`", key.name)).collect();
    let how = match definition.disposition {
        DispositionKind::Merge => "a sync merges by it",
        DispositionKind::Append => "a sync appends",
    };
    if keys.is_empty() { format!("none; {how}") } else { format!("{}; {how}", keys.join(", ")) }
}

fn sent(surface: &Surface, param: &Param) -> String {
    let (name, wire) = (unraw(&param.name), param.wire());
    let in_path = surface.path.as_ref().is_some_and(|path| path.binds(&name));
    match &param.value {
        ParamValue::Static(text) if in_path => format!("`{name}` is `{text}` (in the path)"),
        ParamValue::Static(text) => format!("`{wire}={text}`"),
        ParamValue::Required(_) if in_path => format!("`{name}` (in the path)"),
        ParamValue::Required(_) => format!("`{wire}` (required)"),
        ParamValue::Optional { .. } => format!("`{wire}` (optional)"),
    }
}

fn path(steps: &[Step]) -> String {
    let steps = steps.iter().enumerate().map(|(at, step)| match step {
        Step::Key(key) if key.contains(['.', '[']) => format!("[{key:?}]"),
        Step::Key(key) if at == 0 => key.clone(),
        Step::Key(key) => format!(".{key}"),
        Step::Index(index) => format!("[{index}]"),
        Step::All => "[*]".to_owned(),
    });
    steps.collect()
}

/// The lines of an item's own docs.
fn own(attrs: &[syn::Attribute]) -> Vec<String> {
    let mut lines = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("doc")) {
        if let Meta::NameValue(doc) = &attr.meta
            && let Expr::Lit(literal) = &doc.value
            && let Lit::Str(text) = &literal.lit
        {
            lines.extend(text.value().lines().map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned()));
        }
    }
    lines
}

fn attrs_of(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Union(item) => &item.attrs,
        _ => &[],
    }
}

fn attributes(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}
