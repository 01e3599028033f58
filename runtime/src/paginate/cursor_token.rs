//! Cursors: as the API wrote them, and as they are sent back.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::mismatch::PagingMismatch;
use super::{PageRequest, ResponseView};
use crate::error::{Error, ErrorKind, Result};
use crate::json::lookup;
use crate::json::path::Step;
use crate::json::scalar::Scalar;

/// A cursor that the declaration names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum CursorLiteral {
    /// A string.
    Text(&'static str),
    /// A number.
    Number(i64),
}

/// A cursor, as the API wrote it: it is sent back with the type that it came with.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum CursorToken {
    Number(Number),
    Text(String),
    /// Any other value as JSON text, without white space: an array, an object, a decimal, a number of more digits.
    Json {
        json: String,
    },
}

/// Where a cursor goes in the next request.
#[derive(Debug, Clone, Copy)]
pub(super) struct CursorPlace {
    pub(super) param: &'static str,
    pub(super) body_path: Option<&'static [Step]>,
    pub(super) header: Option<&'static str>,
}

/// A whole number of more digits is no page or row of a list that anybody reads page by page: an id, or a time.
const MOST_DIGITS: usize = 9;

pub(super) const EXPECTED: &str = "a cursor";

impl From<CursorLiteral> for CursorToken {
    fn from(literal: CursorLiteral) -> Self {
        match literal {
            CursorLiteral::Text(text) => Self::Text(text.to_owned()),
            CursorLiteral::Number(number) => Self::Number(number.into()),
        }
    }
}

impl CursorToken {
    /// The cursor in a body. Absent, null, false and empty mean the end; 0 is a cursor like any other.
    pub(super) fn in_body(
        path: &'static [Step],
        found: Option<&Scalar>,
        page: &ResponseView<'_>,
    ) -> Result<Option<Self>, PagingMismatch> {
        match found {
            None | Some(Scalar::Null | Scalar::Bool(false)) => Ok(None),
            Some(Scalar::Text(text)) => Ok(Some(text).filter(|text| !text.is_empty()).cloned().map(Self::Text)),
            Some(Scalar::Unsigned(number)) => Ok(Some(Self::Number((*number).into()))),
            Some(Scalar::Negative(number)) => Ok(Some(Self::Number((*number).into()))),
            Some(other @ Scalar::Bool(true)) => Err(PagingMismatch::at("cursor_path", path, Some(other), EXPECTED)),
            // Only the text of these has all that was sent.
            Some(other @ (Scalar::Float(_) | Scalar::Array | Scalar::Object)) => {
                let json = lookup::value_at(page.body, path).map(|value| compact(value.get()));
                let json = json.ok_or_else(|| PagingMismatch::at("cursor_path", path, Some(other), EXPECTED))?;
                Ok((json != "[]" && json != "{}").then_some(Self::Json { json }))
            }
        }
    }

    /// Whether it may be the number of a page or of a row: those name other rows once rows before them have come or gone.
    pub(super) fn may_be_a_number(&self) -> bool {
        let text = self.text();
        text.len() <= MOST_DIGITS && text.bytes().all(|digit| digit.is_ascii_digit())
    }

    /// As it is sent where there are no types.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Number(number) => number.to_string().into(),
            Self::Text(text) | Self::Json { json: text } => text.as_str().into(),
        }
    }

    /// Writes it into a request.
    pub(super) fn send(&self, place: CursorPlace, request: &mut PageRequest) -> Result<()> {
        match place {
            CursorPlace { header: Some(name), .. } => request.set_header(name, &self.text()),
            CursorPlace { body_path: path @ Some(_), param, .. } => {
                request.send(param, path, self.value()?);
                Ok(())
            }
            CursorPlace { param, .. } => {
                request.send(param, None, self.text().into_owned());
                Ok(())
            }
        }
    }

    /// As it is sent in JSON.
    fn value(&self) -> Result<Value> {
        match self {
            Self::Number(number) => Ok(number.clone().into()),
            Self::Text(text) => Ok(text.as_str().into()),
            Self::Json { json } => {
                let value = serde_json::from_str(json).ok().filter(|value| is_exact(json, value));
                value.ok_or_else(|| {
                    let message = format!("the cursor {json} has more digits than a number in a body can keep");
                    Error::new(ErrorKind::Decode, message)
                        .quoting(json)
                        .with_help("send it in the query, by `cursor_param`, where it stays as the API wrote it")
                })
            }
        }
    }
}

/// Whether a value is the number that was written, if it is a number.
fn is_exact(json: &str, value: &Value) -> bool {
    let is_whole = !json.contains(['.', 'e', 'E']);
    !(is_whole && value.is_f64())
}

/// JSON text without the white space between its tokens.
fn compact(json: &str) -> String {
    let (mut in_string, mut is_escaped) = (false, false);
    let keeps = |c: &char| {
        let keep = in_string || !c.is_ascii_whitespace();
        match c {
            '"' if !is_escaped => in_string = !in_string,
            _ => {}
        }
        is_escaped = *c == '\\' && !is_escaped;
        keep
    };
    json.chars().filter(keeps).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_dropped_between_tokens_alone() {
        for (json, expected) in
            [("[1,\n  \"a b\"]", "[1,\"a b\"]"), (r#"{ "a \" b" : "c \\" }"#, r#"{"a \" b":"c \\"}"#), ("1.50", "1.50")]
        {
            assert_eq!(compact(json), expected);
        }
    }
}
