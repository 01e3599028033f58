//! OpenAPI files, 3.0 and 3.1: resources by their paths.
//!
//! The macro reads such files, too, and compares them with a declaration. Here their lines matter, and what becomes of
//! them is text; what is written is then checked by the macro against the same file.

mod credentials;
mod document;
mod operation;
mod paging;
mod params;
mod rows;
mod schema;
mod servers;
mod source;

pub(crate) use source::read;
