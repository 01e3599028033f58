//! All that is wrong with a row, not the first thing alone.
//!
//! A row is read by its type, and that stops at the first value that does not fit. So that value is told, a plain one is put in
//! its place, and the row is read again. Nothing is asked of the type but to be read, so all types are looked into alike: those
//! of the module, those that serde derives, lists and maps of them.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Value, json};
use serde_path_to_error::Segment;

use crate::decode::{FieldMismatch, RowDecodeError};

/// Where in a row: its keys and indices.
pub(super) type FieldPath = Vec<PathSegment>;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PathSegment {
    Key(String),
    Index(usize),
}

/// What is wrong with a row.
pub(super) struct RowFaults {
    pub(super) faults: Vec<(FieldPath, FieldMismatch)>,
    /// Whether nothing else can be: `false` where no value was found that fits in the place of one that does not.
    pub(super) complete: bool,
}

/// Reads rows of a type until nothing is wrong with them any more.
pub(super) struct RowChecker {
    fits: fn(&str) -> Result<(), RowDecodeError>,
    /// What has stood in for a field before: the same will do again.
    stand_ins: BTreeMap<String, Value>,
}

/// As many values of one row are looked into.
const MOST: usize = 1000;

impl RowChecker {
    pub(super) fn new(fits: fn(&str) -> Result<(), RowDecodeError>) -> Self {
        Self { fits, stand_ins: BTreeMap::new() }
    }

    pub(super) fn faults(&mut self, text: &str) -> RowFaults {
        let mut faults = Vec::new();
        let mut replaced: Vec<FieldPath> = Vec::new();
        let mut row: Value = serde_json::from_str(text).unwrap_or_default();
        let mut next = (self.fits)(text).err();
        while let Some(unfit) = next {
            let (place, fault) = place(&unfit);
            // What is inside of a value that stands in was never sent.
            if !replaced.iter().any(|outer| place.starts_with(outer)) {
                faults.push((place.clone(), fault));
            } else if replaced.contains(&place) {
                return RowFaults { faults, complete: false };
            }
            let Some(then) = self.replace(&mut row, &place).filter(|_| replaced.len() < MOST) else {
                return RowFaults { faults, complete: false };
            };
            replaced.push(place);
            next = then.err();
        }
        RowFaults { faults, complete: true }
    }

    /// Puts a value in the place that fits there, and says how the row reads then. `None` if there is none.
    fn replace(&mut self, row: &mut Value, place: &FieldPath) -> Option<Result<(), RowDecodeError>> {
        let field = field(place);
        let mut values: VecDeque<Value> = self.stand_ins.get(&field).cloned().into_iter().chain(plain()).collect();
        let mut is_named = false;
        while let Some(value) = values.pop_front() {
            *slot(row, place)? = value.clone();
            let read = (self.fits)(&row.to_string());
            let Some(unfit) = read.as_ref().err().filter(|unfit| !is_elsewhere(unfit, place)) else {
                self.stand_ins.insert(field, value);
                return Some(read);
            };
            // A text that is no name of an enum's has it say those that are.
            if let FieldMismatch::Name { known, .. } = FieldMismatch::of(unfit)
                && !std::mem::replace(&mut is_named, true)
            {
                known.first().into_iter().for_each(|name| values.push_front(json!(name)));
            }
        }
        None
    }
}

/// Whether it is about another value than this: a field that is missing inside of it is another.
fn is_elsewhere(unfit: &RowDecodeError, value: &FieldPath) -> bool {
    match place(unfit) {
        (place, FieldMismatch::Missing { .. }) => place != *value,
        (place, _) => !place.starts_with(value) && !value.starts_with(&place),
    }
}

/// Plain values, one of which fits most types.
fn plain() -> [Value; 18] {
    [
        json!(null),
        json!(0),
        json!(""),
        json!(false),
        json!([]),
        json!({}),
        json!(1),
        json!("0"),
        json!("a"),
        json!("2000-01-01T00:00:00Z"),
        json!("2000-01-01T00:00:00"),
        json!("2000-01-01"),
        json!("00:00:00"),
        json!("00000000-0000-0000-0000-000000000000"),
        json!("http://localhost/"),
        json!("0.0.0.0"),
        json!([0, 0]),
        json!([0, 0, 0]),
    ]
}

/// The value in a place; a key that is not there is added.
fn slot<'v>(mut value: &'v mut Value, place: &FieldPath) -> Option<&'v mut Value> {
    for part in place {
        value = match part {
            PathSegment::Key(key) => {
                let object: &mut Map<_, _> = value.as_object_mut()?;
                object.entry(key.clone()).or_insert(Value::Null)
            }
            PathSegment::Index(index) => value.as_array_mut()?.get_mut(*index)?,
        };
    }
    Some(value)
}

/// Where what is wrong is, and what it is.
fn place(unfit: &RowDecodeError) -> (FieldPath, FieldMismatch) {
    let parts = unfit.path().iter().map_while(|segment| match segment {
        Segment::Seq { index } => Some(PathSegment::Index(*index)),
        Segment::Map { key } => Some(PathSegment::Key(key.clone())),
        Segment::Enum { variant } => Some(PathSegment::Key(variant.clone())),
        Segment::Unknown => None,
    });
    let mut place: FieldPath = parts.collect();
    let fault = FieldMismatch::of(unfit);
    if let FieldMismatch::Missing { field } = &fault {
        place.push(PathSegment::Key(field.clone()));
    }
    (place, fault)
}

/// A place as a field of every row: `flows[*].line`.
pub(super) fn field(place: &FieldPath) -> String {
    path("", place, |_| "[*]".to_owned())
}

/// A place in one row, behind the path to it.
pub(super) fn path(row: &str, place: &FieldPath, index: impl Fn(usize) -> String) -> String {
    let mut path = row.to_owned();
    for part in place {
        match part {
            PathSegment::Key(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
            }
            PathSegment::Index(at) => path.push_str(&index(*at)),
        }
    }
    if path.is_empty() { "$".to_owned() } else { path }
}
