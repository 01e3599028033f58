//! `Extra`: the fields of a row that its struct does not name.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::raw::Json;

/// The fields of a row that its struct does not name, by their names in JSON.
///
/// Declared as `#[serde(flatten)] extra: declarest::Extra`. Stored as one column of JSON text. Nothing is lost, numbers
/// keep every digit.
///
/// ```
/// let extra: declarest::Extra = serde_json::from_str(r#"{"size": 3, "id": 12345678901234567890123}"#)?;
/// assert_eq!(extra.get("id").map(|id| id.get()), Some("12345678901234567890123"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Extra(BTreeMap<String, Json>);

impl Extra {
    /// The field of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name)
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Adds a field; the last value of a name counts.
    pub(crate) fn insert(&mut self, name: String, value: Json) {
        self.0.insert(name, value);
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
