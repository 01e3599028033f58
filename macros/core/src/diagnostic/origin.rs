//! Where an option comes from. A resource's own option is reported where it is written; a default, for each resource it
//! is wrong for.

use quote::ToTokens;
use syn::Ident;

use super::sink::Sink;

/// Where the errors of one option are shown.
#[derive(Clone, Copy)]
pub(crate) struct OptionOrigin<'c> {
    /// The token that names the resource.
    pub(crate) resource: &'c Ident,
    /// Whether the option is one of the defaults.
    pub(crate) inherited: bool,
    pub(crate) errors: &'c Sink,
}

impl OptionOrigin<'_> {
    pub(crate) fn report(&self, at: impl ToTokens, message: String) {
        if self.inherited {
            self.errors.refuse_default(self.resource, message, at);
        } else {
            self.errors.report(at, message);
        }
    }

    /// Reports a conflict of the option with something else of the resource.
    pub(crate) fn conflict(&self, at: impl ToTokens, message: String, other: impl ToTokens, note: &str) {
        if self.inherited {
            self.errors.refuse_default(self.resource, message, at);
        } else {
            self.errors.conflict(at, message, other, note);
        }
    }
}
