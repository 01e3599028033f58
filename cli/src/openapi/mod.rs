//! OpenAPI files, 3.0 and 3.1: resources by their paths.
//!
//! The macro reads such files, too, and compares them with a declaration. This reader keeps their lines, for messages, and
//! the declaration is written as text. The macro then checks that text against the same file.

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
