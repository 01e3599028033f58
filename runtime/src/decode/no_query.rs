//! What stands for queries where the feature `jsonpath` is off: there are none.

use super::Plan;
use super::pass::Page;
use super::row_by_row::Take;
use crate::error::{Error, ErrorKind, Result};

/// A query that cannot be.
#[derive(Debug)]
pub(super) enum Query {}

impl Query {
    pub(super) fn new(text: &'static str) -> Result<Self> {
        let message = format!("`data_selector` is an RFC 9535 query: {text}");
        Err(Error::new(ErrorKind::Config, message).with_help("turn on the feature `jsonpath` of `declarest`"))
    }

    pub(super) fn read(&self, _: &str, _: &Plan, _: Take<'_>) -> Result<Page<()>> {
        match *self {}
    }
}
