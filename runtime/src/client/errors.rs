//! Several mistakes of a builder's caller, reported as one error.

use crate::error::{Error, Result};

/// The errors so far.
#[derive(Default)]
pub(super) struct Errors(Vec<Error>);

impl Errors {
    /// The value, if there is one; else its error is kept.
    pub(super) fn take<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.0.push(error)).ok()
    }

    /// What a given value is checked to, if it is given and sound.
    pub(super) fn check<T, U>(&mut self, given: Option<T>, check: impl FnOnce(T) -> Result<U>) -> Option<U> {
        given.and_then(|given| self.take(check(given)))
    }

    /// One error of all: the first, and the others with what to do about each.
    pub(super) fn report(self) -> Result<()> {
        let joined = self.0.into_iter().reduce(|first, other| {
            let help = other.help().map(|help| format!(" ({help})")).unwrap_or_default();
            first.appending(&format!("{}{help}", other.message()))
        });
        joined.map_or(Ok(()), Err)
    }
}
