//! A resource against its recorded response.

use syn::Member;

use super::blame::Blame;
use super::defaults::Defaults;
use super::known::{self, Renamed};
use super::naming::Name;
use crate::model::Decoding;
use crate::parse::{Field, Marked, MissingRows, attrs_of, renames};
use crate::parts::Parts;
use crate::sample::{Declared, Place, Samples, against, keys, paging, rows};
use crate::vocabulary::ResourceOptions;

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
    let renamed = if newtype { Some(Renamed(None)) } else { known::renamed(resource, decoding, shared) };
    let Some(Renamed(rule)) = renamed else { return };
    let default = renames::defaults(attrs_of(&resource.item));
    let declared = Declared { ident: &resource.ident, fields, rule, default };
    against(&declared, &rows, &sample.name, parts, errors);
    let processed = [&own.filter, &shared.filter, &own.map, &shared.map, &own.yield_map, &shared.yield_map];
    if let Some(key) = own.primary_key.or(&shared.primary_key).get()
        && processed.iter().all(|step| step.is_absent())
    {
        keys(&key.0, &declared, &rows, &sample.name, parts, &blame(own.primary_key.is_absent()));
    }
}
