//! How columns are typed in Postgres, and how their values are sent.

use declarest::{ColumnSchema, ColumnType};

/// How JSON is stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonType {
    /// `jsonb`: parsed once, indexable. The text is not kept: keys are sorted, of equal keys the last one stays, `1.0`
    /// equals `1.00`.
    #[default]
    Jsonb,
    /// `json`: the text as it came.
    Json,
}

/// How the values of a column are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Bool,
    Int2,
    Int4,
    Int8,
    Numeric,
    Float8,
    Text,
    Jsonb,
    /// JSON in a column that takes its text.
    JsonText,
    Timestamptz,
    Date,
    Time,
    Timestamp,
}

/// A column as it is in Postgres.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// Its type, as SQL has it.
    pub(crate) sql_type: String,
    pub(crate) encoding: Encoding,
}

/// The type of a column that is made.
pub(crate) fn sql_type(kind: ColumnType, json: JsonType) -> &'static str {
    match kind {
        ColumnType::Boolean => "boolean",
        ColumnType::Integer => "bigint",
        ColumnType::Unsigned => "numeric(20,0)",
        ColumnType::Real => "double precision",
        ColumnType::Timestamp => "timestamp with time zone",
        ColumnType::Date => "date",
        ColumnType::Time => "time without time zone",
        ColumnType::DateTime => "timestamp without time zone",
        ColumnType::Json if json == JsonType::Json => "json",
        ColumnType::Json => "jsonb",
        // What is to come is text until it has a type here.
        _ => "text",
    }
}

/// How values of a declared type are sent to a column of this type; `None` where it cannot hold them.
pub(crate) fn encoding(kind: ColumnType, type_name: &str) -> Option<Encoding> {
    Some(match (kind, type_name) {
        (ColumnType::Boolean, "bool") => Encoding::Bool,
        (ColumnType::Integer, "int2") => Encoding::Int2,
        (ColumnType::Integer, "int4") => Encoding::Int4,
        (ColumnType::Integer | ColumnType::Unsigned, "int8") => Encoding::Int8,
        (ColumnType::Integer | ColumnType::Unsigned, "numeric") => Encoding::Numeric,
        (ColumnType::Real, "float8") => Encoding::Float8,
        (ColumnType::Text, "text" | "varchar") => Encoding::Text,
        (ColumnType::Timestamp, "timestamptz") => Encoding::Timestamptz,
        (ColumnType::Date, "date") => Encoding::Date,
        (ColumnType::Time, "time") => Encoding::Time,
        (ColumnType::DateTime, "timestamp") => Encoding::Timestamp,
        (ColumnType::Json, "jsonb") => Encoding::Jsonb,
        (ColumnType::Json, "json" | "text" | "varchar") => Encoding::JsonText,
        _ => return None,
    })
}

impl Column {
    /// A column that is made for a declared one.
    pub(crate) fn made(column: &ColumnSchema, json: JsonType) -> Self {
        let encoding = match (column.kind, json) {
            (ColumnType::Boolean, _) => Encoding::Bool,
            (ColumnType::Integer, _) => Encoding::Int8,
            (ColumnType::Unsigned, _) => Encoding::Numeric,
            (ColumnType::Real, _) => Encoding::Float8,
            (ColumnType::Timestamp, _) => Encoding::Timestamptz,
            (ColumnType::Date, _) => Encoding::Date,
            (ColumnType::Time, _) => Encoding::Time,
            (ColumnType::DateTime, _) => Encoding::Timestamp,
            (ColumnType::Json, JsonType::Jsonb) => Encoding::Jsonb,
            (ColumnType::Json, JsonType::Json) => Encoding::JsonText,
            _ => Encoding::Text,
        };
        Self { name: column.name.clone(), sql_type: sql_type(column.kind, json).to_owned(), encoding }
    }

    /// The column of a table, as a term of a comparison: `json` has no equality.
    pub(crate) fn comparable(&self, table: &str) -> String {
        let column = format!("{table}.{}", crate::identifier::quoted(&self.name));
        if self.sql_type == "json" { format!("{column}::text") } else { column }
    }
}
