//! `auth = bearer(token = secret(user_token))`.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, parenthesized, token};

use super::list::ReadAll;
use super::option::Form;
use super::value::{Value, choice, expected, name};
use crate::sink::Sink;
use crate::vocabulary::BearerOptions;

/// How requests are authorized.
#[derive(Clone)]
pub(crate) enum Auth {
    None,
    Bearer(Secret),
    /// Reported when it was read.
    Broken,
}

/// `secret(name)`: a value that is not in the program.
#[derive(Clone)]
pub(crate) struct Secret {
    pub(crate) name: Ident,
}

#[derive(Clone, Copy)]
enum Kind {
    Bearer,
    None,
}

const KINDS: &[(&str, Option<Kind>)] = &[
    ("bearer", Some(Kind::Bearer)),
    ("none", Some(Kind::None)),
    ("http_basic", None),
    ("api_key", None),
    ("oauth2_client_credentials", None),
    ("custom", None),
];

impl Value for Auth {
    const FORM: Form = Form::Value("bearer(token = secret(name))");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let (kind, word) = choice(input, "kind of `auth`", KINDS)?;
        match kind {
            Kind::None => Ok(Self::None),
            Kind::Bearer => bearer(input, &word, errors),
        }
    }
}

fn bearer(input: ParseStream<'_>, word: &Ident, errors: &Sink) -> syn::Result<Auth> {
    const HELP: &str = "help: write `bearer(token = secret(name))`";
    if !input.peek(token::Paren) {
        return Err(syn::Error::new_spanned(word, format!("`bearer` needs a token\n{HELP}")));
    }
    let content;
    parenthesized!(content in input);
    let inner = errors.child();
    let options = BearerOptions::read_all(&content, &inner);
    match options.token.get() {
        Some(secret) => Ok(Auth::Bearer(secret.clone())),
        None if inner.is_sound() => Err(syn::Error::new_spanned(word, format!("`bearer` needs a token\n{HELP}"))),
        None => Ok(Auth::Broken),
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
        let content;
        parenthesized!(content in input);
        if content.is_empty() {
            return Err(syn::Error::new_spanned(&word, "this secret has no name\nhelp: write `secret(name)`"));
        }
        let name = name(&content, "the name of a secret")?;
        if !content.is_empty() {
            return Err(expected(&content, "`)` after the secret's name"));
        }
        Ok(Self { name })
    }
}
