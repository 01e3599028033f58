//! Values on a page that its paginator cannot use.

use std::borrow::Cow;

use reqwest::header::HeaderMap;
use serde_json::value::RawValue;

use crate::error::{Error, ErrorKind};
use crate::http::header_text::lossy_text;
use crate::json::described::end_of;
use crate::json::path::{Path, Step};
use crate::json::scalar::Scalar;

/// A value on a page that the paginator cannot use, or does not find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagingMismatch {
    /// The option with its path or header.
    pub option: &'static str,
    /// Where the paginator looks.
    pub place: PagingPlace,
    /// The value it can use.
    pub expected: String,
    /// The value it finds; `None` if there is none.
    pub found: Option<String>,
    /// Whether it may be right: a last page names no next one.
    pub may_be_right: bool,
    /// What the body has where the path ends, if there is nothing at the path.
    pub instead: Option<Box<str>>,
}

/// Where a paginator looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PagingPlace {
    /// In the body.
    Path(String),
    /// In a header of the response.
    Header(String),
}

impl PagingMismatch {
    pub(super) fn at(option: &'static str, path: &[Step], found: Option<&Scalar>, expected: &str) -> Self {
        let place = PagingPlace::Path(Path(path).to_string());
        let found = found.map(ToString::to_string);
        Self { option, place, expected: expected.to_owned(), found, may_be_right: false, instead: None }
    }

    pub(super) fn header(option: &'static str, name: &str, found: Option<&str>, expected: &str) -> Self {
        let found = found.map(|text| Scalar::Text(text.to_owned()).to_string());
        let place = PagingPlace::Header(name.to_owned());
        Self { option, place, expected: expected.to_owned(), found, may_be_right: false, instead: None }
    }

    /// The same with what the body has where the path ends.
    pub(super) fn in_body(mut self, path: &[Step], body: &[u8]) -> Self {
        if self.found.is_none() {
            self.instead = serde_json::from_slice::<&RawValue>(body).ok().map(|root| end_of(path, root).into());
        }
        self
    }

    /// No next page is named: correct, unless the page itself shows that there is one.
    pub(super) fn unless(mut self, more: bool) -> Self {
        self.may_be_right = !more;
        self
    }

    /// The advice.
    pub(crate) fn help(&self) -> String {
        let option = self.option;
        match (&self.place, &self.found) {
            (PagingPlace::Path(_), _) => {
                let instead = self.instead.as_ref().map_or_else(String::new, |instead| format!(": {instead}"));
                let instead = instead.replacen(": it is ", ": the body is ", 1);
                let absent = match option {
                    "has_more_path" if self.found.is_none() => {
                        "; if the last page lacks it, write `missing_flag = end`"
                    }
                    "is_last_path" if self.found.is_none() => {
                        "; if only the last page has it, write `missing_flag = ignore`"
                    }
                    _ => "",
                };
                format!("correct `{option}` in the declaration to where the API puts it{instead}{absent}")
            }
            (PagingPlace::Header(_), Some(_)) => format!("correct `{option}` to the header that counts the rows"),
            (PagingPlace::Header(_), None) if option == "total_header" => {
                "correct `total_header`, or leave it out: pagination then ends at the first empty page".to_owned()
            }
            (PagingPlace::Header(_), None) => format!("correct `{option}` to what the API sends"),
        }
    }
}

impl From<PagingMismatch> for Error {
    fn from(mismatch: PagingMismatch) -> Self {
        let PagingMismatch { option, place, expected, found, .. } = &mismatch;
        let message = match (place, found) {
            (PagingPlace::Path(path), None) => {
                format!("`{option}`: the body has nothing at `{path}`, expected {expected}")
            }
            (PagingPlace::Path(path), Some(found)) => {
                format!("`{option}`: expected {expected} at `{path}`, found {found}")
            }
            (PagingPlace::Header(name), None) => format!("the response has no header `{name}` ({option})"),
            (PagingPlace::Header(name), Some(found)) => {
                format!("the response header `{name}` ({option}) is not {expected}: {found}")
            }
        };
        let error = Self::new(ErrorKind::Decode, message).with_help(mismatch.help());
        match found {
            Some(found) => error.quoting(found),
            None => error,
        }
    }
}

/// A header that holds a number: a byte that is not UTF-8 belongs to none, and is replaced.
pub(super) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<Cow<'a, str>> {
    headers.get(name).map(lossy_text)
}
