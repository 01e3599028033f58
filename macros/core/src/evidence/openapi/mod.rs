//! OpenAPI files: `openapi = "openapi.json"`. The declaration is compared with them, or comes from them.

mod body;
mod load;
mod operation;
mod params;
mod path;
mod request;
mod schema;
mod security;
mod spec;

use quote::ToTokens;

use super::infer::InferredRows;
use super::rows;
use crate::items::Annotated;
use crate::language::{MissingRows, ResourceOptions, SourceOptions};
use crate::literal::Selector;
use crate::shape::ValueShape;
pub(crate) use load::load;
use operation::Operation;
pub(crate) use request::{OpenapiComparison, check};
pub(crate) use spec::Spec;

/// The rows of a resource, as the file describes them. Mistakes of the path and the selector are reported when these
/// are checked.
pub(crate) fn inferred(
    resource: &Annotated<ResourceOptions>,
    source: &SourceOptions,
    shared: &ResourceOptions,
    spec: &Spec,
) -> Option<InferredRows> {
    let (own, ident) = (&resource.options, &resource.ident);
    if own.openapi.get().is_some() {
        return None;
    }
    let operation = Operation::of(spec, source, own, shared)?;
    let selector = own.data_selector.or(&shared.data_selector);
    if selector.get().is_none() && !selector.is_absent() {
        return None;
    }
    let selector = selector.get().map(|text| &text.value);
    let unknown = match selector {
        Some(Selector::Query(_)) => format!("`{}` does not say what a query selects", spec.name),
        _ => format!("the rows of {operation} are not known"),
    };
    let otherwise = format!(
        "`{ident}` has no fields, and {unknown}\nhelp: write `struct {ident} {{ key: String, … }}`, or let its fields come from a recorded response: `sample = \"….json\"`"
    );
    let rows = match operation.response() {
        Some(response) => rows::of(response, selector, resource.body.has_row_key(), MissingRows::Error, "").ok()?,
        None => None,
    };
    let Some(rows) = rows else {
        resource.errors.report(ident, otherwise);
        return None;
    };
    Some(InferredRows { place: ValueShape::of(rows), token: ident.to_token_stream(), otherwise })
}
