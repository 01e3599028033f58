//! Names: their cases, where they come from, and what the names of types say.

mod case;
mod imports;
mod renamed;
mod types;

pub(crate) use case::{Rule, identifier, pascal, plain, snake, unraw};
pub(crate) use imports::{Import, default_crate, imports, segments};
pub(crate) use renamed::renamed;
pub(crate) use types::{inside, is_number, is_string, last_name};
