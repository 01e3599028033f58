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
        let mut rows = PositionedRows::new(sink.builder, self.cursor);
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

/// Rows with their cursor positions.
struct PositionedRows<'l> {
    builder: BatchBuilder<'l>,
    /// The position of each row, if there is a cursor.
    positions: Vec<Option<Position>>,
}

impl<'l> PositionedRows<'l> {
    fn new(builder: BatchBuilder<'l>, cursor: Option<(usize, CursorKind)>) -> Self {
        let positions = match cursor {
            Some((column, kind)) => (0..builder.rows).map(|row| position(kind, builder.value(column, row))).collect(),
            None => Vec::new(),
        };
        Self { builder, positions }
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
        let positions = self.positions.iter().enumerate();
        let kept = positions.map(|(row, position)| keep(position.as_ref(), &|by| self.hash(by, row)));
        let kept: Vec<bool> = kept.collect();
        if kept.contains(&false) {
            self.builder.retain(&kept);
            let mut kept = kept.into_iter();
            self.positions.retain(|_| kept.next().unwrap_or(true));
        }
    }

    fn for_each(&self, see: &mut dyn FnMut(Position, RowHash<'_>)) {
        for (row, position) in self.positions.iter().enumerate() {
            if let Some(position) = position {
                see(position.clone(), &|by| self.hash(by, row));
            }
        }
    }
}

/// The position of a row, by the value of its cursor column.
fn position(kind: CursorKind, value: ColumnValue<'_>) -> Option<Position> {
    Some(match (kind, value) {
        (CursorKind::Integer, ColumnValue::Integer(number)) => Position::Integer(number),
        // No API has reached the largest values.
        (CursorKind::Integer, ColumnValue::Unsigned(number)) => {
            Position::Integer(i64::try_from(number).unwrap_or(i64::MAX))
        }
        (CursorKind::Text, ColumnValue::Text(text)) => Position::Text(text.into_owned()),
        (CursorKind::Timestamp, ColumnValue::Timestamp(time)) => Position::Timestamp(time),
        (CursorKind::DateTime, ColumnValue::DateTime(time)) => Position::DateTime(time),
        (CursorKind::Date, ColumnValue::Date(date)) => Position::Date(date),
        _ => return None,
    })
}
