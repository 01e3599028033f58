//! What an OpenAPI file says of the rows of a resource that has no fields.

use quote::ToTokens;

use super::documented::place;
use super::lookup::operation;
use super::rows::{self, Rows};
use super::spec::Spec;
use crate::evidence::InferredRows;
use crate::items::Annotated;
use crate::language::{ResourceOptions, SourceOptions};
use crate::literal::Selector;

/// The rows of a resource, as the file describes them. What is wrong with the path or the selector is reported when they are checked.
pub(crate) fn inferred(
    resource: &Annotated<ResourceOptions>,
    source: &SourceOptions,
    shared: &ResourceOptions,
    spec: &Spec,
) -> Option<InferredRows> {
    let (own, ident) = (&resource.options, &resource.ident);
    let operation = operation(spec, source, own, shared)?;
    let selector = own.data_selector.or(&shared.data_selector);
    if selector.get().is_none() && !selector.is_absent() {
        return None;
    }
    let selector = selector.get().map(|text| &text.value);
    let (name, file) = (operation.name(), &spec.name);
    let help = format!(
        "help: write `struct {ident} {{ key: String, … }}`, or let its fields come from a recorded response: `sample = \"….json\"`"
    );
    let unknown = match selector {
        Some(Selector::Query(_)) => {
            format!("`{ident}` has no fields, and what a query selects is not known from `{file}`\n{help}")
        }
        _ => format!("`{ident}` has no fields, and `{file}` does not say what the rows of `{name}` are\n{help}"),
    };
    match rows::of(&operation, selector) {
        Rows::Row(row) => Some(InferredRows { place: place(spec, row), token: ident.to_token_stream(), none: unknown }),
        Rows::Unknown => {
            resource.errors.report(ident, unknown);
            None
        }
        Rows::Wrong(_) => None,
    }
}
