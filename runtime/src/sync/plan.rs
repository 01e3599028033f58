//! What a sync reads, and in which order: the resources that were asked for, each behind its parent.

use crate::client::resource_entry::ResourceEntry;
use crate::declare::parent::ParentField;
use crate::destination::{LinkPlan, LinkSource, Table};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::cell::ColumnReader;
use crate::schema::column::ColumnDef;

/// A resource in a sync.
pub(super) struct PlannedLoad {
    pub(super) entry: ResourceEntry,
    /// Where its rows go; `None` where it is read for its children alone.
    pub(super) table: Option<Table>,
    /// What it is read with.
    pub(super) parent_fields: Vec<ParentField>,
    /// Which of these become columns.
    pub(super) included_fields: Vec<usize>,
    /// What its rows hand down.
    pub(super) links: Vec<LinkPlan>,
}

/// The parts of a sync of these resources.
pub(super) fn plan(all: &'static [ResourceEntry], asked: &[ResourceEntry]) -> Result<Vec<PlannedLoad>> {
    let mut order = Vec::new();
    for entry in asked {
        add(all, *entry, &mut order)?;
    }
    let family = ResourceGraph { all, asked, order: &order };
    let parts = order.iter().map(|entry| {
        let given = parent_fields(all, *entry);
        let is_asked = is_in(asked, *entry);
        let parent = entry.def.parent.as_ref();
        let included = parent.map_or(&[][..], |parent| parent.included);
        let columns: Vec<_> = included
            .iter()
            .filter_map(|link| Some(ColumnDef::new(link.name, column(all, link)?, ColumnReader::NOT)))
            .collect();
        let links = family.children(*entry).map(|child| family.link_plan(*entry, &given, child)).collect();
        PlannedLoad {
            entry: *entry,
            table: is_asked.then(|| Table::new(entry.def, &columns)),
            included_fields: included.iter().filter_map(|link| index_of(&given, link)).collect(),
            links,
            parent_fields: given,
        }
    });
    Ok(parts.collect())
}

/// Parents and children: all of the source, those that were asked for, and those that are read.
#[derive(Clone, Copy)]
struct ResourceGraph<'a> {
    all: &'static [ResourceEntry],
    asked: &'a [ResourceEntry],
    order: &'a [ResourceEntry],
}

impl ResourceGraph<'_> {
    /// The children that a resource leaves links for. What is read once only leaves them for all that will ever be read for it,
    /// not just in this sync.
    fn children(&self, entry: ResourceEntry) -> impl Iterator<Item = ResourceEntry> {
        let heirs = if self.reads_only_new(entry) { self.all } else { self.order };
        children_of(heirs, entry).filter(|child| child.def.selected || is_in(self.order, *child))
    }

    /// Whether rows that were read before do not come again: those of the resource, or of one that it is read for.
    fn reads_only_new(&self, entry: ResourceEntry) -> bool {
        entry.lineage(self.all).any(|entry| entry.def.incremental.is_some() && is_in(self.asked, entry))
    }

    fn link_plan(&self, parent: ResourceEntry, own: &[ParentField], child: ResourceEntry) -> LinkPlan {
        let values = parent_fields(self.all, child);
        let sources = values.iter().map(|link| {
            let column = |link: &ParentField| parent.def.columns.iter().position(|column| column.name == link.column);
            if link.resource == parent.def.name {
                LinkSource::Column(column(link).unwrap_or(usize::MAX))
            } else {
                LinkSource::Inherited(index_of(own, link).unwrap_or(usize::MAX))
            }
        });
        // Those that a request needs come first; the same column is one value, whatever it is known by.
        let bound = child.def.parent.map_or(0, |parent| {
            let mut bound: Vec<ParentField> = Vec::new();
            for link in parent.bound {
                if index_of(&bound, link).is_none() {
                    bound.push(*link);
                }
            }
            bound.len()
        });
        LinkPlan { child: child.def.name, bound, values: sources.collect(), shape: self.link_shape(child) }
    }

    /// What a child is read with, and what its own children are: links of another shape are of no use to it.
    fn link_shape(&self, child: ResourceEntry) -> String {
        let values =
            parent_fields(self.all, child).into_iter().map(|link| format!("{}.{}", link.resource, link.column));
        let below = self.children(child).map(|heir| format!("{}({})", heir.def.name, self.link_shape(heir)));
        values.chain(below).collect::<Vec<_>>().join(" ")
    }
}

/// Adds a resource behind its parent.
fn add(all: &'static [ResourceEntry], entry: ResourceEntry, order: &mut Vec<ResourceEntry>) -> Result<()> {
    if is_in(order, entry) {
        return Ok(());
    }
    if let Some(parent) = &entry.def.parent {
        match entry.lineage(all).nth(1) {
            None => {
                let message =
                    format!("`{}` is read for each row of `{}`, which is no resource", entry.def.name, parent.resource);
                return Err(Error::new(ErrorKind::Config, message));
            }
            Some(found) if !found.def.required.is_empty() => {
                let message = format!(
                    "`{}` is read for each row of `{}`, and a sync has no value for the parameters of that: {}",
                    entry.def.name,
                    found.def.name,
                    found.def.required.join(", ")
                );
                return Err(Error::new(ErrorKind::Config, message)
                    .with_help("give them values in the declaration, or declare the child with `selected = false`"));
            }
            Some(found) => add(all, found, order)?,
        }
    }
    order.push(entry);
    Ok(())
}

fn is_in(order: &[ResourceEntry], entry: ResourceEntry) -> bool {
    order.iter().any(|known| known.def.name == entry.def.name)
}

fn children_of(order: &[ResourceEntry], entry: ResourceEntry) -> impl Iterator<Item = ResourceEntry> + '_ {
    let of = move |child: &&ResourceEntry| child.def.parent.is_some_and(|parent| parent.resource == entry.def.name);
    order.iter().filter(of).copied()
}

/// What a resource is read with: what its requests need, its columns, and what its children have from its parents.
fn parent_fields(all: &[ResourceEntry], entry: ResourceEntry) -> Vec<ParentField> {
    let Some(parent) = &entry.def.parent else { return Vec::new() };
    let mut given: Vec<ParentField> = Vec::new();
    let own = parent.bound.iter().chain(parent.included).copied();
    let inherited = children_of(all, entry).flat_map(|child| ancestor_fields(all, child, entry));
    for link in own.chain(inherited) {
        if index_of(&given, &link).is_none() {
            given.push(link);
        }
    }
    given
}

/// What a child needs that is not its parent's own.
fn ancestor_fields(all: &[ResourceEntry], child: ResourceEntry, parent: ResourceEntry) -> Vec<ParentField> {
    parent_fields(all, child).into_iter().filter(|link| link.resource != parent.def.name).collect()
}

/// Where among others a value of the same column is.
fn index_of(links: &[ParentField], link: &ParentField) -> Option<usize> {
    links.iter().position(|known| known.resource == link.resource && known.column == link.column)
}

fn column(all: &[ResourceEntry], link: &ParentField) -> Option<crate::schema::column::ColumnType> {
    let entry = all.iter().find(|entry| entry.def.name == link.resource)?;
    entry.def.columns.iter().find(|column| column.name == link.column).map(|column| column.kind)
}
