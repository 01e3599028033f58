//! Rows in memory, as COPY takes them, until they are committed.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher as _, RandomState};
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use declarest::destination::{BadRow, Quarantined};
use declarest::{Batch, ChildBatch, ColumnRef, ColumnValues};
use serde_json::{Map, Value, json};

use crate::columns::Encoding;
use crate::encode::{Refusal, put, put_bytes, put_null};
use crate::layout::Layout;
use crate::settings::{InvalidText, ValueRules};

/// Rows that were written and not yet sent.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    /// Those of the resource's table, then those of its lists.
    tables: Vec<TableBuffer>,
    /// The rows of the resource by key, by hash of the key.
    keys: HashMap<u64, usize>,
    hasher: RandomState,
    /// Rows whose key came again, by number: the last one of a key counts.
    dropped: Vec<usize>,
    quarantined: Vec<Quarantined>,
    scratch: [Vec<u8>; 2],
}

#[derive(Debug, Default)]
struct TableBuffer {
    bytes: Vec<u8>,
    /// Where the row of each number ends, or the elements of its list.
    ends: Vec<usize>,
}

/// Rows that are sent. They are kept until it is known that they are committed.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// The parts of what COPY takes, for each table.
    pub(crate) tables: Vec<Vec<Bytes>>,
    /// How many rows the resource's table gets.
    pub(crate) count: u64,
    pub(crate) quarantined: Vec<Quarantined>,
    /// Rows that are quarantined here.
    pub(crate) refused: u64,
}

/// A column of a batch, and how its values are sent.
struct Source<'b> {
    encoding: Encoding,
    values: ColumnValues<'b>,
    nulls: Option<&'b [bool]>,
}

impl Buffer {
    /// Appends the rows of a page.
    pub(crate) fn write(&mut self, layout: &Layout, batch: &Batch, rules: ValueRules) -> Result<(), String> {
        let encodings = layout.encodings();
        self.tables.resize_with(encodings.len(), TableBuffer::default);
        let mut own = encodings.iter();
        let columns = sources(batch, own.next());
        let lists: Vec<_> =
            batch.children().iter().zip(own).map(|(list, own)| (list, sources(list.batch(), Some(own)))).collect();
        // Merged rows are staged without it.
        let load = (!layout.is_merged()).then(|| layout.load.as_str());
        let mut refused = Vec::new();
        for row in 0..batch.len() {
            match self.write_row(row, &columns, &lists, load, rules) {
                Ok(()) if layout.is_merged() => self.note_key(&layout.key),
                Ok(()) => {}
                Err((table, at, Refusal::Text(why))) if rules.invalid_text == InvalidText::Quarantine => {
                    let column = column_name(layout, table, at);
                    refused.push(bad_row(batch, row, column, why));
                }
                Err((table, at, Refusal::Text(why))) => {
                    let place = place(layout, table, at, row);
                    return Err(format!("{place}: {why}; `Postgres::invalid_text` replaces or quarantines such rows"));
                }
                Err((table, at, Refusal::Value(why))) => {
                    return Err(format!("{}: {why}", place(layout, table, at, row)));
                }
            }
        }
        if !refused.is_empty() {
            self.quarantined.push(Quarantined::new(refused, 0, String::new()));
        }
        Ok(())
    }

    /// Appends rows that could not be read.
    pub(crate) fn quarantine(&mut self, rows: Quarantined) {
        self.quarantined.push(rows);
    }

    /// Appends a row and the elements of its lists, or nothing of it.
    fn write_row(
        &mut self,
        row: usize,
        columns: &[Source<'_>],
        lists: &[(&ChildBatch, Vec<Source<'_>>)],
        load: Option<&str>,
        rules: ValueRules,
    ) -> Result<(), (usize, usize, Refusal)> {
        let starts: Vec<_> = self.tables.iter().map(|table| table.bytes.len()).collect();
        let mut result = Ok(());
        for (number, table) in self.tables.iter_mut().enumerate() {
            let written = match number.checked_sub(1) {
                None => put_row(&mut table.bytes, columns, row, load, rules),
                Some(list) => lists.get(list).map_or(Ok(()), |(list, columns)| {
                    list.elements(row).try_for_each(|element| put_row(&mut table.bytes, columns, element, load, rules))
                }),
            };
            result = result.and(written.map_err(|(column, refusal)| (number, column, refusal)));
        }
        for (table, start) in self.tables.iter_mut().zip(starts) {
            if result.is_ok() {
                table.ends.push(table.bytes.len());
            } else {
                table.bytes.truncate(start);
            }
        }
        result
    }

    /// Notes the key of the latest row, and drops an earlier row with the same one.
    fn note_key(&mut self, key: &[usize]) {
        let Some(table) = self.tables.first() else { return };
        let Some(latest) = table.ends.len().checked_sub(1) else { return };
        let [own, other] = &mut self.scratch;
        key_of(table.row(latest), key, own);
        let mut hash = self.hasher.hash_one(&own);
        loop {
            match self.keys.entry(hash) {
                Entry::Vacant(entry) => {
                    entry.insert(latest);
                    return;
                }
                Entry::Occupied(mut entry) => {
                    key_of(table.row(*entry.get()), key, other);
                    if own == other {
                        self.dropped.push(entry.insert(latest));
                        return;
                    }
                    // Another key of the same hash.
                    hash = hash.wrapping_add(1);
                }
            }
        }
    }

    /// Takes all rows.
    pub(crate) fn take(&mut self) -> Arc<Rows> {
        let Self { mut tables, mut dropped, quarantined, .. } = std::mem::take(self);
        dropped.sort_unstable();
        let count = tables.first().map_or(0, |table| table.ends.len() - dropped.len()) as u64;
        let refused = quarantined.iter().filter(|page| page.url.is_empty()).map(|page| page.rows.len() as u64).sum();
        let tables = tables.iter_mut().map(|table| table.take(&dropped)).collect();
        Arc::new(Rows { tables, count, quarantined, refused })
    }
}

impl TableBuffer {
    /// Where the row of a number is.
    fn range(&self, row: usize) -> Range<usize> {
        let end = |row: usize| self.ends.get(row).copied().unwrap_or(self.bytes.len());
        row.checked_sub(1).map_or(0, end)..end(row)
    }

    fn row(&self, row: usize) -> &[u8] {
        self.bytes.get(self.range(row)).unwrap_or_default()
    }

    /// All bytes but those of the dropped rows.
    fn take(&mut self, dropped: &[usize]) -> Vec<Bytes> {
        let gaps: Vec<_> = dropped.iter().map(|row| self.range(*row)).collect();
        let bytes = Bytes::from(std::mem::take(&mut self.bytes));
        let starts = [0].into_iter().chain(gaps.iter().map(|gap| gap.end));
        let ends = gaps.iter().map(|gap| gap.start).chain([bytes.len()]);
        starts.zip(ends).filter(|(start, end)| start < end).map(|(start, end)| bytes.slice(start..end)).collect()
    }
}

impl Rows {
    /// Whether there is nothing to commit.
    pub(crate) fn is_empty(&self) -> bool {
        self.tables.iter().all(Vec::is_empty) && self.quarantined.is_empty()
    }
}

fn sources<'b>(batch: &'b Batch, encodings: Option<&Vec<Encoding>>) -> Vec<Source<'b>> {
    let encodings = encodings.into_iter().flatten().copied();
    let source =
        |(column, encoding): (ColumnRef<'b>, _)| Source { encoding, values: column.values(), nulls: column.nulls() };
    batch.columns().zip(encodings).map(source).collect()
}

/// Appends a row: how many values it has, and these. The error is with the column's number.
fn put_row(
    out: &mut Vec<u8>,
    columns: &[Source<'_>],
    row: usize,
    load: Option<&str>,
    rules: ValueRules,
) -> Result<(), (usize, Refusal)> {
    let count = columns.len() + usize::from(load.is_some());
    out.extend_from_slice(&u16::try_from(count).unwrap_or(u16::MAX).to_be_bytes());
    for (number, Source { encoding, values, nulls }) in columns.iter().enumerate() {
        if nulls.is_some_and(|nulls| nulls.get(row) == Some(&true)) {
            put_null(out);
        } else {
            put(out, *encoding, values, row, rules).map_err(|refusal| (number, refusal))?;
        }
    }
    if let Some(load) = load {
        put_bytes(out, load.as_bytes());
    }
    Ok(())
}

/// The values of the key, one after the other, of a row as it is sent.
fn key_of(row: &[u8], key: &[usize], into: &mut Vec<u8>) {
    into.clear();
    for column in key {
        let mut rest = row.get(2..).unwrap_or_default();
        for _ in 0..*column {
            rest = field(rest).1;
        }
        into.extend_from_slice(field(rest).0);
    }
}

/// The first value with its length, and what comes after it.
fn field(bytes: &[u8]) -> (&[u8], &[u8]) {
    let length = bytes.first_chunk::<4>().map_or(-1, |length| i32::from_be_bytes(*length));
    bytes.split_at((4 + usize::try_from(length).unwrap_or(0)).min(bytes.len()))
}

fn column_name(layout: &Layout, table: usize, column: usize) -> &str {
    layout.tables.get(table).and_then(|target| target.columns.get(column)).map_or("", |column| column.name.as_str())
}

fn place(layout: &Layout, table: usize, column: usize, row: usize) -> String {
    let name = layout.tables.get(table).map_or("", |target| target.table.as_str());
    format!("row {} of a page, column `{}` of `{name}`", row + 1, column_name(layout, table, column))
}

/// A row that Postgres cannot hold, as JSON of its columns and lists.
fn bad_row(batch: &Batch, row: usize, column: &str, error: String) -> BadRow {
    let mut object = json_row(batch, row);
    for (list, child) in batch.schema().children.iter().zip(batch.children()) {
        let elements = child.elements(row).map(|element| Value::Object(json_row(child.batch(), element)));
        object.insert(list.table.name.clone(), elements.collect());
    }
    let text = Value::Object(object).to_string();
    BadRow { text, number: row + 1, place: String::new(), path: column.to_owned(), error }
}

fn json_row(batch: &Batch, row: usize) -> Map<String, Value> {
    let columns = batch.columns();
    columns.map(|column| (column.schema().name.clone(), json!(column.get(row)))).collect()
}
