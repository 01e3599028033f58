//! `data = "raw text"`, or as a form: `data = { "grant": "read", "q": query }`.

use syn::LitStr;
use syn::parse::ParseStream;
use syn::token;

use super::json::{JsonTemplate, JsonText};
use crate::diagnostic::Sink;
use crate::syntax::{Form, OptionValue, expected, string};

/// A body that is not JSON.
#[derive(Clone)]
pub(crate) enum Data {
    Raw(JsonText),
    /// An object of plain values.
    Form(JsonTemplate),
}

impl Data {
    /// The form, whose values may be those of params.
    pub(crate) fn form(&self) -> Option<&JsonTemplate> {
        match self {
            Self::Form(form) => Some(form),
            Self::Raw(_) => None,
        }
    }
}

impl OptionValue for Data {
    const FORM: Form = Form::Value("{ \"key\": \"value\" }");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return JsonText::parse(&string(input, "\"text\"")?).map(Self::Raw);
        }
        if !input.peek(token::Brace) {
            return Err(expected(input, "a string, or a form such as `{ \"key\": \"value\" }`"));
        }
        let form = JsonTemplate::read(input, errors)?;
        plain(&form, errors);
        Ok(Self::Form(form))
    }
}

/// Reports values that no form can have.
pub(super) fn plain(form: &JsonTemplate, errors: &Sink) {
    let JsonTemplate::Object(members) = form else { return };
    for (key, value) in members {
        let what = match value {
            JsonTemplate::Array(_) => "an array",
            JsonTemplate::Object(_) => "an object",
            JsonTemplate::Null => "`null`",
            _ => continue,
        };
        errors.report(key, format!("a form has plain values, and the value of `{}` is {what}\nhelp: a JSON body is written `json = {{ … }}`", key.value()));
    }
}
