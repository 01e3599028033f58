//! The names that the fields of a row have in JSON, as far as it is known how serde reads them.

use crate::items::serde_attrs::{self, SerdeNames};
use crate::items::{Annotated, Field, Impl, attrs_of};
use crate::language::ResourceOptions;
use crate::literal::RenameRule;
use crate::model::{Decoding, JsonName};
use crate::naming::Rule;
use crate::syntax::Slot;

/// All names that a row is read from. None where that is not known, or where a field takes the rest.
pub(crate) fn names(
    resource: &Annotated<ResourceOptions>,
    decoding: Decoding,
    shared: &ResourceOptions,
    fields: &[Field],
) -> Option<Vec<JsonName>> {
    let rule = renamed(resource, decoding, shared)?.0;
    let mut all = Vec::new();
    for field in fields {
        let serde = field.names.as_ref()?;
        all.extend(of(field, serde, rule).into_iter().map(|name| JsonName { name, cfgs: field.cfgs.clone() }));
    }
    Some(all)
}

/// The names that a field is read from: none where it is not read.
pub(crate) fn of(field: &Field, serde: &SerdeNames, rule: Option<Rule>) -> Vec<String> {
    if serde.skipped {
        return Vec::new();
    }
    let name = serde.rename.clone().unwrap_or_else(|| field.wire(rule));
    std::iter::once(name).chain(serde.aliases.iter().cloned()).collect()
}

/// How fields are named in JSON: by a rule, or as they are.
pub(crate) struct Renamed(pub(crate) Option<Rule>);

/// How fields are named in JSON. None where that is not known, or where a row is one value.
pub(crate) fn renamed(
    resource: &Annotated<ResourceOptions>,
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
        Decoding::User if resource.serde.deserialize == Impl::Manual => None,
        Decoding::User | Decoding::Serde if !serde_attrs::is_plain(attrs_of(&resource.item)) => None,
        Decoding::User | Decoding::Serde => Some(Renamed(serde_attrs::rule(&resource.item).or(rule))),
    }
}
