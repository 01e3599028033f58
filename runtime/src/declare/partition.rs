//! Partitions: values that a resource is read for, once for each.

use serde::Serialize;

use crate::schema::column::ColumnType;

/// A partition of a resource: its requests are made once for each value.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct PartitionDef {
    /// Its name: that of its placeholder, and of the param that narrows it.
    pub name: &'static str,
    /// The type of its values.
    pub kind: ColumnType,
    /// Its values.
    pub values: PartitionValues,
    /// The column of the table that says which value a row was read for.
    pub column: Option<&'static str>,
}

/// The values of a partition.
#[derive(Debug, Clone, Copy, Serialize)]
pub enum PartitionValues {
    /// These texts.
    Texts(&'static [&'static str]),
    /// These whole numbers.
    Integers(&'static [i64]),
    /// These numbers.
    Reals(&'static [f64]),
    /// Those of a client-wide param.
    Param(&'static str),
}
