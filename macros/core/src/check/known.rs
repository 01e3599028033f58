//! The names that the fields of a row have in JSON, as far as it is known how serde reads them.

use crate::model::{Decoding, Known};
use crate::naming::Rule;
use crate::parse::{Field, Marked, Writer, attrs_of, renames};
use crate::vocabulary::ResourceOptions;

/// All names that a row is read from. None where that is not known, or where a field takes the rest.
pub(super) fn names(
    resource: &Marked<ResourceOptions>,
    decoding: Decoding,
    rule: Option<Rule>,
    fields: &[Field],
) -> Option<Vec<Known>> {
    let rule = renamed(resource, decoding, rule)?.0;
    let mut known = Vec::new();
    for field in fields {
        let told = field.names.as_ref()?;
        if told.skipped {
            continue;
        }
        let name = told.rename.clone().unwrap_or_else(|| field.wire(rule));
        let names = std::iter::once(name).chain(told.aliases.iter().cloned());
        known.extend(names.map(|name| Known { name, cfgs: field.cfgs.clone() }));
    }
    Some(known)
}

/// How fields are named in JSON: by a rule, or as they are.
pub(super) struct Renamed(pub(super) Option<Rule>);

/// How fields are named in JSON. None where that is not known, or where a row is one value.
pub(super) fn renamed(resource: &Marked<ResourceOptions>, decoding: Decoding, rule: Option<Rule>) -> Option<Renamed> {
    match decoding {
        Decoding::Newtype => None,
        Decoding::Compact => Some(Renamed(rule)),
        Decoding::User(_) if resource.serde.deserialize == Writer::Hand => None,
        Decoding::User(_) | Decoding::Serde(_) if !renames::is_plain(attrs_of(&resource.item)) => None,
        Decoding::User(rule) | Decoding::Serde(rule) => Some(Renamed(renames::rule(&resource.item).or(rule))),
    }
}
