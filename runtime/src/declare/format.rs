//! How the rows are written in a body: as JSON, as lines of JSON, as CSV, or so that a function makes them.

use serde::Serialize;

use crate::schema::column::ColumnType;
use crate::schema::reader::ColumnReader;

/// The format of a body.
#[derive(Debug, Clone, Copy, Serialize)]
pub enum BodyFormat {
    /// One JSON value.
    Json,
    /// A JSON value per line: each is a row.
    JsonLines,
    /// A row per record of cells.
    Csv(CsvDef),
    /// A function of the user's makes the rows.
    Function,
}

impl BodyFormat {
    /// Whether a row is found by its line.
    pub(crate) fn has_lines(&self) -> bool {
        matches!(self, Self::JsonLines | Self::Csv(_))
    }

    /// A part of a fingerprint, and the format, where it is not JSON: fingerprints of bodies of JSON remain what they were.
    pub(crate) fn beside<T: Serialize>(self, part: T) -> impl Serialize {
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Beside<T> {
            Json(T),
            Other(T, BodyFormat),
        }

        if let Self::Json = self { Beside::Json(part) } else { Beside::Other(part, self) }
    }

    /// The `Accept` header of requests.
    pub(crate) fn accept(&self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::JsonLines => "application/x-ndjson, */*;q=0.9",
            Self::Csv(_) => "text/csv, */*;q=0.9",
            Self::Function => "*/*",
        }
    }
}

/// How CSV is written.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct CsvDef {
    /// What stands between two cells.
    pub delimiter: u8,
    /// What stands around a cell; `None` where a quote is a sign like others.
    pub quote: Option<u8>,
    /// What a line begins with that is a comment.
    pub comment: Option<u8>,
    /// Whether the first line names the columns; without it, they are the fields in their order.
    pub header: bool,
    /// The fields that cells are read into.
    #[serde(skip)]
    pub cells: &'static [CellDef],
}

impl CsvDef {
    /// The defaults.
    pub const DEFAULT: Self = Self { delimiter: b',', quote: Some(b'"'), comment: None, header: true, cells: &[] };
}

/// A field that is read from a cell.
#[derive(Debug, Clone, Copy)]
pub struct CellDef {
    /// The names of its column: usually one.
    pub names: &'static [&'static str],
    /// What the cell's text is read as.
    pub(crate) kind: CellKind,
    /// Whether an empty cell is null where it may be a text.
    pub(crate) nullable: bool,
}

/// What the text of a cell is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CellKind {
    Boolean,
    Number,
    Text,
    Json,
}

impl CellDef {
    /// The cell of a field whose type is [stored](crate::Column::STORED) so.
    #[must_use]
    pub const fn of(names: &'static [&'static str], (kind, reader): (ColumnType, ColumnReader)) -> Self {
        let kind = match kind {
            ColumnType::Boolean => CellKind::Boolean,
            ColumnType::Integer | ColumnType::Unsigned | ColumnType::Real => CellKind::Number,
            ColumnType::Json => CellKind::Json,
            ColumnType::Text | ColumnType::Timestamp | ColumnType::Date | ColumnType::Time | ColumnType::DateTime => {
                CellKind::Text
            }
        };
        Self { names, kind, nullable: reader.is_optional() }
    }

    /// The cell of a time that is written as a number.
    #[must_use]
    pub const fn number(names: &'static [&'static str]) -> Self {
        Self { names, kind: CellKind::Number, nullable: true }
    }

    /// The cell of a field that reads the text by itself.
    #[must_use]
    pub const fn text(names: &'static [&'static str]) -> Self {
        Self { names, kind: CellKind::Text, nullable: false }
    }

    /// The cell of a field that is read from JSON.
    #[must_use]
    pub const fn json(names: &'static [&'static str]) -> Self {
        Self { names, kind: CellKind::Json, nullable: true }
    }
}
