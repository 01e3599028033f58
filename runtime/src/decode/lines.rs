//! A body that is a list of lines, as a JSON array of its rows. The array keeps the lines: each row stands at the line where
//! it stands in the body.

use std::str;

use bytes::Bytes;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::csv;
use super::row_by_row::BadRow;
use crate::declare::format::BodyFormat;
use crate::error::{Error, ErrorKind, Result};
use crate::json::described::shorten;
use crate::printable::printable;

/// The rows of a body of lines.
pub(crate) struct LineRows {
    /// A JSON array of the rows that are JSON, or can be written as JSON.
    pub(super) json: Bytes,
    /// The others.
    pub(super) bad_rows: Vec<BadRow>,
}

impl LineRows {
    /// The rows of a body, or none where the body is no list of lines.
    pub(super) fn read(format: &BodyFormat, body: &[u8], quarantine: bool) -> Result<Option<Self>> {
        if !format.has_lines() {
            return Ok(None);
        }
        if body.starts_with(b"\xFF\xFE") || body.starts_with(b"\xFE\xFF") {
            return Err(Error::new(ErrorKind::Decode, "the body is in UTF-16").with_help(UTF8_HELP));
        }
        let text = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        let mut rows = RowWriter::new(text.len(), quarantine);
        match format {
            BodyFormat::Csv(def) => csv::read(def, text, &mut rows)?,
            BodyFormat::JsonLines => json_lines(text, &mut rows)?,
            BodyFormat::Json | BodyFormat::Function => return Ok(None),
        }
        rows.finish().map(Some)
    }
}

const UTF8_HELP: &str = "only UTF-8 is read: ask the API for it, or make the rows with a function: `rows = …`";

/// Writes the array.
pub(super) struct RowWriter {
    json: Vec<u8>,
    /// The line that is written to.
    line: usize,
    rows: usize,
    quarantine: bool,
    bad_rows: Vec<BadRow>,
    /// What is wrong with the first bad row.
    first: Option<LineProblem>,
}

/// What is wrong with a row.
#[derive(Debug, Clone)]
pub(super) struct LineProblem {
    /// Where it begins, from 1.
    pub(super) line: usize,
    pub(super) what: String,
    pub(super) help: &'static str,
}

impl LineProblem {
    fn message(&self) -> String {
        format!("line {}: {}", self.line, self.what)
    }

    pub(super) fn into_error(self) -> Error {
        Error::new(ErrorKind::Decode, self.message()).with_help(self.help)
    }
}

impl RowWriter {
    fn new(length: usize, quarantine: bool) -> Self {
        let mut json = Vec::with_capacity(length + length / 8 + 2);
        json.push(b'[');
        Self { json, line: 1, rows: 0, quarantine, bad_rows: Vec::new(), first: None }
    }

    /// Adds a row at its line. It is written without line breaks.
    pub(super) fn row(&mut self, line: usize, write: impl FnOnce(&mut Vec<u8>)) {
        if self.rows > 0 {
            self.json.push(b',');
        }
        let breaks = line.saturating_sub(self.line);
        self.json.resize(self.json.len() + breaks, b'\n');
        self.line += breaks;
        self.rows += 1;
        write(&mut self.json);
    }

    /// Quarantines a row, or fails.
    pub(super) fn bad(&mut self, text: &[u8], problem: LineProblem) -> Result<()> {
        if !self.quarantine {
            return Err(problem.into_error());
        }
        self.bad_rows.push(BadRow {
            text: String::from_utf8_lossy(text).into_owned(),
            number: problem.line,
            place: format!("line {}", problem.line),
            path: format!("line {}", problem.line),
            error: printable(problem.message()).into_owned(),
        });
        self.first.get_or_insert(problem);
        Ok(())
    }

    /// A body without any good line is no list of rows.
    fn finish(mut self) -> Result<LineRows> {
        match self.first {
            Some(problem) if self.rows == 0 => Err(problem.into_error()),
            _ => {
                self.json.push(b']');
                Ok(LineRows { json: self.json.into(), bad_rows: self.bad_rows })
            }
        }
    }
}

/// Each line that is not blank is a row.
fn json_lines(text: &[u8], rows: &mut RowWriter) -> Result<()> {
    for (index, whole) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let line = whole.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let number = index + 1;
        let Err(what) = is_json(line) else {
            rows.row(number, |json| json.extend_from_slice(line));
            continue;
        };
        let near = shorten(&String::from_utf8_lossy(line.get(..200).unwrap_or(line)));
        let problem = |what, help| LineProblem { line: number, what, help };
        // What may be cut off is no row that could be set aside: others may have been lost with its end.
        if !whole.ends_with(b"\n") && number > 1 {
            let what = format!("the body ends within a value: {what}, {near}");
            return Err(problem(what, CUT_HELP).into_error());
        }
        let help = if line.starts_with(b"<") {
            "the server sent HTML or XML: check the base URL and the path, or whether a login page or proxy responds"
        } else if serde_json::from_slice::<IgnoredAny>(text).is_ok() {
            "the whole body is one JSON value: leave `format` out"
        } else {
            "with `format = json_lines`, each line of the body is a JSON value"
        };
        rows.bad(line, problem(format!("not JSON: {what}, found {near}"), help))?;
    }
    Ok(())
}

pub(super) const CUT_HELP: &str = "the response is cut off: rows are missing; check the server, or a proxy before it";

/// What is wrong with a line, if it is not JSON.
fn is_json(line: &[u8]) -> Result<(), String> {
    let text = str::from_utf8(line).map_err(|error| format!("not UTF-8 at byte {}", error.valid_up_to()))?;
    serde_json::from_str::<IgnoredAny>(text).map(drop).map_err(|error| {
        let text = error.to_string();
        text.rsplit_once(" at line ").map_or(text.clone(), |(what, _)| what.to_owned())
    })
}

/// Finds the lines of rows, which come in their order.
pub(crate) struct LineCounter<'a> {
    /// None where rows are not found by their lines.
    json: Option<&'a [u8]>,
    /// How far it has counted, and the line there.
    at: usize,
    line: usize,
}

impl<'a> LineCounter<'a> {
    /// Of the array that was made of a body.
    pub(crate) fn new(format: &BodyFormat, json: &'a [u8]) -> Self {
        Self { json: Some(json).filter(|_| format.has_lines()), at: 0, line: 1 }
    }

    /// The line of a row.
    pub(crate) fn line_of(&mut self, row: &RawValue) -> Option<usize> {
        let json = self.json?;
        let start = (row.get().as_ptr() as usize).checked_sub(json.as_ptr() as usize)?;
        let passed = json.get(self.at..start)?;
        self.line += passed.split(|byte| *byte == b'\n').count() - 1;
        self.at = start;
        Some(self.line)
    }
}
