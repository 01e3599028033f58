//! A resource against its recorded response.

use syn::Member;

use super::rows::{self, RowsPlace};
use super::{fields, key as keys, paging};
use crate::diagnostic::OptionOrigin;
use crate::evidence::{DeclaredRows, Evidence};
use crate::items::{Annotated, Body, attrs_of, serde_attrs};
use crate::language::{MissingRows, ResourceOptions};
use crate::resolve::ResolvedRequest;
use crate::resolve::json_names::{self, Renamed};
use crate::shape::TypeMap;

/// Reports what the sample refutes.
pub(crate) fn check(
    resource: &Annotated<ResourceOptions>,
    shared: &ResourceOptions,
    request: &ResolvedRequest<'_>,
    evidence: &Evidence,
    types: &TypeMap,
) {
    let Body::Fields(fields) = request.rows else { return };
    let (own, errors) = (&resource.options, &resource.errors);
    let Some(text) = own.sample.get() else { return };
    let sample = match evidence.samples.get(&text.token.value(), &evidence.files) {
        Ok(sample) => sample,
        Err(message) => return errors.report(&text.token, message),
    };
    let selector = own.data_selector.or(&shared.data_selector);
    if selector.get().is_none() && !selector.is_absent() {
        // Where the rows are could not be read.
        return;
    }
    let place = RowsPlace {
        selector: selector.get().map(|selector| &selector.value),
        missing: own.missing_rows.or(&shared.missing_rows).get().copied().unwrap_or(MissingRows::Error),
    };
    let origin = |inherited| OptionOrigin { resource: request.name, inherited, errors };
    let rows = match rows::of(&sample, place) {
        Ok(rows) => rows,
        Err(message) => {
            return match selector.get() {
                Some(selector) => origin(own.data_selector.is_absent()).report(&selector.token, message),
                None => errors.report(&text.token, message),
            };
        }
    };
    if let Some(paginator) = own.paginator.or(&shared.paginator).get() {
        paging::check(paginator, &sample, rows.len(), &origin(own.paginator.is_absent()));
    }
    let newtype = fields.iter().any(|field| matches!(field.member, Member::Unnamed(_)));
    let renamed = if newtype { Some(Renamed(None)) } else { json_names::renamed(resource, request.decoding, shared) };
    let Some(Renamed(rule)) = renamed else { return };
    let default = serde_attrs::defaults(attrs_of(&resource.item));
    let declared = DeclaredRows { ident: &resource.ident, fields, rule, default };
    fields::check(&declared, &rows, &sample.name, types, errors);
    let processed = [&own.filter, &shared.filter, &own.map, &shared.map, &own.yield_map, &shared.yield_map];
    if let Some(key) = own.primary_key.or(&shared.primary_key).get()
        && processed.iter().all(|step| step.is_absent())
    {
        keys::check(&key.0, &declared, &rows, &sample.name, types, &origin(own.primary_key.is_absent()));
    }
}
