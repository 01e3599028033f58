//! The user's own package: what cargo knows of it, its sources, and programs over them.

mod metadata;
mod modules;
mod program;
mod source;
mod workspace;

pub(crate) use metadata::{Package, Which};
pub(crate) use program::Program;
pub(crate) use source::Client;
