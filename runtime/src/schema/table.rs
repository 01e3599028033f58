//! Tables as a destination sees them: names, columns, keys, and the tables of lists.

use std::fmt;

use serde::Serialize;

use super::column::{ColumnDef, ColumnType};
use crate::error::{Error, ErrorKind, Result};

/// A table: what a [`Batch`](crate::Batch) has columns for, and what a destination creates.
///
/// A sync makes it from the declaration of a resource. Make one by hand for tests of a destination:
///
/// ```
/// use declarest::{ColumnSchema, ColumnType, TableSchema, WriteDisposition};
///
/// let issues = TableSchema::new(
///     "issues",
///     [
///         ColumnSchema::new("key", ColumnType::Text),
///         ColumnSchema::new("line", ColumnType::Integer).nullable(),
///     ],
/// )
/// .with_key(["key"])
/// .with_disposition(WriteDisposition::Merge)
/// .with_child("issues__tags", [ColumnSchema::new("value", ColumnType::Text)]);
///
/// assert_eq!(issues.merge_key(), ["key"]);
/// let tags = &issues.children[0].table;
/// let names: Vec<_> = tags.columns.iter().map(|column| &column.name).collect();
/// assert_eq!(names, ["_issues_key", "_position", "value"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TableSchema {
    /// Its name: that of the resource, or of the resource and the list.
    pub name: String,
    /// Its columns, in the order of the values of a row.
    pub columns: Vec<ColumnSchema>,
    /// The declared primary key, by name; empty where there is none, and for the table of a list.
    pub key: Vec<String>,
    /// What a load does with the rows that are there.
    pub disposition: WriteDisposition,
    /// What a load that has brought all rows does with those that it has not brought.
    pub deleted: Deleted,
    /// The tables of its lists, in the order of the declaration.
    pub children: Vec<ChildSchema>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ColumnSchema {
    /// Its name.
    pub name: String,
    /// The type of its values.
    pub kind: ColumnType,
    /// Whether it may be null.
    pub nullable: bool,
}

/// The table of a list in rows: a field under `#[column(child_table)]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ChildSchema {
    /// The table. Its first columns are the key of the row that has the list, then comes the element's position in
    /// the list, `_position`, from 0.
    pub table: TableSchema,
    /// The key's columns in the table of the row that has the list, by index.
    pub owner_key: Vec<usize>,
}

/// What a load does with the rows that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum WriteDisposition {
    /// Adds every row.
    Append,
    /// Replaces the row with the same primary key, or adds it.
    Merge,
    /// Replaces the whole table, once the new one is complete.
    Replace,
}

impl fmt::Display for WriteDisposition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Append => "append",
            Self::Merge => "merge",
            Self::Replace => "replace",
        })
    }
}

/// What a load that has brought all rows of a merged table does with those that it has not brought: they are gone at the
/// source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum Deleted {
    /// They stay as they are.
    Keep,
    /// They get the time in the column `_deleted_at`, which is null in all others.
    Mark,
    /// They are removed.
    Remove,
}

impl fmt::Display for Deleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keep => "keep",
            Self::Mark => "mark",
            Self::Remove => "remove",
        })
    }
}

/// The column of an element's position in its list, from 0.
const POSITION: &str = "_position";

impl TableSchema {
    /// A table without a key and without lists, to which rows are appended.
    pub fn new(name: impl Into<String>, columns: impl IntoIterator<Item = ColumnSchema>) -> Self {
        Self {
            name: name.into(),
            columns: columns.into_iter().collect(),
            key: Vec::new(),
            disposition: WriteDisposition::Append,
            deleted: Deleted::Keep,
            children: Vec::new(),
        }
    }

    /// With this primary key. Set it before the lists: their tables repeat it.
    #[must_use]
    pub fn with_key(self, key: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { key: key.into_iter().map(Into::into).collect(), ..self }
    }

    /// With this disposition, of its lists too.
    #[must_use]
    pub fn with_disposition(mut self, disposition: WriteDisposition) -> Self {
        self.disposition = disposition;
        for child in &mut self.children {
            child.table.disposition = disposition;
        }
        self
    }

    /// With this for rows that a complete load has not brought.
    #[must_use]
    pub fn with_deleted(self, deleted: Deleted) -> Self {
        Self { deleted, ..self }
    }

    /// With the table of one more list, whose elements have these columns. Those of the key, `_issues_key` for the key
    /// `key` of `issues`, and of the position go before them.
    #[must_use]
    pub fn with_child(mut self, name: impl Into<String>, elements: impl IntoIterator<Item = ColumnSchema>) -> Self {
        let owner_key: Vec<usize> =
            (0..).zip(&self.columns).filter(|(_, column)| self.key.contains(&column.name)).map(|(at, _)| at).collect();
        let keys = owner_key.iter().filter_map(|at| self.columns.get(*at));
        let keys = keys.map(|key| ColumnSchema { name: format!("_{}_{}", self.name, key.name), ..key.clone() });
        let position = ColumnSchema::new(POSITION, ColumnType::Integer);
        let table = Self::new(name, keys.chain([position]).chain(elements)).with_disposition(self.disposition);
        self.children.push(ChildSchema { table, owner_key });
        self
    }

    /// The columns by which rows are merged: the primary key where the disposition is
    /// [`Merge`](WriteDisposition::Merge), none otherwise.
    #[must_use]
    pub fn merge_key(&self) -> &[String] {
        if self.disposition == WriteDisposition::Merge { &self.key } else { &[] }
    }

    /// The index of a column, by its name.
    #[must_use]
    pub fn index_of(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known.name == column)
    }

    /// The table of some of the columns, by index, each once. It has a key only if it has all of its columns, and no
    /// lists.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) when there is no such column, or one is named twice.
    pub fn project(&self, columns: &[usize]) -> Result<Self> {
        let refused = |index: usize, why| {
            let names: Vec<_> = self.columns.iter().map(|column| column.name.as_str()).collect();
            Error::new(ErrorKind::Config, format!("the column {index} of `{}` {why}", self.name))
                .with_help(format!("name each column once, from 0: {}", names.join(", ")))
        };
        let selected = columns.iter().enumerate().map(|(at, index)| {
            if columns.iter().take(at).any(|earlier| earlier == index) {
                return Err(refused(*index, "is selected twice"));
            }
            self.columns.get(*index).cloned().ok_or_else(|| refused(*index, "does not exist"))
        });
        let columns = selected.collect::<Result<Vec<_>>>()?;
        let mut table = Self::new(&self.name, columns).with_disposition(self.disposition);
        if self.key.iter().all(|name| table.index_of(name).is_some()) {
            table.key.clone_from(&self.key);
        }
        Ok(table)
    }

    /// This table and those of its lists.
    pub fn with_children(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.children.iter().map(|child| &child.table))
    }
}

impl ColumnSchema {
    /// A column that is never null.
    pub fn new(name: impl Into<String>, kind: ColumnType) -> Self {
        Self { name: name.into(), kind, nullable: false }
    }

    /// The same column, which may be null.
    #[must_use]
    pub fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }
}

impl From<&ColumnDef> for ColumnSchema {
    fn from(def: &ColumnDef) -> Self {
        Self { name: def.name.to_owned(), kind: def.kind, nullable: def.nullable }
    }
}
