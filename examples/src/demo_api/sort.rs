//! In which order issues are listed: `s` and `asc`, as on `SonarQube`.

use std::cmp::Reverse;

use super::error::ApiError;
use super::filter::{FACETS, Facets, Params, Selection, value};

/// What an issue has in a field.
type Field = fn(&Facets) -> i64;

/// What issues can be sorted by.
const FIELDS: [(&str, Field); 2] =
    [("CREATION_DATE", |facets| facets.created), ("UPDATE_DATE", |facets| facets.updated)];

/// The selected issues in the order that the query asks for; without one, as they are.
pub(super) fn issues(params: &Params, selection: Selection) -> Result<Selection, ApiError> {
    let Some(name) = value(params, "s") else { return Ok(selection) };
    let Some((_, field)) = FIELDS.iter().find(|(known, _)| *known == name) else {
        let known = FIELDS.map(|(name, _)| name).join(", ");
        return Err(ApiError::BadRequest(format!("Value of parameter 's' ({name}) must be one of: [{known}]")));
    };
    let ascending = match value(params, "asc") {
        None | Some("true" | "yes") => true,
        Some("false" | "no") => false,
        Some(other) => {
            let message = format!("Value of parameter 'asc' ({other}) must be one of: [true, false, yes, no]");
            return Err(ApiError::BadRequest(message));
        }
    };
    let mut rows: Vec<usize> = (0..selection.len()).map(|place| selection.row(place)).collect();
    let key = |row: &usize| field(&FACETS[row % FACETS.len()]);
    if ascending {
        rows.sort_by_key(key);
    } else {
        rows.sort_by_key(|row| Reverse(key(row)));
    }
    Ok(Selection::Some(rows))
}
