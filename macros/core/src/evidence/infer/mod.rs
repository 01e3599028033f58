//! Fields that the macro writes: `pub struct Issue;` gets those of its sample, or of an OpenAPI file.

mod fill;
mod names;
mod structs;

pub(crate) use fill::fill;
