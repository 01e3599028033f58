//! A page for a sync: its rows as cells, most of which only hold where in the page their text is.

use std::fmt;
use std::str;

use bytes::Bytes;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use super::pass::RowSink;
use super::{DecodeSpec, DecodedPage, PageFacts, pass};
use crate::declare::resource::{MissingRows, ResourceDef};
use crate::incremental::cursor::{CursorKind, Position};
use crate::incremental::watermark::{self, CursorRows, RowHash};
use crate::schema::cell::CellValue;
use crate::schema::column::ColumnDef;
use crate::schema::object::{FieldNames, skip};
use crate::schema::row::{RowError, Rows};
use crate::schema::value::ColumnValue;

/// The columns of a resource whose rows can be stored without building the structs.
#[derive(Debug)]
pub(super) struct ColumnLayout {
    columns: &'static [ColumnDef],
    names: FieldNames,
    /// The index and kind of the cursor column.
    cursor: Option<(usize, CursorKind)>,
}

impl ColumnLayout {
    /// None where a hook needs the structs, or where they hold more than their columns.
    pub(super) fn new(def: &ResourceDef) -> Option<Self> {
        let names =
            def.fields.filter(|fields| def.direct && fields.len() == def.columns.len() && !fields.is_empty())?;
        let index = |name: &str| def.columns.iter().position(|column| column.name == name);
        let cursor = match def.incremental {
            Some(incremental) => Some((index(incremental.cursor)?, incremental.kind)),
            None => None,
        };
        let readable = def.jsonpath.is_none() && def.columns.iter().all(|column| column.reader.is_possible());
        readable.then_some(Self { columns: def.columns, names: FieldNames::new(names), cursor })
    }
}

/// Reads a page; none where it does not decode.
pub(super) fn read(body: &Bytes, text: &str, spec: &DecodeSpec, layout: &ColumnLayout) -> Option<DecodedPage> {
    let mut sink = CellSink { page: text, layout, cells: Vec::new() };
    let page = pass::read(text, spec, &mut sink).ok()?;
    if !page.selected && spec.missing_rows == MissingRows::Error {
        return None;
    }
    let width = layout.columns.len();
    let row_count = (sink.cells.len() / width) as u64;
    let mut rows = CellRows::new(sink)?;
    let positions = spec.retain_new(&mut rows);
    Some(DecodedPage {
        rows: Box::new(ColumnarPage { page: body.clone(), width, cells: rows.cells }),
        bad_rows: Vec::new(),
        positions,
        facts: PageFacts::new(row_count, body, page),
    })
}

/// The cells of the rows that have been read, one row after the other.
struct CellSink<'p> {
    page: &'p str,
    layout: &'p ColumnLayout,
    cells: Vec<CellValue>,
}

impl RowSink for CellSink<'_> {
    fn read<'de, D: Deserializer<'de>>(&mut self, row: D) -> Result<(), D::Error> {
        row.deserialize_map(self)
    }

    fn clear(&mut self) {
        self.cells.clear();
    }
}

impl<'de> Visitor<'de> for &mut CellSink<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row, an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let ColumnLayout { columns, names, .. } = self.layout;
        let start = self.cells.len();
        self.cells.resize(start + columns.len(), CellValue::Absent);
        let row = self.cells.get_mut(start..).unwrap_or_default();
        let mut keys = names.keys();
        while let Some(index) = keys.next(&mut map)? {
            match columns.get(index).zip(row.get_mut(index)) {
                Some((column, cell)) => *cell = map.next_value_seed(column.reader.at(self.page))?,
                None => skip(&mut map)?,
            }
        }
        for (cell, column) in row.iter_mut().zip(*columns) {
            if *cell == CellValue::Absent {
                *cell = column.reader.absent().ok_or_else(|| A::Error::missing_field(column.name))?;
            }
        }
        Ok(())
    }
}

/// Rows with their cursor positions.
struct CellRows<'p> {
    page: &'p str,
    layout: &'p ColumnLayout,
    cells: Vec<CellValue>,
    /// The position of each row, if there is a cursor.
    positions: Vec<Position>,
}

impl<'p> CellRows<'p> {
    fn new(CellSink { page, layout, cells }: CellSink<'p>) -> Option<Self> {
        let positions = match layout.cursor {
            Some((index, kind)) => {
                let column = cells.iter().skip(index).step_by(layout.columns.len());
                column.map(|cell| position(kind, &cell.value(page)?)).collect::<Option<_>>()?
            }
            None => Vec::new(),
        };
        Some(Self { page, layout, cells, positions })
    }

    /// The positions, each with its row.
    fn rows(&self) -> impl Iterator<Item = (&Position, &[CellValue])> {
        self.positions.iter().zip(self.cells.chunks(self.layout.columns.len()))
    }

    fn hash(&self, by: &[usize], row: &[CellValue]) -> u64 {
        watermark::hash(by, row.iter().map(|cell| cell.value(self.page).unwrap_or(ColumnValue::Null)))
    }
}

impl CursorRows for CellRows<'_> {
    fn retain(&mut self, keep: &mut dyn FnMut(&Position, RowHash<'_>) -> bool) {
        let kept: Vec<bool> = self.rows().map(|(position, row)| keep(position, &|by| self.hash(by, row))).collect();
        if kept.contains(&false) {
            let width = self.layout.columns.len();
            let mut cells = kept.iter().flat_map(|kept| std::iter::repeat_n(*kept, width));
            self.cells.retain(|_| cells.next().unwrap_or(true));
            let mut positions = kept.iter();
            self.positions.retain(|_| *positions.next().unwrap_or(&true));
        }
    }

    fn for_each(&self, see: &mut dyn FnMut(Position, RowHash<'_>)) {
        for (position, row) in self.rows() {
            see(position.clone(), &|by| self.hash(by, row));
        }
    }
}

/// The position of a row, by the value of its cursor column.
fn position(kind: CursorKind, value: &ColumnValue<'_>) -> Option<Position> {
    Some(match (kind, value) {
        (CursorKind::Integer, ColumnValue::Integer(number)) => Position::Integer(*number),
        (CursorKind::Integer, ColumnValue::Unsigned(_)) => Position::Integer(i64::MAX),
        (CursorKind::Text, ColumnValue::Text(text)) => Position::Text(text.to_string()),
        (CursorKind::Timestamp, ColumnValue::Text(text)) => Position::Timestamp(text.parse().ok()?),
        (CursorKind::DateTime, ColumnValue::Text(text)) => Position::DateTime(text.parse().ok()?),
        (CursorKind::Date, ColumnValue::Text(text)) => Position::Date(text.parse().ok()?),
        _ => return None,
    })
}

/// A page for a sync.
struct ColumnarPage {
    page: Bytes,
    width: usize,
    cells: Vec<CellValue>,
}

impl Rows for ColumnarPage {
    fn len(&self) -> usize {
        self.cells.len() / self.width
    }

    fn each(&self, write: &mut dyn FnMut(&[ColumnValue<'_>]) -> Result<(), RowError>) -> Result<(), RowError> {
        let page = str::from_utf8(&self.page).map_err(|error| RowError::Internal(error.to_string()))?;
        let mut values = Vec::with_capacity(self.width);
        for row in self.cells.chunks(self.width) {
            values.clear();
            for cell in row {
                values
                    .push(cell.value(page).ok_or_else(|| RowError::Internal("a cell outside of its page".to_owned()))?);
            }
            write(&values)?;
        }
        Ok(())
    }

    fn child_rows(&self, _: usize, _: usize) -> Result<Vec<Vec<ColumnValue<'_>>>, RowError> {
        Ok(Vec::new())
    }
}
