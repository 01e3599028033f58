//! `secret(name)`, and what may stand in its place.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, token};

use super::auth::Credential;
use super::list::within;
use super::option::Form;
use super::value::{Value, expected, name, string};
use crate::literal::header::named;
use crate::sink::Sink;

/// `secret(name)`: a value that is not in the program.
#[derive(Clone)]
pub(crate) struct Secret {
    pub(crate) name: Ident,
}

/// A name that may be known to all, or not.
pub(crate) struct Username(pub(crate) Credential);

/// A secret, or nothing.
pub(crate) struct Password(pub(crate) Credential);

impl Value for Username {
    const FORM: Form = Form::Value("\"name\"");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if !input.peek(LitStr) {
            return Secret::read(input, errors).map(|secret| Self(Credential::Secret(secret)));
        }
        let token = string(input, "\"name\"")?;
        // RFC 7617, section 2: the first colon is where the password starts.
        match token.value().chars().find(|letter| *letter == ':' || letter.is_control()) {
            Some(odd) => Err(syn::Error::new_spanned(&token, format!("a user name has no {}", named(odd)))),
            None => Ok(Self(Credential::Literal(token))),
        }
    }
}

impl Value for Password {
    const FORM: Form = Form::Value("secret(name)");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if input.fork().parse::<LitStr>().is_ok_and(|text| text.value().is_empty()) {
            return input.parse().map(|empty| Self(Credential::Literal(empty)));
        }
        Secret::read(input, errors).map(|secret| Self(Credential::Secret(secret)))
    }
}

impl Value for Secret {
    const FORM: Form = Form::Value("secret(name)");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let text: LitStr = input.parse()?;
            return Err(syn::Error::new_spanned(
                &text,
                "a secret is not written into a program\nhelp: write `secret(name)`, and give it to the client, or in the variable `NAME`",
            ));
        }
        if !input.peek(Ident::peek_any) {
            return Err(expected(input, "`secret(name)`"));
        }
        let word = input.call(Ident::parse_any)?;
        if word != "secret" {
            return Err(syn::Error::new_spanned(
                &word,
                format!("expected `secret(name)`, found `{word}`\nhelp: write `secret({word})`"),
            ));
        }
        if !input.peek(token::Paren) {
            return Err(syn::Error::new_spanned(&word, "this secret has no name\nhelp: write `secret(name)`"));
        }
        within(input, "the secret's name", |input| {
            if input.is_empty() {
                return Err(syn::Error::new_spanned(&word, "this secret has no name\nhelp: write `secret(name)`"));
            }
            Ok(Self { name: name(input, "the name of a secret")? })
        })
    }
}
