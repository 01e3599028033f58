//! Fields that the macro writes: `pub struct Issue;` gets those of its sample, or of an OpenAPI file.

mod fill;
mod infer;
pub(crate) mod look;
mod name;

pub(crate) use fill::{Found, fill};
