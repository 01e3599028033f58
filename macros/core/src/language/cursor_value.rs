//! `initial_cursor = "*"`, `end_cursor = 0`, `end_attribute("results" = "false")`: values that the declaration names,
//! instead of the API.

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;
use syn::parse::ParseStream;
use syn::spanned::Spanned;

use super::header::assigned;
use super::json::{JsonTemplate, Scalar, scalar};
use crate::diagnostic::Sink;
use crate::syntax::{Form, OptionValue, expected, refuse_name, string, within};

/// The first cursor: a string or a whole number.
#[derive(Clone)]
pub(crate) struct InitialCursor {
    pub(crate) value: JsonTemplate,
    pub(crate) text: LitStr,
}

impl OptionValue for InitialCursor {
    const FORM: Form = Form::Value("\"*\"");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        let cursor = Self::any(input)?;
        if cursor.text.value().is_empty() {
            let message = "an empty cursor begins nowhere\nhelp: leave `initial_cursor` out: the first request has no cursor then";
            return Err(syn::Error::new_spanned(&cursor.text, message));
        }
        Ok(cursor)
    }
}

impl InitialCursor {
    fn any(input: ParseStream<'_>) -> syn::Result<Self> {
        const WHAT: &str = "a string or a whole number";
        if input.peek(syn::Ident) || input.peek(syn::token::Bracket) || input.peek(syn::token::Brace) {
            return Err(expected(input, WHAT));
        }
        let Scalar { json: value, text, token } = scalar(input, WHAT)?;
        if !matches!(value, JsonTemplate::Text(_) | JsonTemplate::Integer(_)) {
            return Err(syn::Error::new_spanned(&token, format!("expected {WHAT}, found `{text}`")));
        }
        Ok(Self { value, text: LitStr::new(&text, token.span()) })
    }

    pub(crate) fn constant(&self, krate: &syn::Path) -> TokenStream {
        if let JsonTemplate::Integer(number) = &self.value {
            let number = proc_macro2::Literal::i64_unsuffixed(*number);
            return quote!(#krate::paginate::CursorLiteral::Number(#number));
        }
        let text = self.text.value();
        quote!(#krate::paginate::CursorLiteral::Text(#text))
    }
}

/// The cursor after the last page, as text.
#[derive(Clone)]
pub(crate) struct EndCursor(pub(crate) LitStr);

impl OptionValue for EndCursor {
    const FORM: Form = Form::Value("\"-1\"");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        let InitialCursor { text, .. } = InitialCursor::any(input)?;
        if text.value().is_empty() {
            let message = "an empty cursor is the last one by itself\nhelp: leave `end_cursor` out";
            return Err(syn::Error::new_spanned(&text, message));
        }
        Ok(Self(text))
    }
}

/// An attribute of the link to the next page, and the value that says that there is none.
#[derive(Clone)]
pub(crate) struct EndAttribute {
    pub(crate) name: LitStr,
    pub(crate) value: LitStr,
}

impl OptionValue for EndAttribute {
    const FORM: Form = Form::Group("\"results\" = \"false\"");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        let place = input.span();
        within(input, "the attribute", |input| {
            if input.is_empty() {
                let message = "the attribute is missing\nhelp: write `end_attribute(\"results\" = \"false\")`";
                return Err(syn::Error::new(place, message));
            }
            refuse_name(input, |name| {
                format!("the name of an attribute is a string\nhelp: write `\"{name}\" = \"false\"`")
            })?;
            let name = string(input, "\"results\"")?;
            if name.value().trim().is_empty() {
                return Err(syn::Error::new_spanned(&name, "an attribute needs a name"));
            }
            assigned(input, &name, &format!("the attribute `{}`", name.value()))?;
            let value = string(input, "\"false\"")?;
            input.parse::<Option<syn::Token![,]>>()?;
            Ok(Self { name, value })
        })
    }
}
