//! JSON as files hold it.

mod file;
mod value;

pub(crate) use file::{Files, extension, no_json};
pub(crate) use value::JsonValue;
