//! Values of parents: for the requests of a resource, and for its table.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Ident, Type};

use super::defaults::Defaults;
use super::duty::{self, Duty, Owner, Steps};
use super::resource::is_selected;
use super::resource_graph::{ResourceGraph, ResourceNode, is_there, joined};
use super::{range, storage};
use crate::diagnostic::{OptionOrigin, Sink, suggest};
use crate::items::{Body, Field, ParsedItem, VariantKind};
use crate::language::{Included, Param};
use crate::literal::wire::reserved;
use crate::model::{Bound, Column, Parent};
use crate::naming::{identifier, inside, unraw};
use crate::resolve::params;

/// The parents of each resource, in the order of the resources.
pub(super) fn check(items: &[ParsedItem], defaults: &Defaults<'_>) -> Vec<Parent> {
    let graph = ResourceGraph::new(items, defaults.options);
    let nested: Vec<&Ident> = items.iter().filter_map(composed).collect();
    (0..graph.members.len()).map(|index| taken(&graph, index, &nested)).collect()
}

/// The name of a type that has parts.
fn composed(item: &ParsedItem) -> Option<&Ident> {
    let ParsedItem::Nested(nested) = item else { return None };
    let is_text = matches!(&nested.body, Body::Variants(variants) if variants.iter().all(|variant| variant.kind != VariantKind::Data));
    (!is_text).then_some(&nested.ident)
}

fn taken(graph: &ResourceGraph<'_>, index: usize, nested: &[&Ident]) -> Parent {
    let Some(member) = graph.members.get(index) else { return Parent::default() };
    let mut bound: Vec<Bound> = Vec::new();
    for used in &member.uses {
        let parent = graph.find(&used.field.resource, member).and_then(|parent| graph.members.get(parent));
        let value = parent.and_then(|parent| value(member, parent, &used.field.field, &used.place, nested));
        let place =
            used.place.clone().into_iter().next().map_or_else(proc_macro2::Span::call_site, |token| token.span());
        let name = format!("{}_{}", used.field.resource, used.field.field);
        let Some(argument) = identifier(&name, place) else { continue };
        if let Some(first) = bound.iter().find(|first| first.argument == argument) {
            member.errors().report(
                &used.place,
                format!(
                    "`{{{}}}` and `{{{}}}` are too similar: both make the argument `{argument}`\nhelp: rename one of the resources",
                    first.field, used.field
                ),
            );
            continue;
        }
        let (column, ty) = value.unzip();
        bound.push(Bound { field: used.field.clone(), column: column.unwrap_or_default(), argument, ty, place });
    }
    let nearest = graph.nearest(index);
    let included = included(graph, index, nearest);
    let resource = nearest.and_then(|parent| graph.members.get(parent)).map(|parent| parent.table.clone());
    Parent { resource, bound, included, only_new: only_new(graph, index) }
}

/// The resource above it whose new rows alone are read together with it: those of a resource that no sync of all
/// resources includes come whole for one that such a sync includes.
fn only_new(graph: &ResourceGraph<'_>, index: usize) -> Option<String> {
    let is_read_alone = graph.members.get(index).is_some_and(|member| !is_selected(&member.options));
    let reads_only_new = |above: &&ResourceNode<'_>| {
        above.options.incremental.get().is_some_and(range::is_open) && (is_read_alone || is_selected(&above.options))
    };
    let ancestors = graph.ancestors(index).into_iter();
    let above = ancestors.filter_map(|above| graph.members.get(above)).find(reads_only_new)?;
    Some(above.table.clone())
}

/// The column of a parent's field that a request is made with, and its type.
fn value(
    member: &ResourceNode<'_>,
    parent: &ResourceNode<'_>,
    name: &str,
    place: &TokenStream,
    nested: &[&Ident],
) -> Option<(String, Type)> {
    let origin = OptionOrigin { resource: member.token(), inherited: false, errors: member.errors() };
    let (field, column) = stored(member, parent, name, place, &origin)?;
    duty::read(&Owner::of(parent.resource), field, Steps::of(&parent.options), Duty::Parent, place, &origin);
    let ty = inside(&field.ty, "Option").unwrap_or(&field.ty);
    if !field.column.json.is_absent() || has_parts(ty, nested) {
        let other = field.column.json.key().map_or_else(|| field.ty.to_token_stream(), ToTokens::to_token_stream);
        member.errors().conflict(
            place,
            format!("the field `{name}` of `{}` cannot be sent: it is stored as JSON text\nhelp: use a field that is a string, a number, a boolean or a time", parent.table),
            other,
            "the field is declared here",
        );
        return None;
    }
    Some((column, ty.clone()))
}

/// A parent's field, and the column that it is stored in.
fn stored<'p>(
    member: &ResourceNode<'_>,
    parent: &ResourceNode<'p>,
    name: &str,
    place: &TokenStream,
    origin: &OptionOrigin<'_>,
) -> Option<(&'p Field, String)> {
    let Body::Fields(fields) = &parent.resource.body else { return None };
    let ident = &parent.resource.ident;
    let named = || fields.iter().filter(|field| unraw(&field.ident) == name);
    let conditions = [&member.resource.cfgs, &parent.resource.cfgs];
    let Some(field) = named().find(|field| is_there(&field.cfgs, &conditions)).or_else(|| named().next()) else {
        let fields: Vec<String> = fields.iter().map(|field| unraw(&field.ident)).collect();
        let help = suggest::help(name, "field", &format!(" of `{ident}`"), fields.iter().map(String::as_str));
        origin.report(place, format!("`{ident}`, a row of `{}`, has no field `{name}`{help}", parent.table));
        return None;
    };
    if !is_there(&field.cfgs, &conditions) {
        let message = format!(
            "the field `{name}` of `{ident}` exists only under a `#[cfg(…)]`\nhelp: put its `#[cfg(…)]` on this resource, too"
        );
        origin.conflict(place, message, &field.ident, "declared here");
        return None;
    }
    let column = storage::name(field);
    let elsewhere = field.column.skip.key().or(field.column.child_table.key());
    if let Some(elsewhere) = elsewhere.filter(|_| column.is_none()) {
        origin.conflict(
            place,
            format!("the field `{name}` of `{ident}` is not a column of its table, and parents' values are read from columns\nhelp: leave `{elsewhere}` out of its `#[column(…)]`"),
            elsewhere,
            "said here",
        );
    }
    Some(field).zip(column)
}

/// Whether a type is stored as JSON text, as far as its name shows.
fn has_parts(ty: &Type, nested: &[&Ident]) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let name = unraw(&last.ident);
            matches!(name.as_str(), "Vec" | "Json" | "Extra" | "BTreeMap" | "HashMap")
                || nested.iter().any(|nested| unraw(nested) == name)
        }),
        Type::Tuple(_) | Type::Array(_) => true,
        _ => false,
    }
}

/// The columns of parents that are added to the table.
fn included(graph: &ResourceGraph<'_>, index: usize, nearest: Option<usize>) -> Vec<Column> {
    let Some(member) = graph.members.get(index) else { return Vec::new() };
    let option = member.options.include_from_parent;
    let Some((key, Included(fields))) = option.set() else { return Vec::new() };
    let origin = OptionOrigin { resource: member.token(), inherited: option.inherited, errors: member.errors() };
    if member.uses.is_empty() && member.errors().is_sound() {
        origin.report(
            key.to_token_stream(),
            format!("`{}` has no parent\nhelp: name one where its requests are made with a value of it: `path = \"/posts/{{resources.posts.id}}/…\"`", member.table),
        );
    }
    let Some(nearest) = nearest.and_then(|nearest| graph.members.get(nearest)) else { return Vec::new() };
    let ancestors: Vec<&ResourceNode<'_>> =
        graph.ancestors(index).into_iter().filter_map(|ancestor| graph.members.get(ancestor)).collect();
    let mut columns: Vec<Column> = Vec::new();
    for field in fields {
        let parent = match &field.resource {
            None => nearest,
            Some(name) => {
                let Some(parent) = ancestors.iter().find(|ancestor| ancestor.table == unraw(name)) else {
                    let known = ancestors.iter().map(|ancestor| ancestor.table.as_str());
                    let help = suggest::help(&unraw(name), "parent", "", known);
                    origin.report(name, format!("`{}` is not a parent of `{}`{help}", unraw(name), member.table));
                    continue;
                };
                *parent
            }
        };
        let place = field.field.to_token_stream();
        let Some((original, source)) = stored(member, parent, &unraw(&field.field), &place, &origin) else { continue };
        duty::read(&Owner::of(parent.resource), original, Steps::of(&parent.options), Duty::Included, &place, &origin);
        let name = format!("_{}", joined(&parent.table, &field.field));
        if let Some(owner) = reserved(&name) {
            origin.report(
                &place,
                format!(
                    "its column would be `{name}`, and this name is {owner}\nhelp: name the resource `{}` otherwise",
                    parent.table
                ),
            );
        } else if let Some(first) = columns.iter().find(|first| first.name.eq_ignore_ascii_case(&name)) {
            origin.conflict(&place, format!("the column `{name}` is added twice"), &first.token, "first added here");
        } else if let Some(other) = own_column(member, &name) {
            let message = format!(
                "the table has a column `{name}` already\nhelp: store it under another name: `#[column(name = \"…\")]`"
            );
            origin.conflict(&place, message, other, "this field is stored in it");
        } else {
            let (token, ty) = (field.field.clone(), original.ty.clone());
            columns.push(Column { name, resource: parent.table.clone(), source, token, ty });
        }
    }
    columns
}

fn own_column<'m>(member: &ResourceNode<'m>, name: &str) -> Option<&'m Ident> {
    let Body::Fields(fields) = &member.resource.body else { return None };
    let is_in = |field: &&Field| storage::name(field).is_some_and(|column| column.eq_ignore_ascii_case(name));
    fields.iter().find(is_in).map(|field| &field.ident)
}

/// Reports params that have the name of an argument for a parent's field.
pub(super) fn against_params(parent: &Parent, params: &[Param], errors: &Sink) {
    for bound in &parent.bound {
        let name = unraw(&bound.argument);
        if let Some(param) = params::find(params, &name) {
            errors.report(
                &param.name,
                format!(
                    "`{name}` is the argument for `{{{}}}`\nhelp: choose another name: `other as \"{}\": …`",
                    bound.field,
                    param.wire()
                ),
            );
        }
    }
}
