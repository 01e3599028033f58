//! Drift: fields that the API sends and the struct does not declare.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::declare::resource::ResourceDef;

/// The undeclared fields, and in how many rows of the page each is.
pub(crate) fn undeclared_fields(def: &ResourceDef, lists: &[Bytes]) -> BTreeMap<String, u64> {
    let mut undeclared = BTreeMap::new();
    let Some(declared) = def.fields.filter(|_| def.jsonpath.is_none()) else { return undeclared };
    for list in lists {
        // The span of a list begins after its key, with the colon.
        let text = list.trim_ascii_start();
        let text = text.strip_prefix(b":").unwrap_or(text);
        let mut json = serde_json::Deserializer::from_slice(text.trim_ascii_start());
        // A selected object is one row.
        let rows = if text.trim_ascii_start().starts_with(b"{") {
            MemberNames::deserialize(&mut json).map(|names| vec![names])
        } else {
            Vec::<MemberNames>::deserialize(&mut json)
        };
        // Anything else has no fields.
        let rows = rows.unwrap_or_default();
        for name in rows.into_iter().flat_map(|MemberNames(names)| names) {
            if !declared.contains(&name.as_str()) {
                *undeclared.entry(name).or_default() += 1;
            }
        }
    }
    undeclared
}

/// The names of an object's members.
struct MemberNames(Vec<String>);

impl<'de> Deserialize<'de> for MemberNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = MemberNames;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<MemberNames, A::Error> {
                let mut names = Vec::new();
                while let Some((name, IgnoredAny)) = map.next_entry()? {
                    names.push(name);
                }
                Ok(MemberNames(names))
            }
        }

        deserializer.deserialize_map(Members)
    }
}
