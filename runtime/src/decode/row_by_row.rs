//! Rows read one by one: where a page does not fit as a whole, or a query has picked them out of it.

use serde_json::value::RawValue;

use super::diagnose;

use super::diagnose::RowProblem;
use crate::declare::resource::Resource;
use crate::printable::printable;

/// Why a text is no row, and where in it.
pub(crate) type RowDecodeError = serde_path_to_error::Error<serde_json::Error>;

/// A row that cannot be read, put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// The row as the server sent it.
    pub text: String,
    /// Its number in its list, from 1.
    pub number: usize,
    /// Where in the body it is.
    pub place: String,
    /// Where in the body what is wrong is.
    pub path: String,
    /// What is wrong.
    pub error: String,
}

/// A row before it is read.
pub(super) struct RawRow<'a> {
    /// Its number in its list, from 1.
    pub(super) number: usize,
    /// Where in the body it is.
    pub(super) path: String,
    pub(super) text: &'a RawValue,
}

/// Takes the text of a row.
pub(super) type TakeRow<'t> = &'t mut dyn FnMut(&str) -> Result<(), RowDecodeError>;

/// Reads rows. The first that does not fit is an error, unless such are put aside.
pub(super) fn read(rows: &[RawRow<'_>], put_aside: bool, take: TakeRow<'_>) -> Result<Vec<BadRow>, RowProblem> {
    let mut bad = Vec::new();
    for row in rows {
        match take(row.text.get()) {
            Ok(()) => {}
            Err(error) => {
                let problem = diagnose::row(row, &error);
                if !put_aside {
                    return Err(problem);
                }
                let error = printable(problem.to_string()).into_owned();
                let (text, place) = (row.text.get().to_owned(), row.path.clone());
                bad.push(BadRow { text, number: row.number, place, path: problem.path, error });
            }
        }
    }
    Ok(bad)
}

pub(super) fn one<T: Resource>(text: &str) -> Result<T, RowDecodeError> {
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(text))
}

/// Whether a text is a row.
pub(crate) fn fits<T: Resource>(text: &str) -> Result<(), RowDecodeError> {
    one::<T>(text).map(drop)
}
