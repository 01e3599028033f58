//! What a merge must know of a resource's tables.

use declarest::{Deleted, TableSchema};
use deltalake::kernel::StructField;
use serde::{Deserialize, Serialize};

use crate::types::own_fields;

/// A resource's table and those of its lists, as a log entry can hold them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Shape {
    /// The names of the tables, that of the resource first.
    pub(crate) tables: Vec<String>,
    /// The columns of each, without those that are added.
    pub(crate) fields: Vec<Vec<StructField>>,
    /// Their names.
    pub(crate) columns: Vec<Vec<String>>,
    /// The primary key.
    pub(crate) key: Vec<String>,
    /// For each column of the key, its name in the tables of lists.
    pub(crate) owners: Vec<Vec<String>>,
    pub(crate) gone: Gone,
}

/// What happens to rows that are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Gone {
    Keep,
    Mark,
    Remove,
}

impl Shape {
    pub(crate) fn of(table: &TableSchema) -> Self {
        let names = |table: &TableSchema| table.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        // The key's columns, in the order in which the tables of lists repeat them.
        let in_order = table.columns.iter().map(|column| &column.name).filter(|name| table.key.contains(name));
        let owners = table.children.iter().map(|list| {
            let columns = list.table.columns.iter().take(list.owner_key.len());
            columns.map(|column| column.name.clone()).collect()
        });
        Self {
            tables: table.with_children().map(|table| table.name.clone()).collect(),
            fields: table.with_children().map(own_fields).collect(),
            columns: table.with_children().map(names).collect(),
            key: in_order.cloned().collect(),
            owners: owners.collect(),
            gone: match table.deleted {
                Deleted::Mark => Gone::Mark,
                Deleted::Remove => Gone::Remove,
                _ => Gone::Keep,
            },
        }
    }

    /// The columns by which the rows of a table belong to a key, in the order of the key.
    pub(crate) fn key_of(&self, table: usize) -> &[String] {
        match table.checked_sub(1) {
            None => &self.key,
            Some(list) => self.owners.get(list).map_or(&[], Vec::as_slice),
        }
    }

    pub(crate) fn fields_of(&self, table: usize) -> &[StructField] {
        self.fields.get(table).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn columns_of(&self, table: usize) -> &[String] {
        self.columns.get(table).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn name_of(&self, table: usize) -> &str {
        self.tables.get(table).map_or("", String::as_str)
    }
}
