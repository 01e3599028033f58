//! The values of one column of a batch.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

use super::column::ColumnType;
use super::offsets::has_offset;
use super::texts::{Span, TextBuffers};
use super::value::ColumnValue;

/// The values of a column, while it is filled and afterwards.
#[derive(Debug, Clone)]
pub(crate) struct ColumnData {
    pub(super) values: TypedValues,
    /// Which values are null, up to the last null.
    nulls: Vec<bool>,
    len: usize,
}

/// The values by their type. The place of a null holds any value.
#[derive(Debug, Clone)]
pub(super) enum TypedValues {
    Boolean(Vec<bool>),
    Integer(Vec<i64>),
    Unsigned(Vec<u64>),
    Real(Vec<f64>),
    Timestamp(Vec<Timestamp>),
    Date(Vec<Date>),
    Time(Vec<Time>),
    DateTime(Vec<DateTime>),
    /// Text and JSON text.
    Text(Vec<Span>),
}

/// A value of another type than its column's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Misfit;

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value does not fit its column")
    }
}

/// Runs an expression on the list of values, whatever its type.
macro_rules! each_type {
    ($values:expr, $list:ident => $do:expr) => {
        match $values {
            TypedValues::Boolean($list) => $do,
            TypedValues::Integer($list) => $do,
            TypedValues::Unsigned($list) => $do,
            TypedValues::Real($list) => $do,
            TypedValues::Timestamp($list) => $do,
            TypedValues::Date($list) => $do,
            TypedValues::Time($list) => $do,
            TypedValues::DateTime($list) => $do,
            TypedValues::Text($list) => $do,
        }
    };
}

/// A list made of the list of values, of the same type.
macro_rules! same_type {
    ($values:expr, $list:ident => $do:expr) => {
        match $values {
            TypedValues::Boolean($list) => TypedValues::Boolean($do),
            TypedValues::Integer($list) => TypedValues::Integer($do),
            TypedValues::Unsigned($list) => TypedValues::Unsigned($do),
            TypedValues::Real($list) => TypedValues::Real($do),
            TypedValues::Timestamp($list) => TypedValues::Timestamp($do),
            TypedValues::Date($list) => TypedValues::Date($do),
            TypedValues::Time($list) => TypedValues::Time($do),
            TypedValues::DateTime($list) => TypedValues::DateTime($do),
            TypedValues::Text($list) => TypedValues::Text($do),
        }
    };
}

impl ColumnData {
    pub(crate) fn new(kind: ColumnType) -> Self {
        let values = match kind {
            ColumnType::Boolean => TypedValues::Boolean(Vec::new()),
            ColumnType::Integer => TypedValues::Integer(Vec::new()),
            ColumnType::Unsigned => TypedValues::Unsigned(Vec::new()),
            ColumnType::Real => TypedValues::Real(Vec::new()),
            ColumnType::Timestamp => TypedValues::Timestamp(Vec::new()),
            ColumnType::Date => TypedValues::Date(Vec::new()),
            ColumnType::Time => TypedValues::Time(Vec::new()),
            ColumnType::DateTime => TypedValues::DateTime(Vec::new()),
            ColumnType::Text | ColumnType::Json => TypedValues::Text(Vec::new()),
        };
        Self { values, nulls: Vec::new(), len: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_null(&self, row: usize) -> bool {
        self.nulls.get(row).is_some_and(|is_null| *is_null)
    }

    /// For each row whether its value is null; `None` where no value is.
    pub(super) fn nulls(&self) -> Option<&[bool]> {
        (!self.nulls.is_empty()).then_some(&*self.nulls)
    }

    pub(crate) fn clear(&mut self) {
        self.truncate(0);
    }

    /// Keeps this many values.
    pub(crate) fn truncate(&mut self, len: usize) {
        each_type!(&mut self.values, list => list.truncate(len));
        self.nulls.truncate(len);
        self.len = self.len.min(len);
    }

    pub(crate) fn push_null(&mut self) {
        self.nulls.resize(self.len, false);
        self.nulls.push(true);
        match &mut self.values {
            TypedValues::Boolean(list) => list.push(false),
            TypedValues::Integer(list) => list.push(0),
            TypedValues::Unsigned(list) => list.push(0),
            TypedValues::Real(list) => list.push(0.0),
            TypedValues::Timestamp(list) => list.push(Timestamp::UNIX_EPOCH),
            TypedValues::Date(list) => list.push(Date::ZERO),
            TypedValues::Time(list) => list.push(Time::MIN),
            TypedValues::DateTime(list) => list.push(DateTime::ZERO),
            TypedValues::Text(list) => list.push(Span::default()),
        }
        self.len += 1;
    }

    pub(crate) fn push_bool(&mut self, value: bool) -> Result<(), Misfit> {
        let TypedValues::Boolean(list) = &mut self.values else { return Err(Misfit) };
        list.push(value);
        self.len += 1;
        Ok(())
    }

    pub(crate) fn push_integer(&mut self, value: i64) -> Result<(), Misfit> {
        match &mut self.values {
            TypedValues::Integer(list) => list.push(value),
            TypedValues::Unsigned(list) => list.push(value.try_into().map_err(|_| Misfit)?),
            _ => return Err(Misfit),
        }
        self.len += 1;
        Ok(())
    }

    pub(crate) fn push_unsigned(&mut self, value: u64) -> Result<(), Misfit> {
        match &mut self.values {
            TypedValues::Integer(list) => list.push(value.try_into().map_err(|_| Misfit)?),
            TypedValues::Unsigned(list) => list.push(value),
            _ => return Err(Misfit),
        }
        self.len += 1;
        Ok(())
    }

    pub(crate) fn push_real(&mut self, value: f64) -> Result<(), Misfit> {
        let TypedValues::Real(list) = &mut self.values else { return Err(Misfit) };
        list.push(value);
        self.len += 1;
        Ok(())
    }

    pub(crate) fn push_text(&mut self, text: Span) -> Result<(), Misfit> {
        let TypedValues::Text(list) = &mut self.values else { return Err(Misfit) };
        list.push(text);
        self.len += 1;
        Ok(())
    }

    /// Adds a time, by its text.
    pub(crate) fn push_time(&mut self, text: &str) -> Result<(), Misfit> {
        match &mut self.values {
            TypedValues::Timestamp(list) => list.push(text.parse().map_err(|_| Misfit)?),
            // An offset would be dropped.
            _ if has_offset(text) => return Err(Misfit),
            TypedValues::Date(list) => list.push(text.parse().map_err(|_| Misfit)?),
            TypedValues::Time(list) => list.push(text.parse().map_err(|_| Misfit)?),
            TypedValues::DateTime(list) => list.push(text.parse().map_err(|_| Misfit)?),
            _ => return Err(Misfit),
        }
        self.len += 1;
        Ok(())
    }

    /// Adds an instant, if there is one.
    pub(super) fn push_instant(&mut self, time: Option<Timestamp>) -> Result<(), Misfit> {
        let (TypedValues::Timestamp(list), Some(time)) = (&mut self.values, time) else { return Err(Misfit) };
        list.push(time);
        self.len += 1;
        Ok(())
    }

    /// Adds a value of the column's type, or an integer in its range.
    pub(crate) fn push(&mut self, value: &ColumnValue<'_>, texts: &mut TextBuffers) -> Result<(), Misfit> {
        match (value, &mut self.values) {
            (ColumnValue::Null, _) => {
                self.push_null();
                return Ok(());
            }
            (ColumnValue::Bool(value), _) => return self.push_bool(*value),
            (ColumnValue::Integer(value), _) => return self.push_integer(*value),
            (ColumnValue::Unsigned(value), _) => return self.push_unsigned(*value),
            (ColumnValue::Real(value), _) => return self.push_real(*value),
            (ColumnValue::Text(text), TypedValues::Text(list)) => list.push(texts.add(text)),
            (ColumnValue::Timestamp(value), TypedValues::Timestamp(list)) => list.push(*value),
            (ColumnValue::Date(value), TypedValues::Date(list)) => list.push(*value),
            (ColumnValue::Time(value), TypedValues::Time(list)) => list.push(*value),
            (ColumnValue::DateTime(value), TypedValues::DateTime(list)) => list.push(*value),
            _ => return Err(Misfit),
        }
        self.len += 1;
        Ok(())
    }

    /// The value of a row, `Null` where there is no such row.
    pub(crate) fn get<'b>(&self, row: usize, texts: &'b TextBuffers) -> ColumnValue<'b> {
        if self.is_null(row) {
            return ColumnValue::Null;
        }
        let value = match &self.values {
            TypedValues::Boolean(list) => list.get(row).copied().map(ColumnValue::Bool),
            TypedValues::Integer(list) => list.get(row).copied().map(ColumnValue::Integer),
            TypedValues::Unsigned(list) => list.get(row).copied().map(ColumnValue::Unsigned),
            TypedValues::Real(list) => list.get(row).copied().map(ColumnValue::Real),
            TypedValues::Timestamp(list) => list.get(row).copied().map(ColumnValue::Timestamp),
            TypedValues::Date(list) => list.get(row).copied().map(ColumnValue::Date),
            TypedValues::Time(list) => list.get(row).copied().map(ColumnValue::Time),
            TypedValues::DateTime(list) => list.get(row).copied().map(ColumnValue::DateTime),
            TypedValues::Text(list) => list.get(row).map(|span| ColumnValue::Text(texts.get(*span).into())),
        };
        value.unwrap_or(ColumnValue::Null)
    }

    /// Keeps the values of the rows that are marked.
    pub(crate) fn retain(&mut self, kept: &[bool]) {
        fn retain<T>(list: &mut Vec<T>, kept: &[bool]) {
            let mut kept = kept.iter();
            list.retain(|_| kept.next().is_none_or(|kept| *kept));
        }
        each_type!(&mut self.values, list => {
            retain(list, kept);
            self.len = list.len();
        });
        retain(&mut self.nulls, kept);
    }

    /// The values of the rows of these numbers, in their order.
    pub(super) fn select(&self, rows: &[usize]) -> Self {
        let values = same_type!(&self.values, list => rows.iter().filter_map(|row| list.get(*row).copied()).collect());
        let has_nulls = !self.nulls.is_empty();
        let nulls = if has_nulls { rows.iter().map(|row| self.is_null(*row)).collect() } else { Vec::new() };
        Self { values, nulls, len: rows.len() }
    }

    /// The same value in this many rows; `None` where it is not of the type.
    pub(crate) fn repeat(
        kind: ColumnType,
        value: &ColumnValue<'_>,
        rows: usize,
        texts: &mut TextBuffers,
    ) -> Option<Self> {
        let mut data = Self::new(kind);
        data.push(value, texts).ok()?;
        Some(data.select(&vec![0; rows]))
    }

    pub(super) fn integers(values: Vec<i64>) -> Self {
        Self { len: values.len(), values: TypedValues::Integer(values), nulls: Vec::new() }
    }

    /// All rows are there.
    pub(crate) fn finish(&mut self) {
        if !self.nulls.is_empty() {
            self.nulls.resize(self.len, false);
        }
    }
}
