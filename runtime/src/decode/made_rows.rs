//! Rows that a function of the user's makes of a body.

use serde_json::value::RawValue;

use super::diagnose::RowProblem;
use super::mend::JsonText;
use super::pass::ParsedPage;
use super::row_by_row::{self, BadRow, RawRow};
use super::{DecodeSpec, not_json};
use crate::declare::made_rows::{MadeRows, RowsFault};
use crate::declare::resource::Resource;
use crate::error::{Error, ErrorKind, Result};
use crate::json::raw::Json;

/// Makes the rows of a body.
pub(super) fn read<T: Resource>(body: &[u8], spec: &DecodeSpec, rows: &mut Vec<T>) -> Result<ParsedPage> {
    let mut bad_rows = Vec::new();
    match T::made_rows(body).map_err(|fault| error(body, fault))? {
        MadeRows::Typed(made) => *rows = made,
        MadeRows::Json(made) => bad_rows = decoded(&made, spec, rows)?,
    }
    Ok(ParsedPage { found: spec.found(body), spans: Vec::new(), selected: true, bad_rows, skipped_by_query: 0 })
}

/// Decodes rows one by one.
fn decoded<T: Resource>(made: &[Json], spec: &DecodeSpec, rows: &mut Vec<T>) -> Result<Vec<BadRow>> {
    let raw: Vec<_> = made
        .iter()
        .enumerate()
        .map(|(index, row)| RawRow {
            number: index + 1,
            path: format!("[{index}]"),
            text: row.raw(),
            line: None,
            key: None,
        })
        .collect();
    let no_faults = JsonText::sent("");
    let read = row_by_row::read(&raw, no_faults, RawValue::NULL, spec.quarantine, &mut row_by_row::into(rows));
    read.map_err(RowProblem::into_error)
}

fn error(body: &[u8], fault: RowsFault) -> Error {
    match fault {
        RowsFault::NotText(error) => {
            let message = format!("the body is not UTF-8 at byte {}", error.valid_up_to());
            Error::new(ErrorKind::Decode, message).with_help("let the function of `rows` take the bytes, `&[u8]`")
        }
        RowsFault::NotJson(error) => not_json::syntax_error(body, &error),
        RowsFault::Failed(what) => Error::new(ErrorKind::Decode, format!("no rows could be made of the body: {what}"))
            .with_help("the function of `rows` says so: see whether it is right about this body"),
    }
}
