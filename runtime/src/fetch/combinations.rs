//! The values that a resource is read for: one of each of its partitions, in all combinations.

use std::collections::HashSet;
use std::hash::Hasher as _;

use fnv::FnvHasher;
use serde_json::Value;

use super::query::FetchQuery;
use crate::client::Client;
use crate::declare::param::ParamPlace;
use crate::declare::partition::{PartitionDef, PartitionValues};
use crate::declare::resource::ResourceDef;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::value::ColumnValue;

/// All combinations, in the declared order: the values of the last partition change first. A resource without partitions has
/// one, of no values.
#[derive(Debug, Clone)]
pub(crate) struct Combinations {
    lists: Vec<(&'static PartitionDef, Vec<Value>)>,
    count: usize,
}

impl Combinations {
    /// Of the declared values; with a query, of those that it is narrowed to.
    ///
    /// # Errors
    /// `Config` where a partition has no value, where the query narrows it to one that it does not have, and where a value
    /// would lead to another path.
    pub(crate) fn new(client: &Client, def: &'static ResourceDef, query: &FetchQuery) -> Result<Self> {
        let mut lists = Vec::with_capacity(def.partitions.len());
        for partition in def.partitions {
            let mut values = declared(client, partition);
            if let Some((_, only)) = query.partitions.iter().find(|(name, _)| *name == partition.name) {
                values = narrowed(partition, &values, only)?;
            }
            let mut seen = HashSet::new();
            values.retain(|value| seen.insert(value.to_string()));
            check(def, partition, &values)?;
            lists.push((partition, values));
        }
        let count = lists.iter().try_fold(1_usize, |count, (_, values)| count.checked_mul(values.len()));
        let count = count.ok_or_else(|| Error::new(ErrorKind::Config, "the partitions have too many combinations"))?;
        Ok(Self { lists, count })
    }

    /// How many there are: at least one.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// The values of one of them, by its index: one of each partition.
    pub(crate) fn get(&self, mut index: usize) -> Vec<Value> {
        let mut values: Vec<Value> = Vec::with_capacity(self.lists.len());
        for (_, list) in self.lists.iter().rev() {
            values.extend(list.get(index % list.len().max(1)).cloned());
            index /= list.len().max(1);
        }
        values.reverse();
        values
    }

    /// Gives a query the values of one of them. Equal rows of two combinations are two rows.
    pub(crate) fn set(&self, query: &mut FetchQuery, values: &[Value]) {
        let mut scope = FnvHasher::default();
        for ((partition, _), value) in self.lists.iter().zip(values) {
            query.values.set_json(partition.name, value);
            scope.write(value.to_string().as_bytes());
            scope.write_u8(0xFF);
        }
        query.filter.scope = (!values.is_empty()).then(|| scope.finish());
    }

    /// The values of the columns that the table has of the partitions.
    pub(crate) fn columns(&self, values: &[Value]) -> Result<Vec<ColumnValue<'static>>> {
        let columns = self.lists.iter().zip(values).filter(|((partition, _), _)| partition.column.is_some());
        columns
            .map(|((partition, _), value)| ColumnValue::from_json(partition.kind, value).map(ColumnValue::into_owned))
            .collect()
    }
}

fn declared(client: &Client, partition: &PartitionDef) -> Vec<Value> {
    match partition.values {
        PartitionValues::Texts(values) => values.iter().map(|value| Value::from(*value)).collect(),
        PartitionValues::Integers(values) => values.iter().map(|value| Value::from(*value)).collect(),
        PartitionValues::Reals(values) => values.iter().map(|value| Value::from(*value)).collect(),
        PartitionValues::Param(name) => match client.values().json_of(name) {
            Some(Value::Array(values)) => values.clone(),
            Some(value) => vec![value.clone()],
            None => Vec::new(),
        },
    }
}

/// The values that are asked for, each of which the partition must have.
fn narrowed(partition: &PartitionDef, all: &[Value], only: &[Value]) -> Result<Vec<Value>> {
    if let Some(stranger) = only.iter().find(|value| !all.contains(value)) {
        let known = all.iter().take(20).map(Value::to_string).collect::<Vec<_>>().join(", ");
        let message = format!("`{}` is narrowed to {stranger}, which is not one of its values", partition.name);
        return Err(Error::new(ErrorKind::Config, message).with_help(format!("its values are {known}")));
    }
    if only.is_empty() {
        let message = format!("`{}` is narrowed to no value at all: nothing would be read", partition.name);
        return Err(Error::new(ErrorKind::Config, message).with_help("leave it unset to read all of its values"));
    }
    Ok(only.to_vec())
}

fn check(def: &ResourceDef, partition: &PartitionDef, values: &[Value]) -> Result<()> {
    let name = partition.name;
    if values.is_empty() {
        let of = match partition.values {
            PartitionValues::Param(param) => format!("the client's `{param}`, which has its values, is empty"),
            _ => "it has no values".to_owned(),
        };
        let message = format!("nothing would be read for the partition `{name}`: {of}");
        return Err(Error::new(ErrorKind::Config, message).with_help("give it at least one value"));
    }
    let is_in_path = def.param(name).is_some_and(|param| param.place == ParamPlace::Path);
    let leads_away = |value: &&Value| matches!(value.as_str(), Some("" | "." | ".."));
    if let Some(value) = values.iter().find(leads_away).filter(|_| is_in_path) {
        let message = format!("the value {value} of `{name}` would lead to another path than `{}`", def.path);
        return Err(Error::new(ErrorKind::Config, message));
    }
    Ok(())
}
