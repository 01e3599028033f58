//! What a page says about the whole: how many rows or pages there are, and whether there is another page.

use super::mismatch::{PagingMismatch, header};
use super::{Probe, ResponseView};
use crate::json::scalar::Scalar;

/// Where the declaration says that the number of rows is.
#[derive(Clone, Copy)]
pub(super) struct Total<'a> {
    pub(super) path: Option<Probe<'a>>,
    pub(super) header: Option<&'static str>,
}

/// How many rows there are.
pub(super) enum Count {
    /// The declaration does not say where to look.
    Undeclared,
    /// What the page says; `None` if it says that it does not know.
    Declared(Option<u64>),
    /// Fewer than have come.
    Refuted,
}

impl Total<'_> {
    /// Looks where `total_path` or `total_header` says.
    pub(super) fn read(self, page: &ResponseView<'_>) -> Result<Count, PagingMismatch> {
        match (self.path, self.header) {
            (Some(probe), _) => count("total_path", probe, page).map(Count::Declared),
            (None, Some(name)) => header_count(name, page).map(Count::Declared),
            (None, None) => Ok(Count::Undeclared),
        }
    }
}

impl Count {
    /// The same, but for one that its own page refutes: with more rows than there are in all, it says nothing.
    pub(super) fn unless_refuted(self, before: u64, page: &ResponseView<'_>) -> Self {
        match self {
            Self::Declared(Some(total)) if page.rows > 0 && total < before + page.rows => Self::Refuted,
            total => total,
        }
    }
}

/// A count in the body. A negative one means that the API does not know.
pub(super) fn count(
    option: &'static str,
    (path, found): Probe<'_>,
    page: &ResponseView<'_>,
) -> Result<Option<u64>, PagingMismatch> {
    match found {
        None | Some(Scalar::Null) if page.rows == 0 => Ok(None),
        Some(found) if found.is_negative() => Ok(None),
        // Without a total on a page that has rows, nobody can say whether all have come.
        _ => match found.and_then(Scalar::as_count) {
            Some(total) => Ok(Some(total)),
            None => Err(PagingMismatch::at(option, path, found, "a number")),
        },
    }
}

/// Whether the body says that there is another page; `None` if the declaration does not say where to look.
pub(super) fn has_more(probe: Option<Probe<'_>>, page: &ResponseView<'_>) -> Result<Option<bool>, PagingMismatch> {
    match probe {
        None => Ok(None),
        Some((_, None)) if page.rows == 0 => Ok(Some(false)),
        Some((path, found)) => match found.and_then(Scalar::as_bool) {
            Some(more) => Ok(Some(more)),
            None => Err(PagingMismatch::at("has_more_path", path, found, "true or false")),
        },
    }
}

fn header_count(name: &str, page: &ResponseView<'_>) -> Result<Option<u64>, PagingMismatch> {
    let value = header(page.headers, name);
    match value {
        Some(text) if text.starts_with('-') => Ok(None),
        None if page.rows == 0 => Ok(None),
        _ => match value.and_then(|text| text.parse().ok()) {
            Some(total) => Ok(Some(total)),
            None => Err(PagingMismatch::header("total_header", name, value, "a number")),
        },
    }
}

/// What a page says of the whole that cannot be used: something else than is declared, or a total that the page itself refutes.
pub(super) fn unusable(total: Total<'_>, more: Option<Probe<'_>>, page: &ResponseView<'_>) -> Vec<PagingMismatch> {
    let refuted = |count: u64| {
        let expected = format!("at least {}, the rows of this page,", page.rows);
        let found = Scalar::Unsigned(count);
        match (total.path, total.header) {
            (Some((path, _)), _) => PagingMismatch::at("total_path", path, Some(&found), &expected),
            (None, name) => {
                let found = count.to_string();
                PagingMismatch::header("total_header", name.unwrap_or_default(), Some(&found), &expected)
            }
        }
    };
    let rows = match total.read(page) {
        Ok(Count::Declared(Some(count))) if count < page.rows => Some(refuted(count)),
        Ok(_) => None,
        Err(unusable) => Some(unusable),
    };
    rows.into_iter().chain(has_more(more, page).err()).collect()
}
