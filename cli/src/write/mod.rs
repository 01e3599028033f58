//! From a declaration to its text.

mod defaults;
mod layout;
mod module;
mod rows;

pub(crate) use module::module;
