//! Fields that the macro writes: `pub struct Issue;` gets those of its sample, or of an OpenAPI file.

mod fill;
mod names;
mod observe;
mod structs;

use proc_macro2::TokenStream;

use crate::shape::ValueShape;
pub(crate) use fill::fill;

/// What is known of the rows of a resource.
pub(crate) struct InferredRows {
    pub(crate) place: ValueShape,
    /// Where it is said what they are made of.
    pub(crate) token: TokenStream,
    /// What to say there, if they make no struct.
    pub(crate) otherwise: String,
}
