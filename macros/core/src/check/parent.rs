//! Values of parents: for the requests of a resource, and for its table.

use proc_macro2::Span;
use quote::ToTokens;
use syn::Ident;

use super::defaults::Defaults;
use super::duty::Duty;
use super::field_path::NestedStructs;
use super::parent_field::{ParentRows, ParentValue};
use super::resource::is_selected;
use super::resource_graph::{ResourceGraph, ResourceNode};
use super::{fields, range, storage};
use crate::diagnostic::{OptionOrigin, Sink, suggest};
use crate::items::{Body, Field, ParsedItem};
use crate::language::{Included, Param};
use crate::literal::ParentField;
use crate::literal::wire::reserved;
use crate::model::{Bound, Column, Parent};
use crate::naming::{identifier, unraw};
use crate::resolve::params;
use crate::syntax::FieldPath;

/// The parents of each resource, in the order of the resources.
pub(super) fn check(items: &[ParsedItem], defaults: &Defaults<'_>, nested: &NestedStructs) -> Vec<Parent> {
    let graph = ResourceGraph::new(items, defaults.options);
    let rows = ParentRows { items, nested };
    (0..graph.members.len()).map(|index| taken(&graph, index, &rows)).collect()
}

fn taken(graph: &ResourceGraph<'_>, index: usize, rows: &ParentRows<'_>) -> Parent {
    let Some(member) = graph.members.get(index) else { return Parent::default() };
    let mut bound: Vec<Bound> = Vec::new();
    for used in &member.uses {
        let place =
            used.place.clone().into_iter().next().map_or_else(proc_macro2::Span::call_site, |token| token.span());
        let parent = graph.find(&used.field.resource, member).and_then(|parent| graph.members.get(parent));
        let value = parent.zip(path(&used.field, place)).and_then(|(parent, path)| {
            let origin = OptionOrigin { resource: member.token(), inherited: false, errors: member.errors() };
            rows.value(member, parent, &path, Duty::Parent, &origin)
        });
        let name = format!("{}_{}", used.field.resource, used.field.joined("_"));
        let Some(argument) = identifier(&name, place) else { continue };
        if let Some(first) = bound.iter().find(|first| first.argument == argument) {
            let what = if first.field.resource == used.field.resource { "fields" } else { "resources" };
            member.errors().report(
                &used.place,
                format!(
                    "`{{{}}}` and `{{{}}}` are too similar: both make the argument `{argument}`\nhelp: rename one of the {what}",
                    first.field, used.field
                ),
            );
            continue;
        }
        let (column, inside, ty) = match value {
            Some(ParentValue { column, inside, ty, .. }) => (column, inside, Some(ty)),
            None => (String::new(), None, None),
        };
        bound.push(Bound { field: used.field.clone(), column, inside, argument, ty, place });
    }
    let nearest = graph.nearest(index);
    let included = included(graph, index, nearest, rows);
    let resource = nearest.and_then(|parent| graph.members.get(parent)).map(|parent| parent.table.clone());
    Parent { resource, bound, included, only_new: only_new(graph, index) }
}

/// The fields that a placeholder names.
fn path(ParentField { field, inner, .. }: &ParentField, place: Span) -> Option<FieldPath> {
    let first = identifier(field, place)?;
    Some(FieldPath { first, inner: inner.iter().map(|name| identifier(name, place)).collect::<Option<_>>()? })
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

/// The columns of parents that are added to the table.
fn included(graph: &ResourceGraph<'_>, index: usize, nearest: Option<usize>, rows: &ParentRows<'_>) -> Vec<Column> {
    let Some(member) = graph.members.get(index) else { return Vec::new() };
    let option = member.options.include_from_parent;
    let Some((key, Included(paths))) = option.set() else { return Vec::new() };
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
    for path in paths {
        let Some((parent, path)) = of_parent(member, nearest, &ancestors, path, &origin) else { continue };
        let Some(value) = rows.value(member, parent, &path, Duty::Included, &origin) else { continue };
        let name = format!("_{}_{}", parent.table, path.column());
        if let Some(owner) = reserved(&name) {
            origin.report(
                &path,
                format!(
                    "its column would be `{name}`, and this name is {owner}\nhelp: name the resource `{}` otherwise",
                    parent.table
                ),
            );
        } else if let Some(first) = columns.iter().find(|first| first.name.eq_ignore_ascii_case(&name)) {
            origin.conflict(&path, format!("the column `{name}` is added twice"), &first.token, "first added here");
        } else if let Some(other) = own_column(member, &name) {
            let message = format!(
                "the table has a column `{name}` already\nhelp: store it under another name: `#[column(name = \"…\")]`"
            );
            origin.conflict(&path, message, other, "this field is stored in it");
        } else {
            let ParentValue { column: source, inside, ty, optional } = value;
            let token = path.inner.last().unwrap_or(&path.first).clone();
            columns.push(Column { name, resource: parent.table.clone(), source, inside, token, ty, optional });
        }
    }
    columns
}

/// The parent that an included path begins with, and the rest of the path. Without a parent's name, it is of the nearest.
fn of_parent<'g, 'i>(
    member: &ResourceNode<'_>,
    nearest: &'g ResourceNode<'i>,
    ancestors: &[&'g ResourceNode<'i>],
    path: &FieldPath,
    origin: &OptionOrigin<'_>,
) -> Option<(&'g ResourceNode<'i>, FieldPath)> {
    let Some((field, inner)) = path.inner.split_first() else { return Some((nearest, path.clone())) };
    let first = unraw(&path.first);
    if let Some(parent) = ancestors.iter().find(|ancestor| ancestor.table == first) {
        return Some((parent, FieldPath { first: field.clone(), inner: inner.to_vec() }));
    }
    let fields: Vec<String> = fields(&nearest.resource.body).iter().map(|field| unraw(&field.ident)).collect();
    if fields.contains(&first) {
        return Some((nearest, path.clone()));
    }
    let parents = || ancestors.iter().map(|ancestor| ancestor.table.as_str());
    let all = || fields.iter().map(String::as_str);
    let row = &nearest.resource.ident;
    let help = match suggest::nearest(&first, parents()) {
        None if suggest::nearest(&first, all()).is_some() => {
            suggest::help(&first, "field", &format!(" of `{row}`"), all())
        }
        _ => suggest::help(&first, "parent", "", parents()),
    };
    let message = format!("`{first}` is not a parent of `{}`, and no field of `{row}`{help}", member.table);
    origin.report(&path.first, message);
    None
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
