//! Rows read one by one: where a page does not decode as a whole, or a query has selected them.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::RawValue;

use super::diagnose::{self, RowProblem};
use super::keyed_row::with_key;
use super::mend::JsonText;
use crate::declare::resource::Resource;
use crate::printable::printable;

/// Why a text is not a row, and where in it.
pub(crate) type RowDecodeError = serde_path_to_error::Error<serde_json::Error>;

/// A quarantined row: it cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// The row as the server sent it; where the rows are the members of an object, an object of this one.
    pub text: String,
    /// Its number in its list, from 1; in a body of lines, its line.
    pub number: usize,
    /// Where in the body it is.
    pub place: String,
    /// Where in the body the fault is.
    pub path: String,
    /// What the fault is.
    pub error: String,
}

/// A row before it is read.
pub(super) struct RawRow<'a> {
    /// Its number in its list, from 1.
    pub(super) number: usize,
    /// Where in the body it is.
    pub(super) path: String,
    pub(super) text: &'a RawValue,
    /// Where it begins, in a body of lines.
    pub(super) line: Option<usize>,
    /// Its key, and the field that takes it, where the rows are the members of an object.
    pub(super) key: Option<(&'static str, String)>,
}

impl RawRow<'_> {
    /// What it is read from.
    fn written(&self) -> Cow<'_, str> {
        match &self.key {
            Some((field, key)) => with_key(self.text.get(), field, key),
            None => Cow::Borrowed(self.text.get()),
        }
    }

    /// What is kept of it, where it is bad, given its text.
    fn kept(&self, text: &str) -> String {
        match &self.key {
            Some((_, key)) => format!("{{{}:{text}}}", Value::from(key.as_str())),
            None => text.to_owned(),
        }
    }
}

/// Takes the text of a row.
pub(super) type TakeRow<'t> = &'t mut dyn FnMut(&str) -> Result<(), RowDecodeError>;

/// Reads rows of a body. The first bad one is an error, unless bad rows are quarantined; and so is what JSON does not have
/// outside of them.
pub(super) fn read(
    rows: &[RawRow<'_>],
    json: JsonText<'_>,
    root: &RawValue,
    quarantine: bool,
    take: TakeRow<'_>,
) -> Result<Vec<BadRow>, RowProblem> {
    let texts: Vec<_> = rows.iter().map(|row| row.text).collect();
    if let Some((fault, path)) = json.fault_outside(&texts, root) {
        return Err(diagnose::fault(None, path, fault));
    }
    let mut bad_rows = Vec::new();
    for row in rows {
        let problem = match json.fault_in(row.text, &row.path) {
            Some((fault, path)) => diagnose::fault(Some(row.number), path, fault),
            None => match take(&row.written()) {
                Ok(()) => continue,
                Err(error) => diagnose::row(row, &error),
            },
        };
        if !quarantine {
            return Err(problem);
        }
        let error = printable(problem.to_string()).into_owned();
        let (text, place) = (row.kept(&json.original(row.text)), row.path.clone());
        bad_rows.push(BadRow { text, number: row.line.unwrap_or(row.number), place, path: problem.path, error });
    }
    Ok(bad_rows)
}

/// Takes rows into a list.
pub(super) fn into<T: Resource>(rows: &mut Vec<T>) -> impl FnMut(&str) -> Result<(), RowDecodeError> {
    |text| one(text).map(|row| rows.push(row))
}

fn one<T: Resource>(text: &str) -> Result<T, RowDecodeError> {
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(text))
}

/// Whether a text is a row.
pub(crate) fn fits<T: Resource>(text: &str) -> Result<(), RowDecodeError> {
    one::<T>(text).map(drop)
}
