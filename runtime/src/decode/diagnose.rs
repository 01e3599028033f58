//! The second read of a page, after the first has failed: what is wrong, where, and what to do.

use std::fmt;

use serde_json::value::RawValue;
use serde_path_to_error::{Path as RowPath, Segment};

use super::lines::LineCounter;
use super::mend::{Fault, JsonText};
use super::not_json::{self, JSON_HELP};
use super::pass::{ParsedPage, RowCounter};
use super::row_by_row::{RawRow, RowDecodeError, TakeRow};
use super::{DecodeSpec, MEMBERS, Selection, pass, row_by_row};
use crate::declare::resource::{MissingRows, ResourceDef};
use crate::error::{Error, ErrorKind, Result};
use crate::incremental::watermark::NoPosition;
use crate::json::described::{end_of, kind, list, shorten};
use crate::json::lookup::{RawArray, RawObject, json_members, matches, member_path};
use crate::json::path::Path;
use crate::printable::{clip, printable};
use crate::schema::offsets::{HAS_OFFSET, NO_OFFSET, NO_YEAR, OUT_OF_RANGE};

/// There is nothing at the selector.
pub(super) fn absent(body: &[u8], spec: &DecodeSpec) -> Error {
    let selector = Path(spec.selector);
    let Ok(root) = serde_json::from_slice::<&RawValue>(body) else {
        return Error::new(ErrorKind::Decode, format!("the body has no rows at `{selector}`"));
    };
    Error::new(ErrorKind::Decode, format!("the body has no rows at `{selector}`: {}", end_of(spec.selector, root)))
        .with_help(selector_help(root))
}

/// A row has no cursor.
pub(super) fn no_cursor(def: &ResourceDef, NoPosition { row }: &NoPosition) -> Error {
    let cursor = def.incremental.map_or("", |range| range.cursor);
    Error::new(ErrorKind::Decode, format!("row {row} has no value of the cursor `{cursor}`"))
        .with_help("say what happens to such rows: `missing_cursor = keep` or `drop` in `incremental(…)`")
}

/// Reads the rows of a body one by one, after it has failed to decode. The fault is an error, unless it is in single
/// rows that are quarantined.
pub(super) fn read(
    json: JsonText<'_>,
    spec: &DecodeSpec,
    error: &serde_json::Error,
    take: TakeRow<'_>,
) -> Result<ParsedPage> {
    let body = json.text;
    if serde_json::from_str::<&RawValue>(body).is_err() {
        let refuse = || not_json::syntax_error(body.as_bytes(), error);
        let mended = json.mended().ok_or_else(refuse)?;
        return read_rows(mended.of(body.as_bytes()), spec, refuse, take);
    }
    let mismatch = || Error::new(ErrorKind::Decode, format!("the body does not fit the declaration: {error}"));
    read_rows(json, spec, mismatch, take)
}

/// Reads the rows of a body that is JSON, or mended. If all are good, the fault is elsewhere, and `refuse` names it.
pub(super) fn read_rows(
    json: JsonText<'_>,
    spec: &DecodeSpec,
    refuse: impl Fn() -> Error,
    take: TakeRow<'_>,
) -> Result<ParsedPage> {
    let body = json.text;
    let root = serde_json::from_str::<&RawValue>(body).map_err(|_| refuse())?;
    let mut lists = Vec::new();
    matches(root, spec.selector, String::new(), &mut lists);
    let mut unread = Vec::new();
    let mut lines = LineCounter::new(&spec.def.format, body.as_bytes());
    let mut object = false;
    for (path, value) in lists {
        if let Selection::Members(field) = spec.selection
            && value.get() != "null"
        {
            unread.extend(members(&path, value, root, field)?);
            continue;
        }
        match serde_json::from_str::<RawArray<'_>>(value.get()) {
            Ok(rows) => {
                unread.extend(rows.into_iter().enumerate().map(|(index, text)| RawRow {
                    number: index + 1,
                    path: format!("{path}[{index}]"),
                    text,
                    line: lines.line_of(text),
                    key: None,
                }));
            }
            Err(_) if spec.selection == Selection::ListOrObject && value.get().starts_with('{') => {
                object = true;
                unread.push(RawRow { number: 1, path, text: value, line: None, key: None });
            }
            Err(_) if spec.missing_rows != MissingRows::Error && value.get() == "null" => {}
            Err(_) => {
                let path = place(&path);
                let message = format!("{path}: expected {}, found {}", spec.selection, kind(value));
                let help = match value.get() {
                    "null" => NO_ROWS_HELP.to_owned(),
                    _ => selector_help(root),
                };
                return Err(Error::new(ErrorKind::Decode, message).with_help(help));
            }
        }
    }
    let fail = |problem: RowProblem| {
        if object && problem.number.is_some() {
            problem.of_object(&Path(spec.selector), root)
        } else {
            problem.into_error()
        }
    };
    let bad_rows = row_by_row::read(&unread, json, root, spec.quarantine, take).map_err(fail)?;
    if bad_rows.is_empty() {
        return Err(refuse());
    }
    let page = pass::read(body, spec, &mut RowCounter(0)).map_err(|_| refuse())?;
    Ok(ParsedPage { bad_rows, selected: true, ..page })
}

/// The rows that are the members of an object.
fn members<'a>(
    path: &str,
    value: &'a RawValue,
    root: &RawValue,
    field: &'static str,
) -> Result<impl Iterator<Item = RawRow<'a>>> {
    let rows = json_members(value.get()).ok_or_else(|| {
        let (path, found) = (place(path), kind(value));
        let help = match value.get().as_bytes().first() {
            Some(b'[') => {
                "rows in an array have no keys: leave `#[column(row_key)]` out, or correct `data_selector`".to_owned()
            }
            _ => selector_help(root),
        };
        Error::new(ErrorKind::Decode, format!("{path}: expected {MEMBERS}, found {found}")).with_help(help)
    })?;
    let path = path.to_owned();
    Ok(rows.into_iter().enumerate().map(move |(index, (key, text))| RawRow {
        number: index + 1,
        path: member_path(&path, &key),
        text,
        line: None,
        key: Some((field, key)),
    }))
}

/// A place in the body as messages begin with it.
fn place(path: &str) -> String {
    if path.is_empty() { "the body".to_owned() } else { format!("`{path}`") }
}

/// What is wrong with a row.
pub(super) struct RowProblem {
    /// Its number, from 1; `None` where the fault is in no row.
    number: Option<usize>,
    /// Where it begins, in a body of lines.
    line: Option<usize>,
    /// Where.
    pub(super) path: String,
    what: String,
    help: &'static str,
}

impl RowProblem {
    pub(super) fn into_error(self) -> Error {
        Error::new(ErrorKind::Decode, self.to_string()).with_help(self.help)
    }

    /// The row is a single object, where the declaration may mean a list.
    fn of_object(self, selector: &Path<'_>, root: &RawValue) -> Error {
        let Self { path, what, help, .. } = self;
        let message = format!("`{selector}`: expected an array of rows, found an object; as a row, `{path}`: {what}");
        let help = if arrays(root).is_empty() { help.to_owned() } else { selector_help(root) };
        Error::new(ErrorKind::Decode, message).with_help(help)
    }
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.number) {
            (Some(line), _) => write!(f, "line {line}, `{}`: {}", self.path, self.what),
            (None, Some(number)) => write!(f, "row {number}, `{}`: {}", self.path, self.what),
            (None, None) => write!(f, "the body is not JSON: `{}`: {}", self.path, self.what),
        }
    }
}

/// The problem of a bad row: its number counts from 1, the index in the path from 0.
pub(super) fn row(row: &RawRow<'_>, error: &RowDecodeError) -> RowProblem {
    let RawRow { number, path, text, line, .. } = row;
    // A line is found by its number.
    let path = if line.is_some() { "" } else { path };
    let path = match (error.path().to_string().as_str(), path) {
        ("." | "?", "") => "$".to_owned(),
        ("." | "?", path) => path.to_owned(),
        (field, "") => field.to_owned(),
        (field, path) => format!("{path}.{field}"),
    };
    let (what, help) = match FieldMismatch::of(error) {
        FieldMismatch::Null { expected } => {
            let is_row = text.get() == "null";
            (format!("expected {expected}, found null"), if is_row { NULL_ROW_HELP } else { NULL_HELP })
        }
        FieldMismatch::Type { expected, found } => (format!("expected {expected}, found {found}"), TYPE_HELP),
        FieldMismatch::Missing { field } => {
            let keys = object_at(text, error.path()).unwrap_or_default();
            let found = if keys.is_empty() {
                "an object without keys".to_owned()
            } else {
                format!("the keys {}", list(keys.keys()))
            };
            (format!("expected the field `{field}`, found {found}"), MISSING_HELP)
        }
        FieldMismatch::Name { problem, .. } => (problem, NAME_HELP),
        FieldMismatch::Other { problem } => {
            let help = problem_help(&problem);
            (problem, help)
        }
    };
    RowProblem { number: Some(*number), line: *line, path, what, help }
}

/// The problem of what JSON does not have, in a row or elsewhere.
pub(super) fn fault(number: Option<usize>, path: String, fault: &Fault) -> RowProblem {
    let help = if number.is_some() { NO_JSON_VALUE_HELP } else { JSON_HELP };
    RowProblem { number, line: None, path, what: format!("found {}", fault.what), help }
}

/// The object in a row at a path.
fn object_at<'a>(row: &'a RawValue, path: &RowPath) -> Option<RawObject<'a>> {
    let value = path.iter().try_fold(row, |value, segment| match segment {
        Segment::Map { key } => serde_json::from_str::<RawObject<'_>>(value.get()).ok()?.get(key).copied(),
        Segment::Seq { index } => serde_json::from_str::<RawArray<'_>>(value.get()).ok()?.get(*index).copied(),
        Segment::Enum { .. } | Segment::Unknown => None,
    })?;
    serde_json::from_str(value.get()).ok()
}

const NO_ROWS_HELP: &str = "where null means that there are no rows, declare `missing_rows = null`";

const NO_JSON_VALUE_HELP: &str =
    "RFC 8259 has no such value: only the API can send another; `on_bad_row = quarantine` keeps the other rows";

/// The advice for a type's own message.
pub(crate) fn problem_help(problem: &str) -> &'static str {
    if problem.contains(HAS_OFFSET) {
        "declare the field as `Timestamp` (chrono: `DateTime<Utc>`), which keeps the instant; `String` keeps the text"
    } else if problem.contains(NO_OFFSET) {
        "declare the field as `civil::DateTime` or `civil::Date` (chrono: `NaiveDateTime`, `NaiveDate`)"
    } else if problem.contains(OUT_OF_RANGE) || problem.contains(NO_YEAR) {
        "declare the field as `String` where the API writes such a time for \"never\""
    } else {
        TYPE_HELP
    }
}

const NULL_ROW_HELP: &str =
    "the row itself is null: skip such rows with `on_bad_row = quarantine`, or check `data_selector`";
pub(crate) const NULL_HELP: &str = "where the API sends null, declare the field as `Option<…>`";
pub(crate) const MISSING_HELP: &str = "where the API leaves a field out, declare it as `Option<…>`";
pub(crate) const NAME_HELP: &str =
    "list the missing names in the enum, or add a variant for unknown ones: `#[other] Other(String)`";
pub(crate) const TYPE_HELP: &str =
    "correct the field's type in the declaration, or keep the value as it is: `declarest::Json`";

/// Adds how a field is changed that the struct does not write.
pub(super) fn of_inferred(error: Error, def: &ResourceDef) -> Error {
    let is_of_field = |help: &&str| [NULL_HELP, MISSING_HELP, TYPE_HELP].contains(help);
    match (def.fields_from, error.help().filter(is_of_field).map(str::to_owned)) {
        (Some(from), Some(help)) => error.with_help(format!(
            "{help}; a field that comes from {from} is declared by writing it in the struct, with `fields = rest`"
        )),
        _ => error,
    }
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldMismatch {
    /// The object has no such field.
    Missing { field: String },
    /// It is null.
    Null { expected: String },
    /// It is not of the declared type.
    Type { expected: String, found: String },
    /// It is a name that the enum does not list.
    Name { name: String, known: Vec<String>, problem: String },
    /// The type's own message.
    Other { problem: String },
}

impl FieldMismatch {
    pub(crate) fn of(error: &RowDecodeError) -> Self {
        let inner = error.inner().to_string();
        let problem = inner.rsplit_once(" at line ").map_or(inner.as_str(), |(problem, _)| problem);
        if let Some(field) = problem.strip_prefix("missing field ") {
            return Self::Missing { field: field.trim_matches('`').to_owned() };
        }
        let found_expected = ["invalid type: ", "invalid value: "]
            .iter()
            .find_map(|prefix| problem.strip_prefix(prefix))
            .and_then(|rest| rest.rsplit_once(", expected "));
        match found_expected {
            Some(("null", expected)) => return Self::Null { expected: expected.to_owned() },
            Some((found, expected)) => return Self::Type { expected: expected.to_owned(), found: shorten(found) },
            None => {}
        }
        let length = problem.strip_prefix("invalid length ").and_then(|rest| rest.rsplit_once(", expected "));
        if let Some((length, expected)) = length {
            return Self::Type { expected: expected.to_owned(), found: format!("a length of {length}") };
        }
        let name = problem.strip_prefix("unknown variant `").and_then(|rest| rest.rsplit_once("`, expected "));
        let problem = printable(clip(problem, LONGEST_PROBLEM)).into_owned();
        match name {
            Some((name, known)) => {
                let known = known.split('`').skip(1).step_by(2).map(str::to_owned).collect();
                Self::Name { name: shorten(name), known, problem }
            }
            None => Self::Other { problem },
        }
    }
}

/// The advice for a wrong `data_selector`.
pub(super) fn selector_help(root: &RawValue) -> String {
    match (root.get().as_bytes().first(), arrays(root)) {
        (Some(b'['), _) => "the body itself is an array: leave `data_selector` out".to_owned(),
        (_, arrays) if arrays.is_empty() => {
            "this body has no array in its first two levels: check `path`, or whether the server reports an error with status 200".to_owned()
        }
        (_, arrays) => {
            format!("set `data_selector` to where the rows are; this body has arrays at {}", list(arrays.iter()))
        }
    }
}

/// The arrays that an object has, down to the second level.
fn arrays(root: &RawValue) -> Vec<String> {
    let mut arrays = Vec::new();
    let object: RawObject<'_> = serde_json::from_str(root.get()).unwrap_or_default();
    for (key, value) in &object {
        match value.get().as_bytes().first() {
            Some(b'[') => arrays.push(key.clone()),
            Some(b'{') => {
                let inner: RawObject<'_> = serde_json::from_str(value.get()).unwrap_or_default();
                let lists = inner.into_iter().filter(|(_, value)| value.get().starts_with('['));
                arrays.extend(lists.map(|(name, _)| format!("{key}.{name}")));
            }
            _ => {}
        }
    }
    arrays
}

/// The longest message of a type that is shown: it may quote a value before it says what is wrong.
const LONGEST_PROBLEM: usize = 240;
