//! Queries without the feature `jsonpath`: there are none.

use super::DecodeSpec;
use super::mend::JsonText;
use super::pass::ParsedPage;
use super::row_by_row::TakeRow;
use crate::error::{Error, ErrorKind, Result};

/// A query: has no values without the feature.
#[derive(Debug)]
pub(super) enum JsonPathQuery {}

impl JsonPathQuery {
    pub(super) fn new(text: &'static str) -> Result<Self> {
        let message = format!("`data_selector` is an RFC 9535 query: {text}");
        Err(Error::new(ErrorKind::Config, message).with_help("turn on the feature `jsonpath` of `declarest`"))
    }

    pub(super) fn read(&self, _: JsonText<'_>, _: &DecodeSpec, _: TakeRow<'_>) -> Result<ParsedPage> {
        match *self {}
    }
}
