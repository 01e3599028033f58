//! CSV, as RFC 4180 and those who never read it write it: records of cells, each cell read by the type of its field.

use std::borrow::Cow;
use std::collections::HashSet;
use std::str;

use serde::de::IgnoredAny;
use serde_json::{Number, Value};

use super::lines::{CUT_HELP, LineProblem, RowWriter};
use crate::declare::format::{CellDef, CellKind, CsvDef};
use crate::error::{Error, ErrorKind, Result};
use crate::json::described::list;
use crate::printable::printable;

/// Reads the records of a text as objects.
pub(super) fn read(def: &CsvDef, text: &[u8], rows: &mut RowWriter) -> Result<()> {
    let mut records = Records { def, text, at: 0, line: 1 };
    let columns = if def.header { header(&mut records)? } else { declared(def) };
    while let Some(record) = records.next() {
        let Record { line, text, is_last, .. } = record;
        match row(&record, &columns, def.header) {
            Ok(object) => rows.row(line, |json| json.extend_from_slice(&object)),
            // Of a cut record, only this much is known: others may have been lost with its end.
            Err(problem) if is_last => {
                let what = format!("the body ends within a record: {}", problem.what);
                return Err(LineProblem { what, help: CUT_HELP, ..problem }.into_error());
            }
            Err(problem) => rows.bad(text, problem)?,
        }
    }
    Ok(())
}

/// A column, and how its cells are read.
struct Column {
    name: String,
    /// The name as a key of an object.
    key: String,
    /// None where no field declares it: its cells are texts.
    cell: Option<&'static CellDef>,
}

impl Column {
    fn new(name: String, cell: Option<&'static CellDef>) -> Self {
        let key = format!("{}:", Value::from(name.as_str()));
        Self { name, key, cell }
    }
}

/// The columns of a header line.
fn header(records: &mut Records<'_>) -> Result<Vec<Column>> {
    let fail = |line: usize, what: String, help| Err(LineProblem { line, what, help }.into_error());
    let Some(record) = records.next() else {
        let help = "without a header line, write `csv(header = false)`; where an empty body means that there are no rows, `missing_rows = empty`";
        return Err(Error::new(ErrorKind::Decode, "the body has no header line").with_help(help));
    };
    let line = record.line;
    if let Some(fault) = record.fault {
        return fail(line, format!("the header cannot be read: {fault}"), CSV_HELP);
    }
    let mut columns: Vec<Column> = Vec::new();
    let mut known = HashSet::new();
    for cell in &record.cells {
        let Ok(name) = str::from_utf8(cell) else {
            return fail(line, "the header is not UTF-8".to_owned(), UTF8_HELP);
        };
        if !known.insert(name) {
            return fail(line, format!("two columns are called `{}`", printable(name)), NAMES_HELP);
        }
        let declared = records.def.cells.iter().find(|cell| cell.names.contains(&name));
        columns.push(Column::new(name.to_owned(), declared));
    }
    // What is no header, such as a page of HTML, would be columns that no field declares.
    if columns.iter().all(|column| column.cell.is_none()) && !records.def.cells.is_empty() {
        let found = list(columns.iter().map(|column| &column.name));
        return fail(line, format!("no field has the name of a column; the columns are {found}"), HEADER_HELP);
    }
    Ok(columns)
}

/// The fields, in their order.
fn declared(def: &CsvDef) -> Vec<Column> {
    let name = |cell: &CellDef| cell.names.first().map_or_else(String::new, |name| (*name).to_owned());
    def.cells.iter().map(|cell| Column::new(name(cell), Some(cell))).collect()
}

const CSV_HELP: &str = "check `delimiter` and `quote` in `csv(…)`";
const UTF8_HELP: &str = "CSV is read as UTF-8: ask the API for it, or make the rows with a function: `rows = …`";
const NAMES_HELP: &str = "each column needs a name of its own: make the rows with a function, `rows = …`";
const HEADER_HELP: &str = "check `delimiter` in `csv(…)`, and the names of the fields: `rename_all`, or `rename`; without a header line, write `csv(header = false)`";

/// The record as an object.
fn row(record: &Record<'_>, columns: &[Column], has_header: bool) -> Result<Vec<u8>, LineProblem> {
    let problem = |what: String, help| LineProblem { line: record.line, what, help };
    if let Some(fault) = record.fault {
        return Err(problem(fault.to_owned(), CSV_HELP));
    }
    let (cells, expected) = (record.cells.len(), columns.len());
    if cells != expected {
        let by = if has_header { "the header names" } else { "there are fields for" };
        return Err(problem(format!("{cells} {}, and {by} {expected}", plural(cells)), CSV_HELP));
    }
    let mut object = vec![b'{'];
    for (index, (cell, column)) in record.cells.iter().zip(columns).enumerate() {
        if index > 0 {
            object.push(b',');
        }
        let Ok(text) = str::from_utf8(cell) else {
            return Err(problem(format!("the cell of `{}` is not UTF-8", printable(&*column.name)), UTF8_HELP));
        };
        object.extend_from_slice(column.key.as_bytes());
        object.extend_from_slice(value(text, column.cell).as_bytes());
    }
    object.push(b'}');
    Ok(object)
}

fn plural(cells: usize) -> &'static str {
    if cells == 1 { "cell" } else { "cells" }
}

/// A cell as JSON. What its field does not fit remains a text, which decoding then reports.
fn value<'t>(text: &'t str, cell: Option<&CellDef>) -> Cow<'t, str> {
    let as_text = || Cow::Owned(Value::from(text).to_string());
    let Some(cell) = cell else { return as_text() };
    if text.is_empty() && (cell.kind != CellKind::Text || cell.nullable) {
        return Cow::Borrowed("null");
    }
    let found = match cell.kind {
        CellKind::Text => None,
        CellKind::Boolean => boolean(text.trim()).map(Cow::Borrowed),
        CellKind::Number => number(text.trim()),
        // Line breaks in JSON stand between its tokens.
        CellKind::Json => serde_json::from_str::<IgnoredAny>(text).is_ok().then(|| text.replace('\n', " ").into()),
    };
    found.unwrap_or_else(as_text)
}

fn boolean(text: &str) -> Option<&'static str> {
    match text {
        "1" => Some("true"),
        "0" => Some("false"),
        _ if text.eq_ignore_ascii_case("true") => Some("true"),
        _ if text.eq_ignore_ascii_case("false") => Some("false"),
        _ => None,
    }
}

/// A number as JSON writes it: as it is, or without a `+`, leading zeros or a bare point.
fn number(text: &str) -> Option<Cow<'_, str>> {
    if serde_json::from_str::<Number>(text).is_ok() {
        return Some(Cow::Borrowed(text));
    }
    if let Ok(whole) = text.parse::<i128>() {
        return Some(whole.to_string().into());
    }
    let digits = text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first));
    let float = text.parse::<f64>().ok().filter(|_| digits)?;
    Number::from_f64(float).map(|number| number.to_string().into())
}

/// The records of a text: blank lines and comments are none.
struct Records<'a> {
    def: &'a CsvDef,
    text: &'a [u8],
    at: usize,
    /// The line at `at`, from 1.
    line: usize,
}

struct Record<'a> {
    cells: Vec<Cow<'a, [u8]>>,
    /// Where it begins.
    line: usize,
    /// As it was sent, without its line break.
    text: &'a [u8],
    /// Whether nothing follows it, not even a line break.
    is_last: bool,
    fault: Option<&'static str>,
}

impl<'a> Records<'a> {
    fn next(&mut self) -> Option<Record<'a>> {
        self.skip_blank();
        let (line, start) = (self.line, self.at);
        self.peek()?;
        let (mut cells, mut fault) = (Vec::new(), None);
        loop {
            if let Some(quote) = self.def.quote.filter(|quote| self.peek() == Some(*quote)) {
                match self.quoted(quote) {
                    Ok(cell) => cells.push(cell),
                    Err(found) => {
                        fault = Some(found);
                        self.bare(false);
                    }
                }
            } else {
                cells.push(Cow::Borrowed(self.bare(true)));
            }
            match self.peek() {
                Some(byte) if byte == self.def.delimiter && fault.is_none() => self.at += 1,
                _ => break,
            }
        }
        let end = self.at;
        let is_last = self.peek().is_none();
        self.line_break();
        let text = self.text.get(start..end).unwrap_or_default();
        Some(Record { cells, line, text, is_last, fault })
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The length of the line break here: 0 where there is none.
    fn break_len(&self) -> usize {
        match self.rest() {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => 0,
        }
    }

    fn line_break(&mut self) -> bool {
        let length = self.break_len();
        self.at += length;
        self.line += usize::from(length > 0);
        length > 0
    }

    fn skip_blank(&mut self) {
        loop {
            if self.def.comment.is_some_and(|comment| self.peek() == Some(comment)) {
                let length = self.rest().iter().position(|byte| *byte == b'\n');
                self.at += length.unwrap_or(self.rest().len());
            }
            if !self.line_break() {
                return;
            }
        }
    }

    /// A cell without quotes around it, or the rest of the line.
    fn bare(&mut self, is_cell: bool) -> &'a [u8] {
        let rest = self.rest();
        let ends = |byte: &u8| *byte == b'\n' || (is_cell && *byte == self.def.delimiter);
        let found = rest.iter().position(ends);
        let cell = rest.get(..found.unwrap_or(rest.len())).unwrap_or_default();
        let is_line = found.is_some_and(|end| rest.get(end) == Some(&b'\n'));
        let cell = if is_line { cell.strip_suffix(b"\r").unwrap_or(cell) } else { cell };
        self.at += cell.len();
        cell
    }

    /// A cell in quotes; within it, two of them are one.
    fn quoted(&mut self, quote: u8) -> Result<Cow<'a, [u8]>, &'static str> {
        self.at += 1;
        let mut cell: Cow<'a, [u8]> = Cow::Borrowed(&[]);
        loop {
            let rest = self.rest();
            let Some(length) = rest.iter().position(|byte| *byte == quote) else {
                self.advance(rest);
                return Err("a quote is not closed");
            };
            let (part, after) = rest.split_at(length);
            self.advance(part);
            self.at += 1;
            if cell.is_empty() {
                cell = Cow::Borrowed(part);
            } else {
                cell.to_mut().extend_from_slice(part);
            }
            if after.get(1) == Some(&quote) {
                cell.to_mut().push(quote);
                self.at += 1;
                continue;
            }
            let ends = self.peek().is_none_or(|byte| byte == self.def.delimiter) || self.break_len() > 0;
            return if ends { Ok(cell) } else { Err("there is text after a closing quote") };
        }
    }

    fn advance(&mut self, part: &[u8]) {
        self.at += part.len();
        self.line += part.split(|byte| *byte == b'\n').count() - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(def: &CsvDef, text: &str) -> Vec<(usize, Vec<String>, Option<&'static str>)> {
        let mut records = Records { def, text: text.as_bytes(), at: 0, line: 1 };
        let mut all = Vec::new();
        while let Some(record) = records.next() {
            let cells = record.cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned());
            all.push((record.line, cells.collect(), record.fault));
        }
        all
    }

    fn cells(line: usize, cells: &[&str]) -> (usize, Vec<String>, Option<&'static str>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect(), None)
    }

    #[test]
    fn records_have_cells_and_lines() {
        let csv = CsvDef::DEFAULT;
        let all = records(&csv, "a,b\r\n\n\"x \"\"y\"\"\n,z\",\r\n,\"\"\n\"\"\"\",5\" tall");
        let expected =
            [cells(1, &["a", "b"]), cells(3, &["x \"y\"\n,z", ""]), cells(5, &["", ""]), cells(6, &["\"", "5\" tall"])];
        assert_eq!(all, expected);
        let other = CsvDef { delimiter: b'\t', quote: Some(b'\''), comment: Some(b'#'), ..csv };
        assert_eq!(records(&other, "#c\n'a\tb'\tc#\n#d"), [cells(2, &["a\tb", "c#"])]);
        assert_eq!(records(&csv, ""), []);
        assert_eq!(records(&csv, "\n\r\n"), []);
    }

    #[test]
    fn faults_end_with_their_record() {
        let all = records(&CsvDef::DEFAULT, "\"a\" b,c\nd\n\"e,\nf\n");
        let faults: Vec<_> = all.iter().map(|(line, _, fault)| (*line, *fault)).collect();
        let (after, open) = (Some("there is text after a closing quote"), Some("a quote is not closed"));
        assert_eq!(faults, [(1, after), (2, None), (3, open)]);
    }

    #[test]
    fn cells_are_read_by_their_fields() {
        let cell = |kind, nullable| CellDef { names: &[], kind, nullable };
        let of = |text, kind| value(text, Some(&cell(kind, false))).into_owned();
        for (text, json) in [
            ("7", "7"),
            ("007", "7"),
            ("+5", "5"),
            ("-1.50", "-1.50"),
            (".5", "0.5"),
            (" 3 ", "3"),
            ("18446744073709551615", "18446744073709551615"),
            ("", "null"),
            ("x", "\"x\""),
            ("NaN", "\"NaN\""),
            ("inf", "\"inf\""),
            ("1,5", "\"1,5\""),
        ] {
            assert_eq!(of(text, CellKind::Number), json, "{text}");
        }
        for (text, json) in [("TRUE", "true"), ("0", "false"), ("yes", "\"yes\""), ("", "null")] {
            assert_eq!(of(text, CellKind::Boolean), json, "{text}");
        }
        for (text, json) in [("[1,\n2]", "[1, 2]"), ("plain", "\"plain\""), ("", "null")] {
            assert_eq!(of(text, CellKind::Json), json, "{text}");
        }
        for (text, json) in [("007", "\"007\""), ("", "\"\""), (" a\n", "\" a\\n\"")] {
            assert_eq!(of(text, CellKind::Text), json, "{text}");
        }
        assert_eq!(value("", Some(&cell(CellKind::Text, true))), "null");
        assert_eq!(value("1", None), "\"1\"");
    }
}
