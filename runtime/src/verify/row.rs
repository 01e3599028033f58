//! All mismatches of a row, not only the first.
//!
//! Decoding stops at the first value that does not fit. That value is reported and replaced by a stand-in, and the row
//! is decoded again. This needs nothing but `Deserialize`, so it works for all types alike: those of the module, those
//! that serde derives, lists and maps of them.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};
use serde_path_to_error::Segment;

use crate::decode::{FieldMismatch, RowDecodeError};
use crate::schema::text_enum::exactly;

/// A path in a row: keys and indices.
pub(super) type FieldPath = Vec<PathSegment>;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PathSegment {
    Key(String),
    Index(usize),
}

/// The mismatches of a row.
pub(super) struct RowFaults {
    pub(super) faults: Vec<(FieldPath, FieldMismatch)>,
    /// Whether these are all: `false` where no stand-in was found for a value.
    pub(super) complete: bool,
}

/// Decodes rows of a type until they fit.
pub(super) struct RowChecker {
    fits: fn(&str) -> Result<(), RowDecodeError>,
    /// The last stand-in for each field: it will fit again.
    stand_ins: BTreeMap<String, Value>,
}

/// The most values that are replaced in one row.
const MAX_REPLACED: usize = 1000;

impl RowChecker {
    pub(super) fn new(fits: fn(&str) -> Result<(), RowDecodeError>) -> Self {
        Self { fits, stand_ins: BTreeMap::new() }
    }

    /// In the order of their paths: that of keys in memory depends on a feature of `serde_json` that another crate may set.
    pub(super) fn faults(&mut self, text: &str) -> RowFaults {
        let mut found = self.found(text);
        found.faults.sort_by(|(one, _), (other, _)| one.cmp(other));
        found
    }

    fn found(&mut self, text: &str) -> RowFaults {
        let mut faults = Vec::new();
        let mut replaced: Vec<FieldPath> = Vec::new();
        let mut next = exactly(|| (self.fits)(text)).err();
        let mut row: Value = if next.is_some() { serde_json::from_str(text).unwrap_or_default() } else { Value::Null };
        while let Some(error) = next {
            let (path, fault) = locate(&error);
            // The inside of a stand-in was never sent.
            if !replaced.iter().any(|outer| path.starts_with(outer)) {
                faults.push((path.clone(), fault));
            } else if replaced.contains(&path) {
                return RowFaults { faults, complete: false };
            }
            let Some(decoded) = self.replace(&mut row, &path).filter(|_| replaced.len() < MAX_REPLACED) else {
                return RowFaults { faults, complete: false };
            };
            replaced.push(path);
            next = decoded.err();
        }
        RowFaults { faults, complete: true }
    }

    /// Puts a stand-in at the path, and decodes the row again. `None` if no stand-in fits.
    fn replace(&mut self, row: &mut Value, path: &FieldPath) -> Option<Result<(), RowDecodeError>> {
        let field = field(path);
        let mut values: VecDeque<Value> = self.stand_ins.get(&field).cloned().into_iter().chain(stand_ins()).collect();
        let mut is_named = false;
        while let Some(value) = values.pop_front() {
            *slot(row, path)? = value.clone();
            let decoded = exactly(|| (self.fits)(&row.to_string()));
            let Some(error) = decoded.as_ref().err().filter(|error| !is_elsewhere(error, path)) else {
                self.stand_ins.insert(field, value);
                return Some(decoded);
            };
            // An enum of names rejects a string with the list of its names.
            if let FieldMismatch::Name { known, .. } = FieldMismatch::of(error)
                && !std::mem::replace(&mut is_named, true)
            {
                known.first().into_iter().for_each(|name| values.push_front(json!(name)));
            }
        }
        None
    }
}

/// Whether the error is about another value than this one, or about a field that is missing inside of it.
fn is_elsewhere(error: &RowDecodeError, value: &FieldPath) -> bool {
    match locate(error) {
        (path, FieldMismatch::Missing { .. }) => path != *value,
        (path, _) => !path.starts_with(value) && !value.starts_with(&path),
    }
}

/// Plain values, one of which fits most types.
fn stand_ins() -> Vec<Value> {
    const JSON: &str = r#"[
        null, 0, "", false, [], {}, 1, "0", "a",
        "2000-01-01T00:00:00Z", "2000-01-01T00:00:00", "2000-01-01", "00:00:00",
        "00000000-0000-0000-0000-000000000000", "http://localhost/", "0.0.0.0",
        [0, 0], [0, 0, 0]
    ]"#;
    serde_json::from_str(JSON).unwrap_or_default()
}

/// The value at a path; a missing key is added.
fn slot<'v>(mut value: &'v mut Value, path: &FieldPath) -> Option<&'v mut Value> {
    for segment in path {
        value = match segment {
            PathSegment::Key(key) => value.as_object_mut()?.entry(key.clone()).or_insert(Value::Null),
            PathSegment::Index(index) => value.as_array_mut()?.get_mut(*index)?,
        };
    }
    Some(value)
}

/// The path of a mismatch, and the mismatch.
fn locate(error: &RowDecodeError) -> (FieldPath, FieldMismatch) {
    let segments = error.path().iter().map_while(|segment| match segment {
        Segment::Seq { index } => Some(PathSegment::Index(*index)),
        Segment::Map { key } => Some(PathSegment::Key(key.clone())),
        Segment::Enum { variant } => Some(PathSegment::Key(variant.clone())),
        Segment::Unknown => None,
    });
    let mut path: FieldPath = segments.collect();
    let fault = FieldMismatch::of(error);
    if let FieldMismatch::Missing { field } = &fault {
        path.push(PathSegment::Key(field.clone()));
    }
    (path, fault)
}

/// A path as a field of every row: `flows[*].line`.
pub(super) fn field(path: &FieldPath) -> String {
    display_path("", path, |_| "[*]".to_owned())
}

/// A path in one row, after the path to the row.
pub(super) fn display_path(row: &str, path: &FieldPath, index: impl Fn(usize) -> String) -> String {
    let mut out = row.to_owned();
    for segment in path {
        match segment {
            PathSegment::Key(key) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(key);
            }
            PathSegment::Index(at) => out.push_str(&index(*at)),
        }
    }
    if out.is_empty() { "$".to_owned() } else { out }
}
