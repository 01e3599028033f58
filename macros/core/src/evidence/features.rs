//! Options whose feature is off, and rows that nothing describes.

use crate::diagnostic::Sink;
use crate::items::{Body, Declaration, ParsedItem};
use crate::syntax::{Slot, Text};

/// Reports options whose feature is off, and structs without fields that nothing describes. After that they count as
/// unreadable.
pub(crate) fn check(declaration: &mut Declaration) {
    let Declaration { options, module, errors, .. } = declaration;
    needs("openapi", cfg!(feature = "openapi"), &mut options.openapi, errors);
    for item in &mut module.items {
        let ParsedItem::Resource(resource) = item else { continue };
        needs("sample", cfg!(feature = "sample"), &mut resource.options.sample, &resource.errors);
        let is_described = !(resource.options.sample.is_absent() && options.openapi.is_absent());
        if matches!(resource.body, Body::Unit) && !is_described {
            let ident = &resource.ident;
            resource.errors.report(ident, format!("`{ident}` has no fields, and a row has at least one\nhelp: write `struct {ident} {{ key: String, … }}`, or let them come from a recorded response: `sample = \"….json\"`"));
            resource.body = Body::Unreadable;
        }
    }
}

fn needs<T>(feature: &str, is_on: bool, slot: &mut Slot<Text<T>>, errors: &Sink) {
    if let Slot::Set(key, Text { token, .. }) = slot
        && !is_on
    {
        errors.report(
            &*token,
            format!(
                "the feature `{feature}` of `declarest` is off\nhelp: turn it on in `Cargo.toml`: `features = [\"{feature}\"]`"
            ),
        );
        *slot = Slot::Broken(key.clone());
    }
}
