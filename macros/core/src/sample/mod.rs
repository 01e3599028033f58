//! Recorded responses: `sample = "issues.json"`. What they hold is compared with the declaration, or becomes one.

mod load;
mod value;

pub(crate) use load::Samples;
