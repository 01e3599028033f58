//! Recorded responses: `sample = "issues.json"`. What they hold is compared with the declaration, or becomes one.

mod compare;
mod fields;
mod fit;
mod inferred;
mod key;
mod load;
mod observe;
mod paging;
mod query;
mod rows;

pub(crate) use compare::check;
pub(crate) use inferred::inferred;
pub(crate) use load::Samples;
