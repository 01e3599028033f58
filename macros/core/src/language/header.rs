//! `headers("Name" = "value", …)`.

use syn::parse::ParseStream;
use syn::{LitStr, Token, parenthesized};

use super::overrule;
use super::secret::{Secret, is_secret_next};
use crate::diagnostic::Sink;
use crate::literal::{HeaderName, HeaderValue, Template};
use crate::syntax::{Form, OptionValue, Text, add, entries, expected, refuse_name};

#[derive(Clone, Default)]
pub(crate) struct Headers(pub(crate) Vec<Header>);

#[derive(Clone)]
pub(crate) struct Header {
    pub(crate) name: Text<HeaderName>,
    /// Empty for a secret.
    pub(crate) value: LitStr,
    pub(crate) pattern: Template,
    pub(crate) secret: Option<Secret>,
    /// Whether the OpenAPI file is wrong about it.
    pub(crate) overruled: bool,
}

impl OptionValue for Headers {
    const FORM: Form = Form::Group("\"Name\" = \"value\"");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let content;
        parenthesized!(content in input);
        let mut headers: Vec<Header> = Vec::new();
        entries(&content, errors, |input| {
            add(&mut headers, header(input, errors)?, "set", errors, |header: &Header| {
                let Text { value, token } = &header.name;
                (value.key.clone(), token.clone(), format!("the header `{}`", token.value()))
            });
            Ok(())
        });
        Ok(Self(headers))
    }
}

fn header(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Header> {
    refuse_name(input, |name| {
        let name = name.replace('_', "-");
        format!("the name of a header is a string\nhelp: write `\"{name}\" = \"value\"`")
    })?;
    let name = Text::<HeaderName>::read(input, errors)?;
    assigned(input, &name.token, &format!("the header `{}`", name.token.value()))?;
    if is_secret_next(input) {
        let secret = Secret::read(input, errors)?;
        let (value, pattern) = (LitStr::new("", secret.name.span()), Template::literal(""));
        return Ok(Header { name, value, pattern, secret: Some(secret), overruled: overrule::follows(input)? });
    }
    let Text { value: HeaderValue(pattern), token: value } = Text::<HeaderValue>::read(input, errors)?;
    Ok(Header { name, value, pattern, secret: None, overruled: overrule::follows(input)? })
}

/// Reads the `=` after a name that is a string, and sees that a value follows.
pub(super) fn assigned(input: ParseStream<'_>, name: &LitStr, what: &str) -> syn::Result<()> {
    let equals: Option<Token![=]> = input.parse()?;
    if input.is_empty() || input.peek(Token![,]) {
        let text = name.value();
        return Err(syn::Error::new_spanned(
            name,
            format!("{what} has no value\nhelp: write `\"{text}\" = \"value\"`"),
        ));
    }
    if equals.is_some() { Ok(()) } else { Err(expected(input, "`=`")) }
}
