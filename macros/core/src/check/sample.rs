//! A resource against its recorded response.

use syn::Member;

use super::defaults::Defaults;
use super::json_names::{self, Renamed};
use super::naming::Name;
use crate::diagnostic::Blame;
use crate::evidence::sample::{Declared, Place, Samples, against, keys, paging, rows};
use crate::items::{Field, Marked, attrs_of, serde_attrs};
use crate::language::{MissingRows, ResourceOptions};
use crate::model::Decoding;
use crate::shape::Parts;

/// Reports what the sample refutes.
pub(super) fn check(
    resource: &Marked<ResourceOptions>,
    fields: &[Field],
    name: &Name,
    decoding: Decoding,
    defaults: &Defaults<'_>,
    (samples, parts): (&Samples<'_>, &Parts),
) {
    let (own, shared, errors) = (&resource.options, defaults.options(), &resource.errors);
    let Some(text) = own.sample.get() else { return };
    let sample = match samples.get(&text.token.value()) {
        Ok(sample) => sample,
        Err(message) => return errors.report(&text.token, message),
    };
    let selector = own.data_selector.or(&shared.data_selector);
    if selector.get().is_none() && !selector.is_absent() {
        // Where the rows are could not be read.
        return;
    }
    let place = Place {
        selector: selector.get().map(|selector| &selector.value),
        missing: own.missing_rows.or(&shared.missing_rows).get().copied().unwrap_or(MissingRows::Error),
    };
    let blame = |inherited| Blame { resource: &name.token, inherited, errors };
    let rows = match rows(&sample, place) {
        Ok(rows) => rows,
        Err(message) => {
            return match selector.get() {
                Some(selector) => blame(own.data_selector.is_absent()).report(&selector.token, message),
                None => errors.report(&text.token, message),
            };
        }
    };
    if let Some(paginator) = own.paginator.or(&shared.paginator).get() {
        paging(paginator, &sample, rows.len(), &blame(own.paginator.is_absent()));
    }
    let newtype = fields.iter().any(|field| matches!(field.member, Member::Unnamed(_)));
    let renamed = if newtype { Some(Renamed(None)) } else { json_names::renamed(resource, decoding, shared) };
    let Some(Renamed(rule)) = renamed else { return };
    let default = serde_attrs::defaults(attrs_of(&resource.item));
    let declared = Declared { ident: &resource.ident, fields, rule, default };
    against(&declared, &rows, &sample.name, parts, errors);
    let processed = [&own.filter, &shared.filter, &own.map, &shared.map, &own.yield_map, &shared.yield_map];
    if let Some(key) = own.primary_key.or(&shared.primary_key).get()
        && processed.iter().all(|step| step.is_absent())
    {
        keys(&key.0, &declared, &rows, &sample.name, parts, &blame(own.primary_key.is_absent()));
    }
}
