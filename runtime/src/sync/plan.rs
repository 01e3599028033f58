//! What a sync reads, and in which order: the selected resources, each after its parent.

use std::sync::Arc;

use serde_json::Value;

use super::parent_values::{LinkPlan, LinkSource};
use crate::client::resource_entry::ResourceEntry;
use crate::declare::parent::ParentField;
use crate::decode::batch_plan::BatchPlan;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::table::{ColumnSchema, TableSchema, WriteDisposition};
use crate::schema::value::ColumnValue;

/// A resource in a sync.
#[derive(Clone)]
pub(super) struct PlannedLoad {
    pub(super) entry: ResourceEntry,
    /// The columns of its rows.
    pub(super) schema: Arc<TableSchema>,
    /// Where its rows go; `None` where it is read for its children only.
    pub(super) table: Option<Arc<TableSchema>>,
    /// What it is read with.
    pub(super) parent_fields: Vec<ParentField>,
    /// Which of these become columns.
    pub(super) included_fields: Vec<usize>,
    /// What its rows leave for its children.
    pub(super) links: Vec<LinkPlan>,
    /// The children for which they leave nothing.
    pub(super) unlinked: Vec<&'static str>,
}

impl PlannedLoad {
    /// How its pages are read, for a row of the parent that has left these values.
    /// The values of partitions' columns come last.
    pub(super) fn batch_plan(
        &self,
        parent_values: &[Value],
        partitions: Vec<ColumnValue<'static>>,
    ) -> Result<Arc<BatchPlan>> {
        let columns = self.schema.columns.iter().skip(self.entry.def.columns.len());
        let included = self.included_fields.iter().zip(columns).map(|(field, column)| {
            let value = parent_values.get(*field).ok_or_else(|| {
                let message = format!("a link of `{}` has too few values", self.entry.def.name);
                Error::internal(ErrorKind::Destination, message)
            })?;
            ColumnValue::from_json(column.kind, value).map(ColumnValue::into_owned)
        });
        // Those of the range are known with each request.
        let ranges = std::iter::repeat_n(ColumnValue::Null, self.entry.def.range_columns().count());
        let included = included.chain(partitions.into_iter().chain(ranges).map(Ok)).collect::<Result<_>>()?;
        Ok(Arc::new(BatchPlan::new(Arc::clone(&self.schema), included)))
    }
}

/// The loads of a sync of these resources.
pub(super) fn plan(all: &'static [ResourceEntry], selected: &[ResourceEntry]) -> Result<Vec<PlannedLoad>> {
    let mut order = Vec::new();
    for entry in selected {
        add(all, *entry, &mut order)?;
    }
    let graph = ResourceGraph { all, selected, order: &order };
    order.iter().map(|entry| graph.load(*entry)).collect()
}

/// Parents and children: all of the source, those that were selected, and those that are read.
#[derive(Clone, Copy)]
struct ResourceGraph<'a> {
    all: &'static [ResourceEntry],
    selected: &'a [ResourceEntry],
    order: &'a [ResourceEntry],
}

impl ResourceGraph<'_> {
    fn load(&self, entry: ResourceEntry) -> Result<PlannedLoad> {
        let parent_fields = parent_fields(self.all, entry);
        let included = entry.def.parent.as_ref().map_or(&[][..], |parent| parent.included);
        let columns = included.iter().map(|field| field.included(self.all).ok_or_else(|| missing(entry, field)));
        let columns = columns.collect::<Result<Vec<ColumnSchema>>>()?;
        let index = |field| index_of(&parent_fields, field).ok_or_else(|| missing(entry, field));
        let links = self.children(entry).map(|child| self.link_plan(entry, &parent_fields, child));
        let links = links.collect::<Result<Vec<_>>>()?;
        let is_linked = |child: &ResourceEntry| links.iter().any(|plan| plan.child == child.def.name);
        let unlinked = children_of(self.all, entry).filter(|child| !is_linked(child)).map(|child| child.def.name);
        let unlinked = unlinked.collect();
        self.check_replaced(entry)?;
        let schema =
            Arc::new(entry.def.table_schema(
                columns.into_iter().chain(entry.def.partition_columns()).chain(entry.def.range_columns()),
            ));
        Ok(PlannedLoad {
            entry,
            table: is_in(self.selected, entry).then(|| Arc::clone(&schema)),
            schema,
            included_fields: included.iter().map(index).collect::<Result<_>>()?,
            links,
            unlinked,
            parent_fields,
        })
    }

    /// Refuses a table that would be replaced by the rows of new parents alone.
    fn check_replaced(&self, entry: ResourceEntry) -> Result<()> {
        let is_replaced = entry.def.write_disposition == WriteDisposition::Replace && is_in(self.selected, entry);
        let brings_only_new = |parent: &ResourceEntry| {
            let incremental = parent.def.incremental;
            incremental.is_some_and(|range| range.is_open()) && is_in(self.selected, *parent)
        };
        let Some(parent) = entry.lineage(self.all).skip(1).find(|parent| is_replaced && brings_only_new(parent)) else {
            return Ok(());
        };
        let (name, parent) = (entry.def.name, parent.def.name);
        let message = format!(
            "`{name}` replaces its table, but is read for the new rows of `{parent}` alone: the rows of the others would be lost"
        );
        Err(Error::new(ErrorKind::Config, message).with_help(format!(
            "declare `{name}` with `write_disposition = merge` and a `primary_key`, or with `append`; or sync it by itself with `.only`, which reads it for all rows of `{parent}`"
        )))
    }

    /// The children that a resource leaves links for. Rows that are read only once leave them for all children that may ever be
    /// read, not just those of this sync.
    fn children(&self, entry: ResourceEntry) -> impl Iterator<Item = ResourceEntry> {
        let candidates = if self.reads_only_new(entry) { self.all } else { self.order };
        // One with required params is read by no sync.
        let may_be_read = |child: &ResourceEntry| child.def.selected && child.def.required().is_empty();
        children_of(candidates, entry).filter(move |child| may_be_read(child) || is_in(self.order, *child))
    }

    /// Whether rows that were read before are not read again: those of the resource, or of one that it is read for.
    fn reads_only_new(&self, entry: ResourceEntry) -> bool {
        entry.lineage(self.all).any(|entry| entry.def.incremental.is_some() && is_in(self.selected, entry))
    }

    fn link_plan(&self, parent: ResourceEntry, own: &[ParentField], child: ResourceEntry) -> Result<LinkPlan> {
        let source = |field: ParentField| {
            let index = if field.resource == parent.def.name {
                let index = parent.def.columns.iter().position(|column| column.name == field.column);
                index.map(|index| match field.inside {
                    None => LinkSource::Column(index),
                    Some(inner) => LinkSource::Inside(index, inner),
                })
            } else {
                index_of(own, &field).map(LinkSource::Inherited)
            };
            index.ok_or_else(|| missing(child, &field))
        };
        let values = parent_fields(self.all, child).into_iter().map(source).collect::<Result<_>>()?;
        // Those that a request needs come first.
        let bound = bound_fields(child).len();
        let below = self.below(child);
        let tables = [child].into_iter().chain(below.iter().copied()).filter(|entry| !self.has_no_table(*entry));
        let tables = tables.map(|entry| entry.def.name).collect();
        let below = below.iter().map(|entry| entry.def.name).collect();
        Ok(LinkPlan { child: child.def.name, bound, values, shape: self.link_shape(child), below, tables })
    }

    /// The resources below a child that are read for its rows, or for theirs.
    fn below(&self, child: ResourceEntry) -> Vec<ResourceEntry> {
        self.children(child).flat_map(|below| [vec![below], self.below(below)].concat()).collect()
    }

    /// What a child is read with, whether that is for its own children only, and what these are: it cannot use links of another
    /// shape.
    fn link_shape(&self, child: ResourceEntry) -> String {
        let values = parent_fields(self.all, child).into_iter().map(|link| link.place());
        let without_table = self.has_no_table(child).then(|| "without table".to_owned());
        let below = self.children(child).map(|below| format!("{}({})", below.def.name, self.link_shape(below)));
        values.chain(without_table).chain(below).collect::<Vec<_>>().join(" ")
    }

    /// Whether a resource is read for its children only.
    fn has_no_table(&self, entry: ResourceEntry) -> bool {
        is_in(self.order, entry) && !is_in(self.selected, entry)
    }
}

/// Adds a resource after its parent.
fn add(all: &'static [ResourceEntry], entry: ResourceEntry, order: &mut Vec<ResourceEntry>) -> Result<()> {
    if is_in(order, entry) {
        return Ok(());
    }
    if let Some(parent) = &entry.def.parent {
        match entry.lineage(all).nth(1) {
            None => {
                let message = format!(
                    "`{}` is read for each row of `{}`, which is not a resource",
                    entry.def.name, parent.resource
                );
                return Err(Error::new(ErrorKind::Config, message));
            }
            Some(found) if !found.def.required().is_empty() => {
                let (child, parent, params) = (entry.def.name, found.def.name, found.def.required().join(", "));
                let message = format!(
                    "`{child}` is read for each row of `{parent}`, and a sync has no value for that resource's params: {params}"
                );
                return Err(Error::new(ErrorKind::Config, message)
                    .with_help("give them values in the declaration, or fetch the child by its method"));
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
    let mut fields: Vec<ParentField> = Vec::new();
    let own = parent.bound.iter().chain(parent.included).copied();
    // What a child needs that is not its parent's own.
    let inherited = children_of(all, entry).flat_map(|child| parent_fields(all, child));
    let inherited = inherited.filter(|field| field.resource != entry.def.name);
    for link in own.chain(inherited) {
        if index_of(&fields, &link).is_none() {
            fields.push(link);
        }
    }
    fields
}

/// What its requests need of its parents; the same value is there once, whatever its names are.
pub(super) fn bound_fields(entry: ResourceEntry) -> Vec<ParentField> {
    let mut bound: Vec<ParentField> = Vec::new();
    for link in entry.def.parent.map_or(&[][..], |parent| parent.bound) {
        if index_of(&bound, link).is_none() {
            bound.push(*link);
        }
    }
    bound
}

/// The index of the same value.
fn index_of(links: &[ParentField], link: &ParentField) -> Option<usize> {
    links.iter().position(|known| known.is_same(link))
}

/// The macro has checked that there is such a column.
fn missing(child: ResourceEntry, field: &ParentField) -> Error {
    let what = format!("`{}` needs the column `{}`, which is missing", child.def.name, field.place());
    Error::internal(ErrorKind::Config, what)
}
