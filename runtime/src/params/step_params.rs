//! The client-wide params as one value: for the functions of processing steps that take them.

use std::any::Any;
use std::sync::Arc;

use super::read_param::ReadParam;
use super::template::Values;
use crate::error::{Error, ErrorKind, Result};

/// The value of the generated struct: made once for a client.
pub type StepParams = Arc<dyn Any + Send + Sync>;

/// Makes it.
pub type MakeStepParams = fn(&StepValues<'_>) -> Result<StepParams>;

/// The values of the client-wide params, read as their types.
#[derive(Debug)]
pub struct StepValues<'v>(pub(crate) &'v Values);

impl StepValues<'_> {
    /// The value of a param that always has one.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) where it has none, or is not read as its type.
    pub fn one<T: ReadParam>(&self, name: &str) -> Result<T> {
        self.optional(name)?.ok_or_else(|| missing(name))
    }

    /// The value of a param that may be unset.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) where it is not read as its type.
    pub fn optional<T: ReadParam>(&self, name: &str) -> Result<Option<T>> {
        Ok(self.optional_list(name)?.and_then(|values| values.into_iter().next()))
    }

    /// The values of a param that is a list.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) where it is not set, or one of them is not read as its type.
    pub fn list<T: ReadParam>(&self, name: &str) -> Result<Vec<T>> {
        self.optional_list(name)?.ok_or_else(|| missing(name))
    }

    /// The values of a list that may be unset.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) where one of them is not read as its type.
    pub fn optional_list<T: ReadParam>(&self, name: &str) -> Result<Option<Vec<T>>> {
        let Some(texts) = self.0.texts(name) else { return Ok(None) };
        let read = |text: &String| {
            T::read(text).ok_or_else(|| {
                let message = format!("the param `{name}` is not read back from its text {text:?}");
                Error::internal(ErrorKind::Config, message)
            })
        };
        texts.iter().map(read).collect::<Result<_>>().map(Some)
    }
}

fn missing(name: &str) -> Error {
    Error::internal(ErrorKind::Config, format!("the param `{name}` has no value"))
}

/// The value of a generated struct, of whatever type it is.
///
/// # Errors
/// None: the type is that of [`MakeStepParams`].
pub fn step_params<P: Any + Send + Sync>(params: P) -> Result<StepParams> {
    Ok(Arc::new(params))
}

/// The generated struct.
///
/// # Errors
/// [`Config`](ErrorKind::Config) where a client was built without it, which is a bug.
pub fn params_of<P: Any>(params: Option<&StepParams>) -> Result<&P> {
    let found = params.and_then(|params| params.downcast_ref());
    found.ok_or_else(|| Error::internal(ErrorKind::Config, "the client has no params for processing steps"))
}
