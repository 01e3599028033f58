//! Options whose feature is off, and rows that nothing describes.

use syn::Ident;

use crate::diagnostic::{Sink, feature_off};
use crate::items::{Body, Declaration, ParsedItem};
use crate::language::FieldsFrom;
use crate::syntax::Slot;

/// Reports options whose feature is off, and structs whose fields nothing describes. After that they count as
/// unreadable.
pub(crate) fn check(declaration: &mut Declaration) {
    let Declaration { options, overruled, module, errors, .. } = declaration;
    if options.openapi.is_absent() {
        nothing_overruled(overruled, errors);
    }
    needs("openapi", cfg!(feature = "openapi"), &mut options.openapi, errors);
    let shared = options.resource_defaults.get().map_or(Slot::Absent, |defaults| defaults.0.fields.clone());
    for item in &mut module.items {
        let ParsedItem::Resource(resource) = item else { continue };
        needs("sample", cfg!(feature = "sample"), &mut resource.options.sample, &resource.errors);
        if let (Slot::Set(key, _), true) = (&resource.options.openapi, options.openapi.is_absent()) {
            resource.errors.report(key, "the source has no OpenAPI file\nhelp: leave `openapi = none` out");
        }
        if options.openapi.is_absent() {
            nothing_overruled(&resource.overruled, &resource.errors);
            let fields = match &resource.body {
                Body::Fields(fields) => fields.as_slice(),
                Body::Variants(_) | Body::Unit | Body::Unreadable => &[],
            };
            for key in fields.iter().filter_map(|field| field.column.openapi.key()) {
                resource.errors.report(key, "the source has no OpenAPI file\nhelp: leave `openapi = none` out");
            }
        }
        let by_openapi = !options.openapi.is_absent() && resource.options.openapi.is_absent();
        if by_openapi || !resource.options.sample.is_absent() {
            continue;
        }
        let ident = &resource.ident;
        if matches!(resource.body, Body::Unit) {
            resource.errors.report(ident, format!("`{ident}` has no fields, and a row has at least one\nhelp: write `struct {ident} {{ key: String, … }}`, or let them come from a recorded response: `sample = \"….json\"`"));
            resource.body = Body::Unreadable;
        } else if let Slot::Set(key, FieldsFrom::Rest) = &resource.options.fields {
            resource.errors.report(key, undescribed(ident, key));
        } else if let (Slot::Set(key, FieldsFrom::Rest), Slot::Absent) = (&shared, &resource.options.fields) {
            let message = format!("{}, or `fields = written` on this resource", undescribed(ident, key));
            resource.errors.conflict(ident, message, key, "set by default here");
        }
    }
}

/// Reports what is said of a file that there is not.
fn nothing_overruled(overruled: &[Ident], errors: &Sink) {
    // An option that is compared with no file was reported.
    if errors.is_sound() {
        for word in overruled {
            errors.report(word, "the source has no OpenAPI file\nhelp: leave `(openapi = none)` out");
        }
    }
}

fn undescribed(ident: &Ident, key: &Ident) -> String {
    format!(
        "nothing says what the rest of the fields of `{ident}` is\nhelp: name a recorded response, `sample = \"….json\"`, or leave `{key}` out"
    )
}

fn needs<T: Clone>(feature: &str, is_on: bool, slot: &mut Slot<T>, errors: &Sink) {
    if let Slot::Set(key, _) = slot
        && !is_on
    {
        errors.report(&*key, feature_off(feature));
        *slot = Slot::Broken(key.clone());
    }
}
