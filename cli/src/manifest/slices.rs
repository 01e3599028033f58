//! What a resource is read for: its parents' rows, values of lists, ranges of time.

use crate::jinja::Step;

/// The slices of a resource.
#[derive(Debug, Clone, Default)]
pub(super) struct Slices {
    pub(super) parents: Vec<ParentSlice>,
    pub(super) lists: Vec<ListSlice>,
    /// The names of the bounds, where the resource is incremental.
    pub(super) bounds: Option<(String, String)>,
    /// The pattern of the bounds.
    pub(super) format: Option<String>,
    /// What they have.
    pub(super) precision: Precision,
    /// Whether some of them could not be read.
    pub(super) unknown: bool,
}

/// What the values of a cursor have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Precision {
    #[default]
    Instant,
    /// A time without an offset.
    Civil,
    Date,
}

/// A parent's value.
#[derive(Debug, Clone)]
pub(super) struct ParentSlice {
    /// The name under which the manifest knows it.
    pub(super) field: String,
    pub(super) resource: String,
    /// The field of the parent's row, with dots.
    pub(super) path: String,
    /// Further fields, by their paths in JSON: `schema.type`, and the fields of the row.
    pub(super) extra: Vec<(String, String)>,
    /// The values of an object that the field is.
    pub(super) inner: Vec<(String, String)>,
    /// What the parent itself is read for.
    pub(super) above: Box<Slices>,
}

/// Values of a list.
#[derive(Debug, Clone)]
pub(super) struct ListSlice {
    pub(super) field: String,
    pub(super) name: String,
}

impl Slices {
    /// Whether all of them could be read.
    pub(super) fn is_known(&self) -> bool {
        !self.unknown
    }

    /// Whether a resource is a parent, or above one.
    pub(super) fn has(&self, resource: &str) -> bool {
        self.parents.iter().any(|parent| parent.resource == resource || parent.above.has(resource))
    }

    /// The placeholder of a value of the slice.
    pub(super) fn place(&self, steps: &[Step]) -> Result<String, String> {
        let keys: Option<Vec<&str>> =
            steps.iter().map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None }).collect();
        let unknown = || "a value of a slice that is not known".to_owned();
        self.find(&keys.ok_or_else(unknown)?).ok_or_else(unknown)
    }

    fn find(&self, keys: &[&str]) -> Option<String> {
        let (first, rest) = keys.split_first()?;
        if let Some((start, end)) = &self.bounds
            && rest.is_empty()
        {
            if first == start {
                return Some("incremental.start_value".to_owned());
            }
            if first == end {
                return Some("incremental.end_value".to_owned());
            }
        }
        match *first {
            "cursor_slice" | "partition" => return self.find(rest),
            "parent_slice" => return self.parents.iter().find_map(|parent| parent.above.find(rest)),
            "extra_fields" => {
                let wanted = rest.join(".");
                return self.parents.iter().find_map(|parent| {
                    let (_, path) = parent.extra.iter().find(|(name, _)| *name == wanted)?;
                    Some(format!("resources.{}.{path}", parent.resource))
                });
            }
            _ => {}
        }
        let joined = keys.join(".");
        if let Some(parent) = self.parents.iter().find(|parent| parent.field == joined) {
            return Some(format!("resources.{}.{}", parent.resource, parent.path));
        }
        // A value inside of an object that the slice has.
        let inner = self.parents.iter().find_map(|parent| {
            let rest = joined.strip_prefix(&parent.field)?.strip_prefix('.')?;
            let (_, path) = parent.inner.iter().find(|(name, _)| name == rest)?;
            Some(format!("resources.{}.{path}", parent.resource))
        });
        if inner.is_some() {
            return inner;
        }
        self.lists.iter().find(|list| list.field == joined).map(|list| list.name.clone())
    }
}
