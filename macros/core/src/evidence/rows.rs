//! Rows as they are declared, and as they are known.

use proc_macro2::TokenStream;
use syn::Ident;

use crate::items::Field;
use crate::naming::Rule;
use crate::shape::ValueShape;

/// A struct of rows.
pub(crate) struct DeclaredRows<'f> {
    pub(crate) ident: &'f Ident,
    pub(crate) fields: &'f [Field],
    pub(crate) rule: Option<Rule>,
    /// Whether any field may be absent.
    pub(crate) default: bool,
}

/// What is known of the rows of a resource.
pub(crate) struct InferredRows {
    pub(crate) place: ValueShape,
    /// Where it is said what they are made of.
    pub(crate) token: TokenStream,
    /// What to say there, if they make no struct.
    pub(crate) none: String,
}

/// Whether a name is one of what is not shown to anybody.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    ["token", "secret", "password", "passwd", "credential", "authorization", "api_key", "apikey"]
        .iter()
        .any(|word| name.contains(word))
}
