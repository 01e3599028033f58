//! From a declaration to its text.

mod defaults;
mod layout;
mod meant;
mod module;
mod rows;

#[cfg(test)]
mod generated;

pub(crate) use module::module;
