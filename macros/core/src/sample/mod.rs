//! Recorded responses: `sample = "issues.json"`. What they hold is compared with the declaration, or becomes one.

mod check;
mod fill;
mod fit;
mod infer;
mod key;
mod load;
mod look;
mod name;
mod paging;
mod parts;
mod query;
mod rows;
mod value;

pub(crate) use check::{Declared, fields as against};
pub(crate) use fill::fill;
pub(crate) use key::check as keys;
pub(crate) use load::Samples;
pub(crate) use paging::check as paging;
pub(crate) use parts::Parts;
pub(crate) use rows::{Place, of as rows};
