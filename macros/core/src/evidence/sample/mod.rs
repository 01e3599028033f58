//! Recorded responses: `sample = "issues.json"`. The declaration is compared with them, or comes from them.

mod key;
mod load;
mod query;
mod value;

use quote::ToTokens;

use super::infer::InferredRows;
use super::response::{Compared, ResponseFacts, Witness};
use super::{Evidence, rows};
use crate::items::{Annotated, Body};
use crate::json::JsonValue;
use crate::language::{MissingRows, ResourceOptions};
use crate::literal::FileName;
use crate::shape::ValueShape;
use crate::syntax::Text;
use load::Content;
pub(crate) use load::Samples;

/// Reports what the sample of a resource refutes.
pub(crate) fn check(compared: Compared<'_>, evidence: &Evidence) {
    let (own, shared, errors) = (&compared.resource.options, compared.shared, &compared.resource.errors);
    let (Body::Fields(_), Some(text)) = (compared.request.rows, own.sample.get()) else { return };
    let sample = match evidence.samples.get(&text.token.value(), &evidence.files) {
        Ok(sample) => sample,
        Err(message) => return errors.report(&text.token, message),
    };
    let witness = Witness::Sample(sample.name.clone());
    let Some((declared, rows)) = compared.check(facts(&sample.content), &witness, &text.token) else { return };
    let processed = [&own.filter, &shared.filter, &own.map, &shared.map, &own.yield_map, &shared.yield_map];
    if let Some(keys) = own.primary_key.or(&shared.primary_key).get()
        && processed.iter().all(|step| step.is_absent())
    {
        key::check(&keys.0, &declared.members, &rows, &sample.name, &compared.origin(own.primary_key.is_absent()));
    }
}

/// The rows of a sample, seen as one place. Mistakes go to the resource's errors.
pub(crate) fn inferred(
    resource: &Annotated<ResourceOptions>,
    shared: &ResourceOptions,
    text: &Text<FileName>,
    evidence: &Evidence,
) -> Option<InferredRows> {
    let (own, ident, errors) = (&resource.options, &resource.ident, &resource.errors);
    let wrong = |message: String| errors.report(&text.token, message);
    let sample = evidence.samples.get(&text.token.value(), &evidence.files).map_err(wrong).ok()?;
    let selector = own.data_selector.or(&shared.data_selector);
    if selector.get().is_none() && !selector.is_absent() {
        return None;
    }
    let name = &sample.name;
    let rows = match facts(&sample.content) {
        ResponseFacts::Rows(rows) => rows,
        ResponseFacts::Body(body) => {
            let selector = selector.get().map(|text| &text.value);
            let rows = rows::of(body, selector, MissingRows::Error, &format!("`{name}`"));
            let rows = rows.map_err(|message| match own.data_selector.get() {
                Some(selector) => errors.report(&selector.token, message),
                None => wrong(message),
            });
            rows.ok()??
        }
    };
    let otherwise = if rows.is_empty() {
        format!(
            "`{name}` has no rows, and the fields of `{ident}` come from them\nhelp: record a response that has some"
        )
    } else {
        format!(
            "the rows of `{name}` make no struct: they are neither all objects with keys, nor all values of one type\nhelp: write the fields of `{ident}` out"
        )
    };
    Some(InferredRows { place: ValueShape::of(rows), token: text.token.to_token_stream(), otherwise })
}

fn facts(content: &Content) -> ResponseFacts<&JsonValue> {
    match content {
        Content::Response(body) => ResponseFacts::Body(body),
        Content::Rows(rows) => ResponseFacts::Rows(rows.iter().collect()),
    }
}
