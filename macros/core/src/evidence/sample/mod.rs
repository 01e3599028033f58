//! Recorded responses: `sample = "issues.json"`. What they hold is compared with the declaration, or becomes one.

mod check;
mod fit;
mod found;
mod key;
mod load;
mod paging;
mod query;
mod rows;

pub(crate) use check::{Declared, fields as against, is_secret};
pub(crate) use found::found;
pub(crate) use key::check as keys;
pub(crate) use load::Samples;
pub(crate) use paging::check as paging;
pub(crate) use rows::{Place, of as rows};
