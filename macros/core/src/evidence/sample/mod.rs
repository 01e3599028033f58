//! Recorded responses: `sample = "issues.json"`. The declaration is compared with them, or comes from them.

mod key;
mod load;
mod query;
mod value;

use std::rc::Rc;

use quote::ToTokens;
use syn::LitStr;

use super::infer::InferredRows;
use super::response::{Compared, ContentFacts, ResponseFacts, Witness};
use super::{Evidence, rows};
use crate::items::{Annotated, Body};
use crate::json::JsonValue;
use crate::language::{MissingRows, ResourceOptions, SampleFiles};
use crate::resolve::ResolvedOptions;
use crate::shape::ValueShape;
pub(crate) use load::Samples;
use load::{Content, Sample};

/// Reports what the samples of a resource refute.
pub(crate) fn check(compared: Compared<'_>, evidence: &Evidence) {
    let (own, shared) = (&compared.resource.options, compared.shared);
    let (Body::Fields(_), Some(files)) = (compared.request.rows, own.sample.get()) else { return };
    // Elsewhere, a sample is a mistake by itself.
    if !ResolvedOptions::new(own, shared).has_json_rows() {
        return;
    }
    let samples: Vec<_> =
        files.tokens().filter_map(|token| Some((token, load(token, evidence, compared.resource)?))).collect();
    let facts: Vec<_> = samples.iter().map(|(token, sample)| (*token, facts(sample))).collect();
    let rows: Vec<_> = facts.iter().map(|(token, facts)| compared.rows(facts, true, token)).collect();
    let pages =
        facts.iter().zip(&rows).map(|((_, facts), rows)| (facts, rows.as_ref().is_some_and(|rows| !rows.is_empty())));
    compared.paging(&pages.collect::<Vec<_>>(), true);
    // Without the rows of one file, it is not known what is in none.
    let Some(rows) = rows.into_iter().collect::<Option<Vec<_>>>() else { return };
    if rows.len() != files.tokens().count() || rows.is_empty() {
        return;
    }
    let names = samples.iter().map(|(_, sample)| &sample.name);
    let witness = Witness::Samples(names.clone().cloned().zip(rows.iter().map(Vec::len)).collect());
    let Some(declared) = compared.fields(&rows.concat(), &witness) else { return };
    let processed = [&own.filter, &shared.filter, &own.map, &shared.map, &own.yield_map, &shared.yield_map];
    if let Some(keys) = own.primary_key.or(&shared.primary_key).get()
        && processed.iter().all(|step| step.is_absent())
    {
        let origin = compared.origin(own.primary_key.is_absent());
        // Two files may hold the same row. One report is enough.
        let _ = names.zip(&rows).any(|(name, rows)| key::check(&keys.0, &declared.members, rows, name, &origin));
    }
}

/// The rows of samples, seen as one place. Mistakes go to the resource's errors.
pub(crate) fn inferred(
    resource: &Annotated<ResourceOptions>,
    shared: &ResourceOptions,
    files: &SampleFiles,
    evidence: &Evidence,
) -> Option<InferredRows> {
    let (own, ident, errors) = (&resource.options, &resource.ident, &resource.errors);
    let samples: Vec<_> = files.tokens().map(|token| Some((token, load(token, evidence, resource)?))).collect();
    let samples = samples.into_iter().collect::<Option<Vec<_>>>()?;
    let selector = own.data_selector.or(&shared.data_selector);
    if selector.get().is_none() && !selector.is_absent() {
        return None;
    }
    let mut all = Vec::new();
    for (token, sample) in &samples {
        let ResponseFacts { content, called } = facts(sample);
        match content {
            ContentFacts::Rows(rows) => all.extend(rows),
            ContentFacts::Body(body) => {
                let selector = selector.get().map(|text| &text.value);
                let missing = own.missing_rows.or(&shared.missing_rows).get().copied().filter(|_| samples.len() > 1);
                let (missing, keyed) = (missing.unwrap_or(MissingRows::Error), resource.body.has_row_key());
                let rows = rows::of(body, selector, keyed, missing, &called);
                let rows = rows.map_err(|message| match own.data_selector.get() {
                    Some(selector) => errors.report(&selector.token, message),
                    None => errors.report(token, message),
                });
                all.extend(rows.ok()??);
            }
        }
    }
    let (first, _) = samples.first()?;
    let names: Vec<_> = samples.iter().map(|(_, sample)| (sample.name.clone(), 0)).collect();
    let (witness, has) = (Witness::Samples(names), if samples.len() == 1 { "has" } else { "have" });
    let otherwise = if all.is_empty() {
        format!(
            "{witness} {has} no rows, and the fields of `{ident}` come from them\nhelp: record a response that has some"
        )
    } else {
        format!(
            "the rows of {witness} make no struct: they are neither all objects with keys, nor all values of one type\nhelp: write the fields of `{ident}` out"
        )
    };
    Some(InferredRows { place: ValueShape::of(all), token: first.to_token_stream(), otherwise })
}

fn load(token: &LitStr, evidence: &Evidence, resource: &Annotated<ResourceOptions>) -> Option<Rc<Sample>> {
    let sample = evidence.samples.get(&token.value(), &evidence.files);
    sample.map_err(|message| resource.errors.report(token, message)).ok()
}

fn facts(sample: &Sample) -> ResponseFacts<&JsonValue> {
    let content = match &sample.content {
        Content::Response(body) => ContentFacts::Body(body),
        Content::Rows(rows) => ContentFacts::Rows(rows.iter().collect()),
    };
    ResponseFacts { content, called: format!("`{}`", sample.name) }
}
