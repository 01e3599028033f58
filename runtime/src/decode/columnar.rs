//! A page for a sync: its rows as cells, most of which only say where in the page their text stands.

use std::fmt;
use std::str;

use bytes::Bytes;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use super::pass;

use super::pass::{Page, Sink};
use super::{Decoded, Outline, Plan};
use crate::declare::resource::{MissingRows, ResourceDef};
use crate::incremental::cursor::{CursorKind, Position};
use crate::incremental::watermark;
use crate::incremental::watermark::{Dated, HashBy};
use crate::schema::cell::Cell;
use crate::schema::column::ColumnDef;
use crate::schema::object::{Names, skip};
use crate::schema::row::{RowError, Rows};
use crate::schema::value::Value;

/// The columns of a resource whose rows need not be made to be stored.
#[derive(Debug)]
pub(super) struct Layout {
    columns: &'static [ColumnDef],
    names: Names,
    /// Which of them says how new a row is.
    cursor: Option<(usize, CursorKind)>,
}

impl Layout {
    /// None where something looks at the rows, or where they hold more than their columns.
    pub(super) fn new(def: &ResourceDef) -> Option<Self> {
        let names =
            def.fields.filter(|fields| def.direct && fields.len() == def.columns.len() && !fields.is_empty())?;
        let index = |name: &str| def.columns.iter().position(|column| column.name == name);
        let cursor = match def.incremental {
            Some(incremental) => Some((index(incremental.cursor)?, incremental.kind)),
            None => None,
        };
        let readable = def.jsonpath.is_none() && def.columns.iter().all(|column| column.read.is_possible());
        readable.then_some(Self { columns: def.columns, names: Names::new(names), cursor })
    }
}

/// Reads a page; none where it does not fit.
pub(super) fn read(body: &Bytes, text: &str, plan: &Plan, layout: &Layout) -> Option<Decoded> {
    let reading = Reading { page: text, layout, cells: Vec::new() };
    let Page { rows, found, spans, selected, .. } = pass::read(text, plan, reading).ok()?;
    if !selected && plan.missing == MissingRows::Error {
        return None;
    }
    let width = layout.columns.len();
    let received = (rows.cells.len() / width) as u64;
    let mut rows = Dating::new(rows)?;
    let news = plan.since.as_ref().map(|since| since.keep(&mut rows, plan.def.identity())).unwrap_or_default();
    let sheet = Sheet { page: body.clone(), width, cells: rows.cells };
    Some(Decoded { rows: Box::new(sheet), news, outline: Outline::new(received, body, found, &spans), bad: Vec::new() })
}

/// The cells of the rows that have been read, one row after the other.
struct Reading<'p> {
    page: &'p str,
    layout: &'p Layout,
    cells: Vec<Cell>,
}

impl Sink for Reading<'_> {
    fn read<'de, D: Deserializer<'de>>(&mut self, row: D) -> Result<(), D::Error> {
        row.deserialize_map(self)
    }

    fn clear(&mut self) {
        self.cells.clear();
    }
}

impl<'de> Visitor<'de> for &mut Reading<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row, an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Layout { columns, names, .. } = self.layout;
        let start = self.cells.len();
        self.cells.resize(start + columns.len(), Cell::Absent);
        let row = self.cells.get_mut(start..).unwrap_or_default();
        let mut keys = names.keys();
        while let Some(index) = keys.next(&mut map)? {
            match columns.get(index).zip(row.get_mut(index)) {
                Some((column, cell)) => *cell = map.next_value_seed(column.read.at(self.page))?,
                None => skip(&mut map)?,
            }
        }
        for (cell, column) in row.iter_mut().zip(*columns) {
            if *cell == Cell::Absent {
                *cell = column.read.absent().ok_or_else(|| A::Error::missing_field(column.name))?;
            }
        }
        Ok(())
    }
}

/// Rows that are asked how new they are.
struct Dating<'p> {
    page: &'p str,
    layout: &'p Layout,
    cells: Vec<Cell>,
    /// Where each of them is, if there is a cursor.
    positions: Vec<Position>,
}

impl<'p> Dating<'p> {
    fn new(Reading { page, layout, cells }: Reading<'p>) -> Option<Self> {
        let positions = match layout.cursor {
            Some((index, kind)) => {
                let column = cells.iter().skip(index).step_by(layout.columns.len());
                column.map(|cell| position(kind, &cell.value(page)?)).collect::<Option<_>>()?
            }
            None => Vec::new(),
        };
        Some(Self { page, layout, cells, positions })
    }

    /// The positions, and the rows that they are of.
    fn rows(&self) -> impl Iterator<Item = (&Position, &[Cell])> {
        self.positions.iter().zip(self.cells.chunks(self.layout.columns.len()))
    }

    fn hash(&self, by: &[usize], row: &[Cell]) -> u64 {
        watermark::hash(by, row.iter().map(|cell| cell.value(self.page).unwrap_or(Value::Null)))
    }
}

impl Dated for Dating<'_> {
    fn retain(&mut self, keep: &mut dyn FnMut(&Position, HashBy<'_>) -> bool) {
        let kept: Vec<bool> = self.rows().map(|(position, row)| keep(position, &|by| self.hash(by, row))).collect();
        if kept.contains(&false) {
            let width = self.layout.columns.len();
            let mut cells = kept.iter().flat_map(|kept| std::iter::repeat_n(*kept, width));
            self.cells.retain(|_| cells.next().unwrap_or(true));
            let mut positions = kept.iter();
            self.positions.retain(|_| *positions.next().unwrap_or(&true));
        }
    }

    fn look(&self, see: &mut dyn FnMut(Position, HashBy<'_>)) {
        for (position, row) in self.rows() {
            see(position.clone(), &|by| self.hash(by, row));
        }
    }
}

/// A value of the cursor's column.
fn position(kind: CursorKind, value: &Value<'_>) -> Option<Position> {
    Some(match (kind, value) {
        (CursorKind::Integer, Value::Integer(number)) => Position::Integer(*number),
        (CursorKind::Integer, Value::Unsigned(_)) => Position::Integer(i64::MAX),
        (CursorKind::Text, Value::Text(text)) => Position::Text((*text).to_owned()),
        (CursorKind::Timestamp, Value::Text(text)) => Position::Timestamp(text.parse().ok()?),
        (CursorKind::DateTime, Value::Text(text)) => Position::DateTime(text.parse().ok()?),
        (CursorKind::Date, Value::Text(text)) => Position::Date(text.parse().ok()?),
        _ => return None,
    })
}

/// A page for a sync.
struct Sheet {
    page: Bytes,
    width: usize,
    cells: Vec<Cell>,
}

impl Rows for Sheet {
    fn len(&self) -> usize {
        self.cells.len() / self.width
    }

    fn each(&self, write: &mut dyn FnMut(&[Value<'_>]) -> Result<(), RowError>) -> Result<(), RowError> {
        let page = str::from_utf8(&self.page).map_err(|error| RowError::Destination(Box::new(error)))?;
        let mut values = Vec::with_capacity(self.width);
        for row in self.cells.chunks(self.width) {
            values.clear();
            for cell in row {
                values
                    .push(cell.value(page).ok_or_else(|| RowError::Destination("a cell outside of its page".into()))?);
            }
            write(&values)?;
        }
        Ok(())
    }

    fn child_rows(&self, _: usize, _: usize) -> Result<Vec<Vec<Value<'_>>>, RowError> {
        Ok(Vec::new())
    }
}
