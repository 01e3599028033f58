//! HTTP status codes.

use syn::LitInt;
use syn::parse::ParseStream;

use crate::diagnostic::Sink;
use crate::syntax::{Form, Int, OptionValue, array};

/// A status code, and where it is written.
#[derive(Clone)]
pub(crate) struct Status {
    pub(crate) code: u16,
    pub(crate) token: LitInt,
}

impl Status {
    pub(crate) fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if let Ok(class) = input.fork().parse::<LitInt>()
            && class.suffix().eq_ignore_ascii_case("xx")
        {
            input.parse::<LitInt>()?;
            let first = class.base10_digits();
            return Err(syn::Error::new_spanned(
                &class,
                format!(
                    "`{class}` is a class of statuses, and each is written by itself\nhelp: write those that the API sends, such as `{first}00` and `{first}03`"
                ),
            ));
        }
        let Int { value, token } = Int::<u64>::read(input, errors)?;
        match u16::try_from(value) {
            Ok(code @ 100..=599) => Ok(Self { code, token }),
            _ => Err(syn::Error::new_spanned(&token, format!("{value} is not an HTTP status (100 to 599)"))),
        }
    }
}

impl OptionValue for Vec<Status> {
    const FORM: Form = Form::Value("[429, 500, 502, 503, 504]");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let status = |input: ParseStream<'_>| {
            let Status { code, token } = Status::read(input, errors)?;
            match code {
                200..=299 => {
                    Err(syn::Error::new_spanned(&token, format!("{code} is a success: there is nothing to retry")))
                }
                _ => Ok(Status { code, token }),
            }
        };
        array(input, errors, "[429, 500, 502, 503, 504]", status, |status| {
            (status.code, status.token.clone(), status.code.to_string())
        })
    }
}
