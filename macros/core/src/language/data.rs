//! `data = "raw text"`, or as a form: `data = { "grant": "read", "q": query }`.

use syn::LitStr;
use syn::parse::ParseStream;
use syn::token;

use super::json::Json;
use crate::diagnostic::Sink;
use crate::syntax::{Form, Value, expected, string};

/// A body that is not JSON.
#[derive(Clone)]
pub(crate) enum Data {
    Raw(LitStr),
    /// An object of plain values.
    Form(Json),
}

impl Data {
    /// The form, whose values may be those of params.
    pub(crate) fn form(&self) -> Option<&Json> {
        match self {
            Self::Form(form) => Some(form),
            Self::Raw(_) => None,
        }
    }
}

impl Value for Data {
    const FORM: Form = Form::Value("{ \"key\": \"value\" }");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return string(input, "\"text\"").map(Self::Raw);
        }
        if !input.peek(token::Brace) {
            return Err(expected(input, "a text, or a form such as `{ \"key\": \"value\" }`"));
        }
        let form = Json::read(input, errors)?;
        if let Json::Object(members) = &form {
            for (key, value) in members {
                let what = match value {
                    Json::Array(_) => "an array",
                    Json::Object(_) => "an object",
                    Json::Null => "`null`",
                    _ => continue,
                };
                errors.report(key, format!("a form has plain values, and the value of `{}` is {what}\nhelp: a body of JSON is written `json = {{ … }}`", key.value()));
            }
        }
        Ok(Self::Form(form))
    }
}
