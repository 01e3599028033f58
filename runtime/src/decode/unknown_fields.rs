//! Drift: fields that the API sends and the struct does not declare.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::declare::resource::ResourceDef;

/// The undeclared fields, and in how many rows of the page each is.
pub(crate) fn undeclared_fields(def: &ResourceDef, lists: &[Bytes]) -> BTreeMap<String, u64> {
    let Some(declared) = def.fields.filter(|_| def.rows_at().is_some()) else { return BTreeMap::new() };
    let mut undeclared = sent_fields(def, lists);
    undeclared.retain(|name, _| !declared.contains(&name.as_str()));
    undeclared
}

/// The fields, and in how many rows of the page each is.
pub(crate) fn sent_fields(def: &ResourceDef, lists: &[Bytes]) -> BTreeMap<String, u64> {
    let mut sent = BTreeMap::new();
    for list in lists {
        // The span of a list begins after its key, with the colon.
        let text = list.trim_ascii_start();
        let text = text.strip_prefix(b":").unwrap_or(text);
        let mut json = serde_json::Deserializer::from_slice(text.trim_ascii_start());
        let rows = match text.trim_ascii_start().first() {
            Some(b'{') if def.row_key.is_some() => {
                BTreeMap::<String, MemberNames>::deserialize(&mut json).map(|rows| rows.into_values().collect())
            }
            // A selected object is one row.
            Some(b'{') => MemberNames::deserialize(&mut json).map(|names| vec![names]),
            _ => Vec::<MemberNames>::deserialize(&mut json),
        };
        // Anything else has no fields.
        for name in rows.unwrap_or_default().into_iter().flat_map(|MemberNames(names)| names) {
            *sent.entry(name).or_default() += 1;
        }
    }
    sent
}

/// The names of an object's members.
struct MemberNames(BTreeSet<String>);

impl<'de> Deserialize<'de> for MemberNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = MemberNames;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<MemberNames, A::Error> {
                // A key that is there twice is one field.
                let mut names = BTreeSet::new();
                while let Some((name, IgnoredAny)) = map.next_entry()? {
                    names.insert(name);
                }
                Ok(MemberNames(names))
            }
        }

        deserializer.deserialize_map(Members)
    }
}
