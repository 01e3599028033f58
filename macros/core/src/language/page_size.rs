//! How many rows a page has, and where that is sent: `limit = 100`, `limit = page_size`, `limit_param = none`.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitBool};

use super::paginator::SettingValue;
use crate::diagnostic::Sink;
use crate::literal::WireName;
use crate::syntax::{Form, Int, OptionValue, Text, name};

/// How many rows a page has.
pub(crate) enum Limit {
    Rows(Int<u32>),
    /// The name of a client-wide param.
    Param(Ident),
}

/// The query parameter of the page's size, or `none`: the API has a size of its own, which is not sent.
pub(crate) enum LimitParam {
    Sent(Text<WireName>),
    Unsent(Ident),
}

impl OptionValue for Limit {
    const FORM: Form = Form::Value("100");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if input.peek(Ident::peek_any) && !input.peek(LitBool) {
            return name(input, "the name of a param").map(Self::Param);
        }
        Int::read(input, errors).map(Self::Rows)
    }
}

impl OptionValue for LimitParam {
    const FORM: Form = Text::<WireName>::FORM;
    const UNSET: Option<&'static str> = Some("none");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        match input.fork().call(Ident::parse_any) {
            Ok(word) if word == "none" => input.call(Ident::parse_any).map(Self::Unsent),
            _ => Text::read(input, errors).map(Self::Sent),
        }
    }
}

impl From<Limit> for SettingValue {
    fn from(limit: Limit) -> Self {
        match limit {
            Limit::Rows(number) => number.into(),
            Limit::Param(name) => Self::Param(name),
        }
    }
}

impl From<LimitParam> for SettingValue {
    fn from(param: LimitParam) -> Self {
        match param {
            LimitParam::Sent(text) => text.into(),
            LimitParam::Unsent(word) => Self::Unset(word),
        }
    }
}
