//! Differences between a declaration and the API, and what to do about each.

use std::fmt::{self, Write as _};

use crate::decode::{MISSING_HELP, NAME_HELP, NULL_HELP, TYPE_HELP};
use crate::error::Error;
use crate::printable::printable;
use crate::schema::text_enum::same_but_for_case;

/// A difference between the declaration of a resource and the first page that the API sends.
///
/// `field` is the name in JSON, with its path if it is nested: `author.name`, `flows[*].line`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Difference {
    /// Rows lack a field that is no `Option`.
    Missing {
        /// The field.
        field: String,
        /// The rows.
        at: Location,
    },
    /// Rows have null in a field that is no `Option`.
    Null {
        /// The field.
        field: String,
        /// What its type accepts.
        expected: String,
        /// The rows.
        at: Location,
    },
    /// Rows have a value that the field's type does not accept.
    Type {
        /// The field.
        field: String,
        /// What its type accepts.
        expected: String,
        /// The first value that differs.
        found: String,
        /// The rows.
        at: Location,
    },
    /// Rows have names that the field's enum does not list.
    Name {
        /// The field.
        field: String,
        /// The names.
        names: Vec<String>,
        /// Those that the enum lists.
        known: Vec<String>,
        /// The rows.
        at: Location,
    },
    /// Rows do not fit, for a reason that their types give themselves.
    Unfit {
        /// The field; `$` for the row as a whole.
        field: String,
        /// The reason for the first row.
        problem: String,
        /// The rows.
        at: Location,
    },
    /// Rows have a field that the struct does not name. Not a failure: the declared fields are right.
    New {
        /// The field.
        field: String,
        /// How many rows have it.
        rows: u64,
        /// How many rows there are.
        of: u64,
    },
    /// Rows have a field that the struct does not name, where one that it names is in no row: probably the same.
    Misnamed {
        /// The field that rows have.
        field: String,
        /// The field that the struct names.
        declared: String,
        /// How many rows have it.
        rows: u64,
        /// How many rows there are.
        of: u64,
        /// Whether that is a failure: every row must have the declared field, or the two differ in case alone.
        certain: bool,
    },
    /// Rows have the same primary key as an earlier row.
    RepeatedKey {
        /// The columns of the key.
        key: Vec<String>,
        /// How many rows.
        rows: u64,
        /// How many rows there are.
        of: u64,
    },
    /// The body has no rows at the declared place, or is not JSON.
    NoRows {
        /// The error, which says what is there instead.
        error: Error,
    },
    /// The page has no rows to check. Not a failure.
    Empty,
    /// The page has a value that the paginator cannot use, or none at the declared place.
    Paging {
        /// The paginator's option: `total_path`, `cursor_path`.
        option: String,
        /// Its value: a path in the body, or the name of a header.
        place: String,
        /// What is expected there.
        expected: String,
        /// What is there; `None` if there is nothing.
        found: Option<String>,
        /// What to do about it.
        help: String,
    },
    /// The page names no next page. Not a failure: it may be the only one.
    NoNext {
        /// The paginator's option: `cursor_path`, `links_next_key`.
        option: String,
        /// Its value: a path in the body, or the name of a header.
        place: String,
    },
    /// The body has a total that the paginator does not read. Not a failure: the walk ends at a page without rows, which
    /// some APIs refuse.
    UnreadTotal {
        /// Its path in the body.
        path: String,
        /// How many rows there are.
        total: u64,
    },
    /// The next page cannot be requested, or the page shows that there are more, and none is requested.
    Next {
        /// Why.
        error: Error,
    },
    /// There is no page: the API refused the request, did not respond, or could not be reached.
    Refused {
        /// Why.
        error: Error,
    },
}

/// The rows of a page that have a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location {
    /// How many rows have it.
    pub rows: u64,
    /// How many rows there are.
    pub of: u64,
    /// The number of the first of them, from 1.
    pub row: u64,
    /// The JSON path to it in the body: `issues[0].author.name`.
    pub path: String,
}

impl Difference {
    /// Whether the declaration is wrong. [`New`](Self::New) fields, those whose name is
    /// [not certain](Self::Misnamed), facts that the page does not show ([`Empty`](Self::Empty),
    /// [`NoNext`](Self::NoNext)) and an [`UnreadTotal`](Self::UnreadTotal) are no failures.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        match self {
            Self::New { .. } | Self::Empty | Self::NoNext { .. } | Self::UnreadTotal { .. } => false,
            Self::Misnamed { certain, .. } => *certain,
            _ => true,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::Missing { .. } => MISSING_HELP,
            Self::Null { .. } => NULL_HELP,
            Self::Type { .. } | Self::Unfit { .. } => TYPE_HELP,
            Self::Name { names, known, .. } => {
                let pair = names
                    .iter()
                    .find_map(|name| Some((name, known.iter().find(|known| same_but_for_case(known, name))?)));
                let Some((name, known)) = pair else { return Some(NAME_HELP.to_owned()) };
                let how = case(name).map_or_else(
                    || format!("write `#[serde(rename = {name:?})]` on the variant"),
                    |rule| format!("write `#[nested(rename_all = {rule:?})]` on the enum"),
                );
                return Some(format!("`{name}` is `{known}` in another case: {how}"));
            }
            Self::Misnamed { field, declared, .. } if same_but_for_case(field, declared) => {
                return Some(match case(field) {
                    Some("lowercase" | "snake_case") | None => {
                        "correct `rename_all`: the API sends names as they are in Rust".to_owned()
                    }
                    Some(rule) => format!("write `rename_all = {rule:?}`"),
                });
            }
            Self::Misnamed { field, .. } => {
                return Some(format!("if it is the same, name the field so, or write `#[serde(rename = {field:?})]`"));
            }
            Self::New { .. } => return None,
            Self::RepeatedKey { .. } => {
                "name all fields that identify a row: `primary_key = (a, b)`; a sync keeps the last row of a key"
            }
            Self::Paging { help, .. } => help,
            Self::Empty => "verify against an API that has rows",
            Self::NoNext { option, .. } => {
                return Some(format!(
                    "if there are more rows, correct `{option}` to where the API names the next page"
                ));
            }
            Self::UnreadTotal { path, .. } => {
                return Some(format!(
                    "declare `total_path = {path:?}`, if it counts the rows: the walk then ends there, and not at a page without rows, which the API may refuse"
                ));
            }
            Self::NoRows { error } | Self::Next { error } | Self::Refused { error } => error.help()?,
        };
        Some(help.to_owned())
    }

    /// The field, if it is about one.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Missing { field, .. }
            | Self::Null { field, .. }
            | Self::Type { field, .. }
            | Self::Name { field, .. }
            | Self::Unfit { field, .. }
            | Self::Misnamed { field, .. }
            | Self::New { field, .. } => Some(field),
            _ => None,
        }
    }

    pub(super) fn location(&self) -> Option<&Location> {
        match self {
            Self::Missing { at, .. }
            | Self::Null { at, .. }
            | Self::Type { at, .. }
            | Self::Name { at, .. }
            | Self::Unfit { at, .. } => Some(at),
            _ => None,
        }
    }

    pub(super) fn location_mut(&mut self) -> Option<&mut Location> {
        match self {
            Self::Missing { at, .. }
            | Self::Null { at, .. }
            | Self::Type { at, .. }
            | Self::Name { at, .. }
            | Self::Unfit { at, .. } => Some(at),
            _ => None,
        }
    }

    /// The same with the names that a server sends in other words.
    pub(super) fn redacted(mut self, redact: impl Fn(&str) -> String) -> Self {
        if let Self::New { field, .. } | Self::Misnamed { field, .. } = &mut self {
            *field = redact(field);
        }
        self
    }

    fn write(&self, f: &mut String) -> fmt::Result {
        match self {
            Self::Missing { field, at } => write!(f, "`{field}` is not sent in {at}"),
            Self::Null { field, expected, at } => write!(f, "`{field}`: expected {expected}, found null in {at}"),
            Self::Type { field, expected, found, at } => {
                write!(f, "`{field}`: expected {expected}, found {found} in {at}")
            }
            Self::Name { field, names, known, at } => {
                write!(f, "`{field}`: expected {}, found {} in {at}", list(known, "or"), list(names, "and"))
            }
            Self::Unfit { field, problem, at } => {
                write!(f, "`{field}`: its type rejects the value in {at}: {problem}")
            }
            Self::New { field, rows, of } => {
                write!(f, "`{}` is sent in {rows} of {of} rows, and not declared", field.escape_debug())
            }
            Self::Misnamed { field, declared, rows, of, certain } => {
                let (field, end) = (field.escape_debug(), if *certain { "" } else { ": is it the same?" });
                write!(f, "`{declared}` is in no row, and `{field}`, which is in {rows} of {of}, is not declared{end}")
            }
            Self::RepeatedKey { key, rows, of } => {
                write!(f, "{rows} of {of} rows have the primary key ({}) of an earlier row", key.join(", "))
            }
            Self::Empty => f.write_str("the page has no rows: no field could be checked"),
            Self::Paging { option, place, expected, found, .. } => match found {
                Some(found) => write!(f, "`{option}`: expected {expected} at `{place}`, found {found}"),
                None => write!(f, "`{option}`: expected {expected} at `{place}`, found nothing"),
            },
            Self::NoNext { option, place } => {
                write!(f, "`{option}`: nothing at `{place}` names a next page; right if these are all rows")
            }
            Self::UnreadTotal { path, total } => {
                write!(f, "`{path}` is {total}: a total that the paginator does not read")
            }
            Self::NoRows { error } | Self::Next { error } | Self::Refused { error } => {
                f.write_str(error.message())?;
                match error.url() {
                    Some(url) => write!(f, " ({url})"),
                    None => Ok(()),
                }
            }
        }
    }
}

/// The rule of renaming that makes such names.
fn case(name: &str) -> Option<&'static str> {
    let has = |what: fn(char) -> bool| name.contains(what);
    let (lower, upper) = (has(char::is_lowercase), has(char::is_uppercase));
    Some(match (lower, upper, has(|letter| letter == '_'), has(|letter| letter == '-')) {
        (true, false, true, false) => "snake_case",
        (true, false, false, true) => "kebab-case",
        (true, false, false, false) => "lowercase",
        (false, true, true, false) => "SCREAMING_SNAKE_CASE",
        (false, true, false, true) => "SCREAMING-KEBAB-CASE",
        (false, true, false, false) => "UPPERCASE",
        (true, true, false, false) if name.starts_with(char::is_uppercase) => "PascalCase",
        (true, true, false, false) => "camelCase",
        _ => return None,
    })
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut text)?;
        f.write_str(&printable(text))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, of, row, path } = self;
        match (*rows, *of) {
            (1, 1) => write!(f, "the only row, `{path}`"),
            (1, of) => write!(f, "1 of {of} rows: row {row}, `{path}`"),
            (rows, of) => write!(f, "{rows} of {of} rows, first in row {row}, `{path}`"),
        }
    }
}

/// A list of names in words, at most twenty.
fn list(names: &[String], last: &str) -> String {
    const MOST: usize = 20;
    let more = names.len().saturating_sub(MOST);
    let mut shown: Vec<_> = names.iter().take(MOST).map(|name| format!("`{}`", name.escape_debug())).collect();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    match shown.as_slice() {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [others @ .., end] => format!("{} {last} {end}", others.join(", ")),
    }
}
