//! Functions of the user's that make the rows of a body: `rows = path::to::function`.

use std::fmt::Display;
use std::str::{self, Utf8Error};

use crate::json::raw::Json;

/// A function that makes the rows of a resource `T` of the body of a page.
#[diagnostic::on_unimplemented(
    message = "`rows` needs a function that makes rows of a body",
    label = "this function does not take a body and return rows of `{T}`",
    note = "it takes `&[u8]`, `&str` or `&declarest::Json`",
    note = "it returns `Vec<{T}>`, `Vec<declarest::Json>`, or a `Result` of these whose error can be displayed"
)]
pub trait MakesRows<T, By>: Sized {
    /// Makes the rows.
    ///
    /// # Errors
    /// When the body is not what the function takes, or the function fails.
    fn rows(self, body: &[u8]) -> Result<MadeRows<T>, RowsFault>;
}

/// What takes the bytes of a body.
pub struct OfBytes<By>(By);
/// What takes the text of a body.
pub struct OfText<By>(By);
/// What takes the JSON of a body.
pub struct OfJson<By>(By);
/// What takes the JSON of a body for itself.
pub struct OfOwnJson<By>(By);

impl<T, By, R: RowsMade<T, By>, F: Fn(&[u8]) -> R> MakesRows<T, OfBytes<By>> for F {
    fn rows(self, body: &[u8]) -> Result<MadeRows<T>, RowsFault> {
        self(body).made()
    }
}

impl<T, By, R: RowsMade<T, By>, F: Fn(&str) -> R> MakesRows<T, OfText<By>> for F {
    fn rows(self, body: &[u8]) -> Result<MadeRows<T>, RowsFault> {
        self(str::from_utf8(body).map_err(RowsFault::NotText)?).made()
    }
}

impl<T, By, R: RowsMade<T, By>, F: Fn(&Json) -> R> MakesRows<T, OfJson<By>> for F {
    fn rows(self, body: &[u8]) -> Result<MadeRows<T>, RowsFault> {
        self(&json(body)?).made()
    }
}

impl<T, By, R: RowsMade<T, By>, F: Fn(Json) -> R> MakesRows<T, OfOwnJson<By>> for F {
    fn rows(self, body: &[u8]) -> Result<MadeRows<T>, RowsFault> {
        self(json(body)?).made()
    }
}

fn json(body: &[u8]) -> Result<Json, RowsFault> {
    serde_json::from_slice(body).map_err(RowsFault::NotJson)
}

/// What a function returns: rows of `T`.
#[diagnostic::on_unimplemented(
    message = "`rows` needs a function that returns rows of `{T}`, not `{Self}`",
    label = "this is not a list of rows",
    note = "return `Vec<{T}>`, `Vec<declarest::Json>`, or a `Result` of these whose error can be displayed"
)]
pub trait RowsMade<T, By> {
    /// The rows.
    ///
    /// # Errors
    /// Those of the function.
    fn made(self) -> Result<MadeRows<T>, RowsFault>;
}

/// Rows of the resource's own type.
pub struct Typed;
/// Rows that are JSON still.
pub struct Untyped;
/// What may fail.
pub struct Fallible<By>(By);

impl<T> RowsMade<T, Typed> for Vec<T> {
    fn made(self) -> Result<MadeRows<T>, RowsFault> {
        Ok(MadeRows::Typed(self))
    }
}

impl<T> RowsMade<T, Untyped> for Vec<Json> {
    fn made(self) -> Result<MadeRows<T>, RowsFault> {
        Ok(MadeRows::Json(self))
    }
}

impl<T, By, R: RowsMade<T, By>, E: Display> RowsMade<T, Fallible<By>> for Result<R, E> {
    fn made(self) -> Result<MadeRows<T>, RowsFault> {
        self.map_err(|error| RowsFault::Failed(error.to_string()))?.made()
    }
}

/// The rows that a function has made.
pub enum MadeRows<T> {
    /// Of the resource's own type.
    Typed(Vec<T>),
    /// Each to be decoded.
    Json(Vec<Json>),
}

/// Calls the function.
///
/// # Errors
/// When the body is not what the function takes, or the function fails.
pub fn made_rows<T, By, F: MakesRows<T, By>>(function: F, body: &[u8]) -> Result<MadeRows<T>, RowsFault> {
    function.rows(body)
}

/// Why there are no rows.
#[derive(Debug)]
pub enum RowsFault {
    /// The body is not UTF-8.
    NotText(Utf8Error),
    /// The body is not JSON.
    NotJson(serde_json::Error),
    /// The function says so.
    Failed(String),
}
