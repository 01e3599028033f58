//! What a page says about the whole: how many rows or pages there are, and whether there is another page.

use super::{Probe, Seen};
use crate::decode::Found;
use crate::error::{Error, ErrorKind, Result};
use crate::path::{Path, Step};

/// How many rows there are.
pub(super) enum Total {
    /// The declaration does not say where to look.
    Undeclared,
    /// What the page says; `None` if it says that it does not know.
    Declared(Option<u64>),
    /// Fewer than have come.
    Refuted,
}

impl Total {
    /// Looks where `total_path` or `total_header` says.
    pub(super) fn read(path: Option<Probe<'_>>, header: Option<&str>, page: &Seen<'_>) -> Result<Self> {
        match (path, header) {
            (Some(probe), _) => count("total_path", probe, page).map(Self::Declared),
            (None, Some(name)) => header_count(name, page).map(Self::Declared),
            (None, None) => Ok(Self::Undeclared),
        }
    }

    /// The same, but for one that its own page refutes: with more rows than there are in all, it says nothing.
    pub(super) fn unless_refuted(self, before: u64, page: &Seen<'_>) -> Self {
        match self {
            Self::Declared(Some(total)) if page.rows > 0 && total < before + page.rows => Self::Refuted,
            total => total,
        }
    }
}

/// A count in the body. A negative one means that the API does not know.
pub(super) fn count(option: &str, (path, found): Probe<'_>, page: &Seen<'_>) -> Result<Option<u64>> {
    match found {
        None | Some(Found::Null) if page.rows == 0 => Ok(None),
        Some(found) if found.is_negative() => Ok(None),
        // Without a total on a page that has rows, nobody can say whether all have come.
        _ => match found.and_then(Found::as_count) {
            Some(total) => Ok(Some(total)),
            None => Err(unusable(option, path, found, "a number")),
        },
    }
}

/// Whether the body says that there is another page; `None` if the declaration does not say where to look.
pub(super) fn has_more(probe: Option<Probe<'_>>, page: &Seen<'_>) -> Result<Option<bool>> {
    match probe {
        None => Ok(None),
        Some((_, None)) if page.rows == 0 => Ok(Some(false)),
        Some((path, found)) => match found.and_then(Found::as_bool) {
            Some(more) => Ok(Some(more)),
            None => Err(unusable("has_more_path", path, found, "true or false")),
        },
    }
}

fn header_count(name: &str, page: &Seen<'_>) -> Result<Option<u64>> {
    let value = page.headers.get(name).and_then(|value| value.to_str().ok());
    match value.map(str::trim) {
        Some(text) if text.starts_with('-') => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| {
            let message = format!("the response header `{name}` (total_header) is not a number: {text:?}");
            Error::new(ErrorKind::Decode, message)
                .with_help("correct `total_header` to the header that counts the rows")
        }),
        None if page.rows == 0 => Ok(None),
        None => Err(Error::new(ErrorKind::Decode, format!("the response has no header `{name}` (total_header)"))
            .with_help("correct `total_header`, or leave it out: the walk then ends at the first empty page")),
    }
}

/// What was found is not what the option needs.
pub(super) fn unusable(option: &str, path: &'static [Step], found: Option<&Found>, expected: &str) -> Error {
    let path = Path(path);
    let message = match found {
        None => format!("`{option}`: the body has nothing at `{path}`, expected {expected}"),
        Some(found) => format!("`{option}`: expected {expected} at `{path}`, found {found}"),
    };
    Error::new(ErrorKind::Decode, message)
        .with_help(format!("correct `{option}` in the declaration to where the API puts it"))
}
