//! One column under construction.

use std::sync::Arc;

use arrow_array::ArrayRef;
#[cfg(feature = "parquet")]
use arrow_array::builder::ArrayBuilder as _;
use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int64Builder, StringBuilder,
    Time64MicrosecondBuilder, TimestampMicrosecondBuilder, UInt64Builder,
};
use arrow_schema::{DataType, TimeUnit};
use declarest::{ColumnRef, ColumnValues};

use crate::times::{self, Nanoseconds};

/// How many bytes of text a column of a record batch may have: its offsets are 32 bits.
const MOST_TEXT: usize = i32::MAX as usize;

/// The values so far of a column, by its Arrow type.
pub(crate) enum ColumnBuilder {
    Boolean(BooleanBuilder),
    Integer(Int64Builder),
    Unsigned(UInt64Builder),
    Decimal(Decimal128Builder),
    Real(Float64Builder),
    Text(StringBuilder),
    Timestamp(TimestampMicrosecondBuilder),
    Date(Date32Builder),
    Time(Time64MicrosecondBuilder),
}

/// Why a value cannot be held, and the number of its row in the page.
pub(crate) struct Misfit {
    pub(crate) row: usize,
    pub(crate) why: String,
}

impl ColumnBuilder {
    /// For a type that [`arrow_field`](crate::arrow_field) has.
    pub(crate) fn new(data_type: &DataType) -> Self {
        match data_type {
            DataType::Boolean => Self::Boolean(BooleanBuilder::new()),
            DataType::Int64 => Self::Integer(Int64Builder::new()),
            DataType::UInt64 => Self::Unsigned(UInt64Builder::new()),
            DataType::Decimal128(..) => Self::Decimal(Decimal128Builder::new().with_data_type(data_type.clone())),
            DataType::Float64 => Self::Real(Float64Builder::new()),
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                Self::Timestamp(TimestampMicrosecondBuilder::new().with_data_type(data_type.clone()))
            }
            DataType::Date32 => Self::Date(Date32Builder::new()),
            DataType::Time64(TimeUnit::Microsecond) => Self::Time(Time64MicrosecondBuilder::new()),
            _ => Self::Text(StringBuilder::new()),
        }
    }

    /// Appends the values of all rows of a page.
    pub(crate) fn append_all(&mut self, column: ColumnRef<'_>, nanoseconds: Nanoseconds) -> Result<(), Misfit> {
        match (&mut *self, column.values(), column.nulls()) {
            (Self::Boolean(out), ColumnValues::Boolean(list), None) => out.append_slice(list),
            (Self::Integer(out), ColumnValues::Integer(list), None) => out.append_slice(list),
            (Self::Unsigned(out), ColumnValues::Unsigned(list), None) => out.append_slice(list),
            (Self::Real(out), ColumnValues::Real(list), None) => out.append_slice(list),
            (Self::Text(out), ColumnValues::Text(texts) | ColumnValues::Json(texts), None) => {
                for (row, text) in texts.iter().enumerate() {
                    out.append_value(fitting(out, text).map_err(|why| Misfit { row, why })?);
                }
            }
            _ => return self.append(column, 0..column.len(), nanoseconds),
        }
        Ok(())
    }

    /// Appends the values of these rows of a page.
    pub(crate) fn append(
        &mut self,
        column: ColumnRef<'_>,
        rows: impl Iterator<Item = usize>,
        nanoseconds: Nanoseconds,
    ) -> Result<(), Misfit> {
        let nulls = column.nulls();
        let is_null = |row: usize| nulls.is_some_and(|nulls| nulls.get(row) == Some(&true));
        macro_rules! put {
            ($builder:ident, $row:ident, $value:expr) => {{
                for $row in rows {
                    if is_null($row) {
                        $builder.append_null();
                    } else {
                        let value: Result<Option<_>, String> = $value;
                        let value = value.map_err(|why| Misfit { row: $row, why })?;
                        $builder.append_value(value.ok_or_else(|| missing($row))?);
                    }
                }
                Ok(())
            }};
        }
        match (self, column.values()) {
            (Self::Boolean(out), ColumnValues::Boolean(list)) => put!(out, row, Ok(list.get(row).copied())),
            (Self::Integer(out), ColumnValues::Integer(list)) => put!(out, row, Ok(list.get(row).copied())),
            (Self::Unsigned(out), ColumnValues::Unsigned(list)) => put!(out, row, Ok(list.get(row).copied())),
            (Self::Decimal(out), ColumnValues::Unsigned(list)) => {
                put!(out, row, Ok(list.get(row).copied().map(i128::from)))
            }
            (Self::Real(out), ColumnValues::Real(list)) => put!(out, row, Ok(list.get(row).copied())),
            (Self::Timestamp(out), ColumnValues::Timestamp(list)) => {
                put!(out, row, list.get(row).map(|time| times::timestamp(*time, nanoseconds)).transpose())
            }
            (Self::Timestamp(out), ColumnValues::DateTime(list)) => {
                put!(out, row, list.get(row).map(|time| times::datetime(*time, nanoseconds)).transpose())
            }
            (Self::Date(out), ColumnValues::Date(list)) => put!(out, row, Ok(list.get(row).copied().map(times::date))),
            (Self::Time(out), ColumnValues::Time(list)) => {
                put!(out, row, list.get(row).map(|time| times::time(*time, nanoseconds)).transpose())
            }
            (Self::Text(out), ColumnValues::Text(texts) | ColumnValues::Json(texts)) => {
                put!(out, row, texts.get(row).map(|text| fitting(out, text)).transpose())
            }
            _ => Err(Misfit { row: 0, why: "it is of another type than its column".to_owned() }),
        }
    }

    /// Appends a text to a column of texts, for so many rows.
    pub(crate) fn repeat(&mut self, text: &str, rows: usize) -> Result<(), Misfit> {
        let Self::Text(out) = self else { return Err(missing(0)) };
        for row in 0..rows {
            let text = fitting(out, text).map_err(|why| Misfit { row, why })?;
            out.append_value(text);
        }
        Ok(())
    }

    /// How many bytes the values take, about.
    #[cfg(feature = "parquet")]
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Text(out) => out.values_slice().len() + 4 * out.len(),
            Self::Boolean(out) => out.len() / 8,
            Self::Integer(out) => 8 * out.len(),
            Self::Unsigned(out) => 8 * out.len(),
            Self::Decimal(out) => 16 * out.len(),
            Self::Real(out) => 8 * out.len(),
            Self::Timestamp(out) => 8 * out.len(),
            Self::Date(out) => 4 * out.len(),
            Self::Time(out) => 8 * out.len(),
        }
    }

    /// Takes the values.
    pub(crate) fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Boolean(out) => Arc::new(out.finish()),
            Self::Integer(out) => Arc::new(out.finish()),
            Self::Unsigned(out) => Arc::new(out.finish()),
            Self::Decimal(out) => Arc::new(out.finish()),
            Self::Real(out) => Arc::new(out.finish()),
            Self::Text(out) => Arc::new(out.finish()),
            Self::Timestamp(out) => Arc::new(out.finish()),
            Self::Date(out) => Arc::new(out.finish()),
            Self::Time(out) => Arc::new(out.finish()),
        }
    }
}

/// A text that the column has room for.
fn fitting<'t>(out: &StringBuilder, text: &'t str) -> Result<&'t str, String> {
    if out.values_slice().len() + text.len() <= MOST_TEXT {
        Ok(text)
    } else {
        Err("the texts of the column are more than 2 GiB, which a record batch cannot hold".to_owned())
    }
}

fn missing(row: usize) -> Misfit {
    Misfit { row, why: "the page has no such row".to_owned() }
}
