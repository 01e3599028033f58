//! What a sample says of the rows of a resource that has no fields.

use quote::ToTokens;

use super::rows::{self, RowsPlace};
use crate::evidence::{Evidence, InferredRows};
use crate::items::Annotated;
use crate::language::{MissingRows, ResourceOptions};
use crate::literal::FileName;
use crate::shape;
use crate::syntax::Text;

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
    let place = RowsPlace { selector: selector.get().map(|text| &text.value), missing: MissingRows::Error };
    let rows = rows::of(&sample, place).map_err(|message| match own.data_selector.get() {
        Some(selector) => errors.report(&selector.token, message),
        None => wrong(message),
    });
    let rows = rows.ok()?;
    let name = &sample.name;
    let none = if rows.is_empty() {
        format!(
            "`{name}` has no rows, and the fields of `{ident}` come from them\nhelp: record a response that has some"
        )
    } else {
        format!(
            "the rows of `{name}` make no struct: they are neither all objects with keys, nor all values of one type\nhelp: write the fields of `{ident}` out"
        )
    };
    Some(InferredRows { place: shape::ValueShape::of(rows.iter().copied()), token: text.token.to_token_stream(), none })
}
