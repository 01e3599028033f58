//! HTTP status codes that stand for a failure.

use syn::LitInt;
use syn::parse::ParseStream;

use crate::diagnostic::Sink;
use crate::syntax::{Form, Int, OptionValue, array};

/// A status code that is worth another attempt.
#[derive(Clone)]
pub(crate) struct Status {
    pub(crate) code: u16,
    pub(crate) token: LitInt,
}

impl OptionValue for Vec<Status> {
    const FORM: Form = Form::Value("[429, 500, 502, 503, 504]");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let status = |input: ParseStream<'_>| {
            let Int { value, token } = Int::<u64>::read(input, errors)?;
            let wrong = |message: String| Err(syn::Error::new_spanned(&token, message));
            match u16::try_from(value) {
                Ok(code @ 200..=299) => wrong(format!("{code} is a success: there is nothing to retry")),
                Ok(code @ 100..=599) => Ok(Status { code, token }),
                _ => wrong(format!("{value} is not an HTTP status: they go from 100 to 599")),
            }
        };
        array(input, errors, "[429, 500, 502, 503, 504]", status, |status| {
            (status.code, status.token.clone(), status.code.to_string())
        })
    }
}
