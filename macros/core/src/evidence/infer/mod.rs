//! Fields that the macro writes: `pub struct Issue;` gets those of its sample or its OpenAPI file.

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
    /// Where a mistake is reported.
    pub(crate) token: TokenStream,
    /// The message if they make no struct.
    pub(crate) otherwise: String,
}
