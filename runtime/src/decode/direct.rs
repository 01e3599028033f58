//! A page read straight into columns: strings stay in the page, and no typed row is built.

use std::fmt;

use bytes::Bytes;
use bytestring::ByteString;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use super::batch_builder::{BatchBuilder, BatchLayout};
use super::pass::RowSink;
use super::{DecodeSpec, DecodedPage, PageFacts, PageRows, pass};
use crate::declare::resource::{MissingRows, ResourceDef};
use crate::incremental::cursor::{CursorKind, Position};
use crate::incremental::watermark::{CursorRows, RowHash, RowHasher};
use crate::schema::column::ColumnDef;
use crate::schema::object::{FieldNames, skip};
use crate::schema::texts::TextBuffers;
use crate::schema::value::ColumnValue;

/// How the rows of a resource are read, if that needs no structs.
#[derive(Debug)]
pub(super) struct DirectReader {
    columns: &'static [ColumnDef],
    names: FieldNames,
    /// The index and kind of the cursor column.
    cursor: Option<(usize, CursorKind)>,
}

impl DirectReader {
    /// None where a hook needs the structs, or where they hold more than their columns.
    pub(super) fn new(def: &ResourceDef) -> Option<Self> {
        let names =
            def.fields.filter(|fields| def.direct && fields.len() == def.columns.len() && !fields.is_empty())?;
        let cursor = match def.incremental {
            Some(incremental) => Some((def.column(incremental.cursor)?, incremental.kind)),
            None => None,
        };
        let readable = def.jsonpath.is_none() && def.columns.iter().all(|column| column.reader.is_possible());
        readable.then_some(Self { columns: def.columns, names: FieldNames::new(names), cursor })
    }

    /// Reads a page; none where it does not decode.
    pub(super) fn read(
        &self,
        body: &Bytes,
        page: &ByteString,
        spec: &DecodeSpec,
        layout: &BatchLayout,
    ) -> Option<DecodedPage> {
        let builder = BatchBuilder::new(layout, TextBuffers::of_page(page.clone()));
        let mut sink = ColumnSink { reader: self, layout, builder };
        let parsed = pass::read(page, spec, &mut sink).ok()?;
        if !parsed.selected && spec.missing_rows != MissingRows::Empty {
            return None;
        }
        let row_count = sink.builder.rows as u64;
        let identities = sink.builder.identities(&spec.identifying);
        let mut rows = PositionedRows { builder: sink.builder, cursor: self.cursor };
        let positions = spec.retain_new(&mut rows).ok()?;
        let rows = PageRows::Batch(rows.builder.finish().ok()?);
        let facts = PageFacts::new(row_count, body, parsed);
        Some(DecodedPage { rows, bad_rows: Vec::new(), positions, identities, facts })
    }
}

/// Reads rows into columns.
struct ColumnSink<'p> {
    reader: &'p DirectReader,
    layout: &'p BatchLayout,
    builder: BatchBuilder<'p>,
}

impl RowSink for ColumnSink<'_> {
    fn read<'de, D: Deserializer<'de>>(&mut self, row: D) -> Result<(), D::Error> {
        row.deserialize_map(self)
    }

    fn clear(&mut self) {
        self.builder.clear();
    }
}

impl<'de> Visitor<'de> for &mut ColumnSink<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row, an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let DirectReader { columns, names, .. } = self.reader;
        let BatchBuilder { columns: data, texts, rows, .. } = &mut self.builder;
        let mut keys = names.keys();
        while let Some(index) = keys.next(&mut map)? {
            let slot = self.layout.slot(index);
            match columns.get(index).zip(slot.and_then(|slot| data.get_mut(slot))) {
                Some((column, data)) => {
                    // The last value of a key counts.
                    if data.len() > *rows {
                        data.truncate(*rows);
                    }
                    map.next_value_seed(column.reader.seed(data, texts))?;
                }
                None => skip(&mut map)?,
            }
        }
        for (index, column) in columns.iter().enumerate() {
            if let Some(data) = self.layout.slot(index).and_then(|slot| data.get_mut(slot))
                && data.len() == *rows
            {
                if !column.reader.is_optional() {
                    return Err(A::Error::missing_field(column.name));
                }
                data.push_null();
            }
        }
        *rows += 1;
        Ok(())
    }
}

/// Rows with a cursor.
struct PositionedRows<'l> {
    builder: BatchBuilder<'l>,
    /// The index and kind of its column, if there is one.
    cursor: Option<(usize, CursorKind)>,
}

impl PositionedRows<'_> {
    /// Visits each row with its position. All positions are read into one, so that a text needs no memory of its own.
    fn visit(&self, mut see: impl FnMut(usize, Option<&Position>)) {
        let Some((column, kind)) = self.cursor else { return };
        let mut position = Position::Integer(0);
        for row in 0..self.builder.rows {
            let is_there = read_position(&mut position, kind, &self.builder.value(column, row));
            see(row, is_there.then_some(&position));
        }
    }

    fn hash(&self, by: &[usize], row: usize) -> u64 {
        let mut hasher = RowHasher::new(by);
        for (column, value) in self.builder.values(row).enumerate() {
            hasher.add(column, &value);
        }
        hasher.finish()
    }
}

impl CursorRows for PositionedRows<'_> {
    fn retain(&mut self, keep: &mut dyn FnMut(Option<&Position>, RowHash<'_>) -> bool) {
        let mut kept = Vec::with_capacity(self.builder.rows);
        self.visit(|row, position| kept.push(keep(position, &|by| self.hash(by, row))));
        if kept.contains(&false) {
            self.builder.retain(&kept);
        }
    }

    fn for_each(&self, see: &mut dyn FnMut(&Position, RowHash<'_>)) {
        self.visit(|row, position| {
            if let Some(position) = position {
                see(position, &|by| self.hash(by, row));
            }
        });
    }
}

/// Reads the position of a row, by the value of its cursor column. False where it has none.
fn read_position(position: &mut Position, kind: CursorKind, value: &ColumnValue<'_>) -> bool {
    *position = match (kind, value) {
        (CursorKind::Integer, ColumnValue::Integer(number)) => Position::Integer(*number),
        // No API has reached the largest values.
        (CursorKind::Integer, ColumnValue::Unsigned(number)) => {
            Position::Integer(i64::try_from(*number).unwrap_or(i64::MAX))
        }
        (CursorKind::Text, ColumnValue::Text(text)) => {
            if let Position::Text(buffer) = position {
                buffer.clear();
                buffer.push_str(text);
                return true;
            }
            Position::Text(text.clone().into_owned())
        }
        (CursorKind::Timestamp, ColumnValue::Timestamp(time)) => Position::Timestamp(*time),
        (CursorKind::DateTime, ColumnValue::DateTime(time)) => Position::DateTime(*time),
        (CursorKind::Date, ColumnValue::Date(date)) => Position::Date(*date),
        _ => return false,
    };
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_into_one_buffer() {
        let mut position = Position::Integer(0);
        let mut buffers = Vec::new();
        for text in ["2024-05-06", "2024-05-07", "2024"] {
            assert!(read_position(&mut position, CursorKind::Text, &text.into()));
            assert_eq!(position, Position::Text(text.to_owned()));
            let Position::Text(buffer) = &position else { unreachable!() };
            buffers.push(buffer.as_ptr());
            assert!(!read_position(&mut position, CursorKind::Text, &ColumnValue::Null));
        }
        assert!(buffers.iter().all(|buffer| *buffer == buffers[0]), "{buffers:?}");
    }
}
