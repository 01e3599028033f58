//! The graph of resources: which resource is read for the rows of which, and that one of them comes first.

use proc_macro2::TokenStream;
use quote::ToTokens;

use super::resources;
use crate::diagnostic::{Sink, suggest};
use crate::items::{Annotated, ParsedItem, table_name};
use crate::language::ResourceOptions;
use crate::literal::ParentField;
use crate::resolve::ResolvedOptions;

/// All resources, in their order.
pub(super) struct ResourceGraph<'i> {
    pub(super) members: Vec<ResourceNode<'i>>,
}

pub(super) struct ResourceNode<'i> {
    pub(super) resource: &'i Annotated<ResourceOptions>,
    pub(super) options: ResolvedOptions<'i>,
    pub(super) table: String,
    /// The fields of parents that its requests are made with, each once.
    pub(super) uses: Vec<Use>,
    /// The resources that these name, as far as there are any.
    parents: Vec<ParentLink>,
}

/// A field of a parent, and where it is named.
pub(super) struct Use {
    pub(super) field: ParentField,
    pub(super) place: TokenStream,
}

/// A member of the graph, and where another names it.
struct ParentLink {
    index: usize,
    place: TokenStream,
}

impl ResourceNode<'_> {
    pub(super) fn errors(&self) -> &Sink {
        &self.resource.errors
    }

    /// The token that stands for the resource.
    pub(super) fn token(&self) -> &syn::Ident {
        self.resource.options.name.get().unwrap_or(&self.resource.ident)
    }
}

impl<'i> ResourceGraph<'i> {
    pub(super) fn new(items: &'i [ParsedItem], shared: &'i ResourceOptions) -> Self {
        let members = resources(items).map(|resource| {
            let options = ResolvedOptions::new(&resource.options, shared);
            let uses = uses(resource, &options);
            ResourceNode { resource, options, table: table_name(resource), uses, parents: Vec::new() }
        });
        let mut graph = Self { members: members.collect() };
        for index in 0..graph.members.len() {
            let parents = graph.parents(index);
            if let Some(member) = graph.members.get_mut(index) {
                member.parents = parents;
            }
        }
        graph.no_circles();
        graph
    }

    /// The resource of a name, as another sees it: of several under conditions, the one that is there with it.
    pub(super) fn find(&self, name: &str, seen_by: &ResourceNode<'_>) -> Option<usize> {
        let named = || self.members.iter().enumerate().filter(|(_, member)| member.table == name);
        let together = named().find(|(_, member)| is_there(&member.resource.cfgs, &[&seen_by.resource.cfgs]));
        together.or_else(|| named().next()).map(|(index, _)| index)
    }

    /// The resources that a resource names, each once. Those that there are not are reported.
    fn parents(&self, index: usize) -> Vec<ParentLink> {
        let Some(member) = self.members.get(index) else { return Vec::new() };
        let mut names: Vec<&str> = Vec::new();
        let mut parents = Vec::new();
        for Use { field, place } in &member.uses {
            let name = field.resource.as_str();
            if names.contains(&name) {
                continue;
            }
            names.push(name);
            match self.find(name, member) {
                None => {
                    let others = self.members.iter().enumerate().filter(|(other, _)| *other != index);
                    let others: Vec<&str> = others.map(|(_, other)| other.table.as_str()).collect();
                    let help = suggest::help(name, "other resource", "", others.iter().copied());
                    member.errors().report(place, format!("`{{{field}}}`: no resource is named `{name}`{help}"));
                }
                Some(parent) if parent == index => member.errors().report(
                    place,
                    format!("`{{{field}}}`: `{name}` is this resource itself\nhelp: name the resource whose rows it is read for"),
                ),
                Some(parent) => {
                    if let Some(parent) = self.members.get(parent)
                        && !is_there(&parent.resource.cfgs, &[&member.resource.cfgs])
                    {
                        member.errors().conflict(
                            place,
                            format!("`{name}` exists only under a `#[cfg(…)]`\nhelp: put its `#[cfg(…)]` on this resource, too"),
                            parent.token(),
                            "declared here",
                        );
                    }
                    parents.push(ParentLink { index: parent, place: place.clone() });
                }
            }
        }
        parents
    }

    /// All whose rows a resource is read for, directly or not.
    pub(super) fn ancestors(&self, index: usize) -> Vec<usize> {
        let mut ancestors = Vec::new();
        let mut open = vec![index];
        while let Some(member) = open.pop().and_then(|index| self.members.get(index)) {
            for parent in &member.parents {
                if !ancestors.contains(&parent.index) {
                    ancestors.push(parent.index);
                    open.push(parent.index);
                }
            }
        }
        ancestors
    }

    /// Reports resources that are read for each other's rows, and takes the circle apart.
    fn no_circles(&mut self) {
        for index in 0..self.members.len() {
            let ancestors = self.ancestors(index);
            if !ancestors.contains(&index) {
                continue;
            }
            let circle: Vec<usize> = (index..self.members.len())
                .filter(|other| ancestors.contains(other) && self.ancestors(*other).contains(&index))
                .collect();
            let within = |member: usize| {
                let parents = self.members.get(member).map(|member| &member.parents);
                parents.and_then(|parents| parents.iter().find(|parent| circle.contains(&parent.index)))
            };
            let names =
                circle.iter().filter_map(|member| self.members.get(*member)).map(|member| member.table.as_str());
            let names = suggest::list(names);
            if let (Some(first), Some(forth)) = (self.members.get(index), within(index))
                && let (Some(second), Some(back)) = (self.members.get(forth.index), within(forth.index))
                && let Some(third) = self.members.get(back.index)
            {
                first.errors().conflict(
                    &forth.place,
                    format!("{names} are read for each other's rows, so none can be read first"),
                    &back.place,
                    format!("`{}` is read for the rows of `{}` because of this", second.table, third.table),
                );
            }
            for member in circle {
                if let Some(member) = self.members.get_mut(member) {
                    member.parents.clear();
                }
            }
        }
    }

    /// The parent that a resource is read for each row of: the others that it names are parents of that one.
    pub(super) fn nearest(&self, index: usize) -> Option<usize> {
        let member = self.members.get(index)?;
        let holds = |parent: usize, other: usize| parent == other || self.ancestors(parent).contains(&other);
        let nearest =
            member.parents.iter().find(|parent| member.parents.iter().all(|other| holds(parent.index, other.index)));
        if let Some(nearest) = nearest {
            return Some(nearest.index);
        }
        let strangers = member.parents.iter().enumerate().find_map(|(at, first)| {
            let mut later = member.parents.iter().skip(at + 1);
            let stranger = later.find(|other| !holds(first.index, other.index) && !holds(other.index, first.index));
            stranger.map(|second| (first, second))
        });
        if let Some((first, second)) = strangers
            && let (Some(one), Some(other)) = (self.members.get(first.index), self.members.get(second.index))
        {
            let message = format!(
                "`{0}` and `{1}` are unrelated: a resource is read for the rows of one parent, and of that one's parents\nhelp: leave one of them out, or let `{1}` be read for the rows of `{0}`",
                one.table, other.table
            );
            if first.place.to_string() == second.place.to_string() {
                member.errors().report(&second.place, message);
            } else {
                member.errors().conflict(&second.place, message, &first.place, "the other parent is named here");
            }
        }
        None
    }
}

/// Whether an item under some conditions exists wherever other conditions hold.
pub(super) fn is_there(conditions: &[syn::Attribute], hold: &[&Vec<syn::Attribute>]) -> bool {
    let text = |attr: &syn::Attribute| attr.to_token_stream().to_string();
    conditions.iter().all(|condition| hold.iter().copied().flatten().any(|held| text(held) == text(condition)))
}

/// The fields of parents in a resource's path, params, headers and body, in this order.
fn uses(resource: &Annotated<ResourceOptions>, options: &ResolvedOptions<'_>) -> Vec<Use> {
    let mut uses: Vec<Use> = Vec::new();
    let mut add = |fields: Vec<ParentField>, place: &dyn ToTokens| {
        for field in fields {
            if !uses.iter().any(|known| known.field == field) {
                uses.push(Use { field, place: place.to_token_stream() });
            }
        }
    };
    if let Some(path) = resource.options.path.get() {
        add(path.value.0.parents().cloned().collect(), &path.token);
    }
    for text in options.texts() {
        add(text.pattern.parents().cloned().collect(), &text.token);
    }
    uses
}
