//! The tables of a resource: its own, and those of its lists.

use serde::Serialize;

use crate::declare::resource::ResourceDef;
use crate::schema::column::{ColumnDef, ColumnType};
use crate::schema::table::WriteDisposition;

/// A table to be written.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<TableColumn>,
    /// The columns by which rows are merged; empty where they are not.
    pub key: Vec<String>,
    /// Whether it is replaced as a whole.
    pub replaced: bool,
    /// The tables of its lists, in the order of the declaration.
    pub lists: Vec<ListTable>,
}

/// The table of a list.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListTable {
    /// The table. Its first columns are those of the key of the row that has the list, and the element's position in it.
    pub table: Table,
    /// The indices of the key's values in the row that has the list.
    pub key: Vec<usize>,
}

/// A column of a table.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// How it is stored.
    pub kind: ColumnType,
}

/// The column of an element's position in its list, from 0.
pub(crate) const POSITION: &str = "_position";

impl Table {
    /// The tables of a resource, with columns of its parents.
    pub(crate) fn new(def: &ResourceDef, included: &[ColumnDef]) -> Self {
        let columns: Vec<_> = def.columns.iter().chain(included).map(TableColumn::new).collect();
        let merged = def.write_disposition == WriteDisposition::Merge;
        let key = if merged { def.primary_key.iter().map(|name| (*name).to_owned()).collect() } else { Vec::new() };
        let replaced = def.write_disposition == WriteDisposition::Replace;
        let owner: Vec<_> =
            columns.iter().enumerate().filter(|(_, column)| def.primary_key.contains(&column.name.as_str())).collect();
        let lists = def.child_tables.iter().map(|list| {
            let name = |column: &TableColumn| format!("_{}_{}", def.name, column.name);
            let keys = owner.iter().map(|(_, column)| TableColumn { name: name(column), kind: column.kind });
            let position = TableColumn { name: POSITION.to_owned(), kind: ColumnType::Integer };
            let elements = list.columns.iter().map(TableColumn::new);
            let table = Self {
                name: list.name.to_owned(),
                columns: keys.chain([position]).chain(elements).collect(),
                key: Vec::new(),
                replaced,
                lists: Vec::new(),
            };
            ListTable { table, key: owner.iter().map(|(index, _)| *index).collect() }
        });
        let lists = lists.collect();
        Self { name: def.name.to_owned(), columns, key, replaced, lists }
    }

    /// The table that replaces this one when it is complete.
    #[cfg(feature = "sqlite")]
    pub(crate) fn staging(&self) -> Self {
        let mut staging = self.clone();
        staging.name = format!("_declarest_new_{}", self.name);
        for list in &mut staging.lists {
            list.table = list.table.staging();
        }
        staging
    }

    /// This table and those of its lists.
    #[cfg(feature = "sqlite")]
    pub(crate) fn with_lists(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.lists.iter().map(|list| &list.table))
    }
}

impl TableColumn {
    fn new(def: &ColumnDef) -> Self {
        Self { name: def.name.to_owned(), kind: def.kind }
    }
}
