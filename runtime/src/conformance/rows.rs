//! Rows as a reader of the store sees them, compared with those that the API has.

use std::collections::BTreeMap;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use serde_json::Value as Json;

use crate::printable::clip;
use crate::schema::column::ColumnType;
use crate::schema::table::TableSchema;
use crate::schema::value::ColumnValue;

/// A row of a table as a reader of the store sees it: its values by column. A column that is left out is null.
pub type Row = BTreeMap<String, ColumnValue<'static>>;

/// At most this many rows are shown of those that differ.
const SHOWN: usize = 3;

/// How many characters of a line are shown.
const LONGEST: usize = 500;

/// Rows as lines of text that are equal where the rows are, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lines(Vec<String>);

impl Lines {
    /// What a reader of the store sees.
    pub(super) fn found(table: &TableSchema, rows: &[Row]) -> Self {
        let null = ColumnValue::Null;
        Self::of(table, rows, |row, name, kind| found(kind, row.get(name).unwrap_or(&null)))
    }

    /// What the API has.
    pub(super) fn expected(table: &TableSchema, rows: &[Json]) -> Self {
        Self::of(table, rows, |row, name, kind| expected(kind, row.get(name).unwrap_or(&Json::Null)))
    }

    fn of<R>(table: &TableSchema, rows: &[R], value: impl Fn(&R, &str, ColumnType) -> String) -> Self {
        let line = |row: &R| {
            let columns = table.columns.iter();
            let values = columns.map(|column| format!("{}: {}", column.name, value(row, &column.name, column.kind)));
            values.collect::<Vec<_>>().join(", ")
        };
        let mut lines: Vec<_> = rows.iter().map(line).collect();
        lines.sort_unstable();
        Self(lines)
    }

    /// Those that are in `self` more often than in `other`.
    pub(super) fn without(&self, other: &Self) -> Self {
        let mut left: BTreeMap<&str, usize> = BTreeMap::new();
        for line in &other.0 {
            *left.entry(line).or_default() += 1;
        }
        let is_more = |line: &&String| match left.get_mut(line.as_str()) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        };
        Self(self.0.iter().filter(is_more).cloned().collect())
    }

    /// Each of them once.
    pub(super) fn distinct(&self) -> Self {
        let mut lines = self.clone();
        lines.0.dedup();
        lines
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How these differ from the expected ones; `None` where they do not.
    pub(super) fn difference(&self, expected: &Self) -> Option<String> {
        let (missing, more) = (expected.without(self), self.without(expected));
        let texts = [("missing", missing), ("not expected", more)].into_iter().filter(|(_, lines)| !lines.is_empty());
        let texts: Vec<_> = texts.map(|(what, lines)| format!("{what}: {}", lines.summary())).collect();
        (!texts.is_empty()).then(|| texts.join("; "))
    }

    /// The first ones, and how many there are.
    pub(super) fn summary(&self) -> String {
        let shown: Vec<_> = self.0.iter().take(SHOWN).map(|line| format!("{{{}}}", clip(line, LONGEST))).collect();
        let more = self.0.len().saturating_sub(SHOWN);
        if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
    }
}

/// A value of the API, as it is stored in a column of this type.
fn expected(kind: ColumnType, value: &Json) -> String {
    match (kind, value) {
        (_, Json::Null) => "null".to_owned(),
        (ColumnType::Json, value) => value.to_string(),
        (_, Json::Bool(flag)) => found(kind, &ColumnValue::Bool(*flag)),
        (_, Json::String(text)) => found(kind, &ColumnValue::Text(text.into())),
        (_, Json::Number(number)) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), ..) => found(kind, &ColumnValue::Integer(number)),
            (None, Some(number), _) => found(kind, &ColumnValue::Unsigned(number)),
            (None, None, number) => found(kind, &ColumnValue::Real(number.unwrap_or(f64::NAN))),
        },
        (_, value) => value.to_string(),
    }
}

/// A value of the store in a column of this type. Stores differ in their types: a boolean may be an integer, a time or a
/// number a text. What is no value of the column is shown as it is.
fn found(kind: ColumnType, value: &ColumnValue<'_>) -> String {
    let text = match value {
        ColumnValue::Null => return "null".to_owned(),
        ColumnValue::Bool(flag) => flag.to_string(),
        ColumnValue::Integer(number) => number.to_string(),
        ColumnValue::Unsigned(number) => number.to_string(),
        ColumnValue::Real(number) => format!("{number:?}"),
        ColumnValue::Text(text) => text.to_string(),
        ColumnValue::Timestamp(time) => time.to_string(),
        ColumnValue::Date(date) => date.to_string(),
        ColumnValue::Time(time) => time.to_string(),
        ColumnValue::DateTime(time) => time.to_string(),
    };
    let plain = match kind {
        ColumnType::Boolean => match text.as_str() {
            "1" | "t" | "true" => Some("true".to_owned()),
            "0" | "f" | "false" => Some("false".to_owned()),
            _ => None,
        },
        ColumnType::Integer | ColumnType::Unsigned => parsed::<i128>(&text).map(|number| number.to_string()),
        ColumnType::Real => parsed::<f64>(&text).map(|number| format!("{number:?}")),
        ColumnType::Timestamp => parsed::<Timestamp>(&text).map(|time| time.to_string()),
        ColumnType::Date => parsed::<Date>(&text).map(|date| date.to_string()),
        ColumnType::Time => parsed::<Time>(&text).map(|time| time.to_string()),
        ColumnType::DateTime => parsed::<DateTime>(&text).map(|time| time.to_string()),
        ColumnType::Json => parsed::<Json>(&text).map(|value| value.to_string()),
        ColumnType::Text => matches!(value, ColumnValue::Text(_)).then(|| format!("{text:?}")),
    };
    plain.unwrap_or_else(|| format!("{value:?}"))
}

fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::table::ColumnSchema;

    fn table() -> TableSchema {
        let columns = [("flag", ColumnType::Boolean), ("at", ColumnType::Timestamp), ("text", ColumnType::Text)];
        TableSchema::new("t", columns.map(|(name, kind)| ColumnSchema::new(name, kind)))
    }

    fn row(flag: ColumnValue<'static>, at: &'static str, text: &'static str) -> Row {
        let values = [("flag", flag), ("at", ColumnValue::Text(at.into())), ("text", ColumnValue::Text(text.into()))];
        values.map(|(name, value)| (name.to_owned(), value)).into()
    }

    #[test]
    fn the_same_values_are_equal_however_a_store_types_them() {
        let api = [json!({ "flag": true, "at": "2024-01-01T01:00:00+01:00", "text": "1" }), json!({ "text": "null" })];
        let same = [
            row(ColumnValue::Integer(1), "2024-01-01 00:00:00Z", "1"),
            [("text".to_owned(), ColumnValue::Text("null".into()))].into(),
        ];
        let expected = Lines::expected(&table(), &api);
        assert_eq!(Lines::found(&table(), &same).difference(&expected), None);
    }

    #[test]
    fn rows_that_are_missing_doubled_or_different_are_shown() {
        let api = [json!({ "text": "a" }), json!({ "text": "b" })];
        let [a, c] = ["a", "c"].map(|text| Row::from([("text".to_owned(), ColumnValue::Text(text.into()))]));
        let found = Lines::found(&table(), &[a.clone(), a, c]);
        let text = found.difference(&Lines::expected(&table(), &api)).expect("they differ");
        let [a, b, c] = ["a", "b", "c"].map(|text| format!("{{flag: null, at: null, text: {text:?}}}"));
        assert_eq!(text, format!("missing: {b}; not expected: {a}, {c}"));
    }
}
