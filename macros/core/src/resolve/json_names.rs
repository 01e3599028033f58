//! The names that the fields of a row have in JSON, as far as it is known how serde reads them.

use crate::items::{Field, Marked, Writer, attrs_of, serde_attrs};
use crate::language::ResourceOptions;
use crate::literal::RenameRule;
use crate::model::{Decoding, Known};
use crate::naming::Rule;
use crate::syntax::Slot;

/// All names that a row is read from. None where that is not known, or where a field takes the rest.
pub(crate) fn names(
    resource: &Marked<ResourceOptions>,
    decoding: Decoding,
    shared: &ResourceOptions,
    fields: &[Field],
) -> Option<Vec<Known>> {
    let rule = renamed(resource, decoding, shared)?.0;
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
pub(crate) struct Renamed(pub(crate) Option<Rule>);

/// How fields are named in JSON. None where that is not known, or where a row is one value.
pub(crate) fn renamed(
    resource: &Marked<ResourceOptions>,
    decoding: Decoding,
    shared: &ResourceOptions,
) -> Option<Renamed> {
    let rule = match resource.options.rename_all.or(&shared.rename_all) {
        Slot::Broken(_) => return None,
        slot => RenameRule::of(slot),
    };
    match decoding {
        Decoding::Newtype => None,
        Decoding::Compact => Some(Renamed(rule)),
        Decoding::User if resource.serde.deserialize == Writer::Hand => None,
        Decoding::User | Decoding::Serde if !serde_attrs::is_plain(attrs_of(&resource.item)) => None,
        Decoding::User | Decoding::Serde => Some(Renamed(serde_attrs::rule(&resource.item).or(rule))),
    }
}
