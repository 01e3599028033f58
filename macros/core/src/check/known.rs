//! The names that the fields of a row have in JSON, as far as it is known how serde reads them.

use super::plain;
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
    let rule = match decoding {
        Decoding::Newtype => return None,
        Decoding::Compact => rule,
        Decoding::User(_) if resource.serde.deserialize == Writer::Hand => return None,
        Decoding::User(_) | Decoding::Serde(_) if !renames::is_plain(attrs_of(&resource.item)) => return None,
        Decoding::User(rule) | Decoding::Serde(rule) => renames::rule(&resource.item).or(rule),
    };
    let mut known = Vec::new();
    for field in fields {
        let told = field.names.as_ref()?;
        if told.skipped {
            continue;
        }
        let name = plain(&field.ident);
        let name = told.rename.clone().unwrap_or_else(|| rule.map_or_else(|| name.clone(), |rule| rule.field(&name)));
        let names = std::iter::once(name).chain(told.aliases.iter().cloned());
        known.extend(names.map(|name| Known { name, cfgs: field.cfgs.clone() }));
    }
    Some(known)
}
