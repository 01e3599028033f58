//! `secret(name)`, and the values that may take its place.

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, token};

use crate::diagnostic::Sink;
use crate::literal::header::named;
use crate::syntax::{Form, OptionValue, expected, name, refuse_string, string, within};

/// `secret(name)`: a value that is not in the program.
#[derive(Clone)]
pub(crate) struct Secret {
    pub(crate) name: Ident,
}

/// A part of the credentials.
#[derive(Clone)]
pub(crate) enum Credential {
    Literal(LitStr),
    Secret(Secret),
}

impl Credential {
    pub(crate) fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Secret(secret) => Some(secret),
            Self::Literal(_) => None,
        }
    }
}

/// A name that may be known to all, or not.
pub(crate) struct Username(pub(crate) Credential);

/// A secret, or nothing.
pub(crate) struct Password(pub(crate) Credential);

impl OptionValue for Username {
    const FORM: Form = Form::Value("\"name\"");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        // RFC 7617, section 2: the first colon is where the password starts.
        name_or_secret(input, errors, "user name", ':').map(Self)
    }
}

/// Reads the name of a user or a client, or the secret that stands for it. `without` is a letter that it cannot have.
pub(super) fn name_or_secret(
    input: ParseStream<'_>,
    errors: &Sink,
    what: &str,
    without: impl Into<Option<char>>,
) -> syn::Result<Credential> {
    if !input.peek(LitStr) {
        return Secret::read(input, errors).map(Credential::Secret);
    }
    let (token, without) = (string(input, "\"name\"")?, without.into());
    match token.value().chars().find(|letter| Some(*letter) == without || letter.is_control()) {
        Some(odd) => Err(syn::Error::new_spanned(&token, format!("a {what} has no {}", named(odd)))),
        None => Ok(Credential::Literal(token)),
    }
}

impl OptionValue for Password {
    const FORM: Form = Form::Value("secret(name)");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if input.fork().parse::<LitStr>().is_ok_and(|text| text.value().is_empty()) {
            return input.parse().map(|empty| Self(Credential::Literal(empty)));
        }
        Secret::read(input, errors).map(|secret| Self(Credential::Secret(secret)))
    }
}

impl OptionValue for Secret {
    const FORM: Form = Form::Value("secret(name)");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        refuse_string(input, |_| {
            "secrets do not belong in source code\nhelp: write `secret(name)`, and pass it to the client, or set the variable `NAME`".to_owned()
        })?;
        if !input.peek(Ident::peek_any) {
            return Err(expected(input, "`secret(name)`"));
        }
        let word = input.call(Ident::parse_any)?;
        if word != "secret" {
            // `env(user_token)` and `env("USER_TOKEN")` name the secret within.
            let help = match input.fork().call(name_in_parentheses) {
                Ok(name) => {
                    let variable = name.to_uppercase();
                    format!(
                        "write `secret({name})`: unless the builder sets it, it is read from the variable `{variable}`"
                    )
                }
                Err(_) => format!("write `secret({word})`"),
            };
            return Err(syn::Error::new_spanned(
                &word,
                format!("expected `secret(name)`, found `{word}`\nhelp: {help}"),
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

/// Every name in a `secret(…)`.
pub(crate) fn secrets_in(tokens: TokenStream, secrets: &mut Vec<Ident>) {
    let mut after_secret = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) if after_secret => {
                secrets.extend(only_name(&group));
                after_secret = false;
            }
            TokenTree::Group(group) => secrets_in(group.stream(), secrets),
            TokenTree::Ident(word) => after_secret = word == "secret",
            TokenTree::Punct(_) | TokenTree::Literal(_) => after_secret = false,
        }
    }
}

fn only_name(group: &Group) -> Option<Ident> {
    match group.stream().into_iter().next() {
        Some(TokenTree::Ident(name)) => Some(name),
        _ => None,
    }
}

/// The name of a secret in parentheses, where it may be that of an environment variable.
fn name_in_parentheses(input: ParseStream<'_>) -> syn::Result<String> {
    let content;
    syn::parenthesized!(content in input);
    if content.peek(LitStr) {
        let name = content.parse::<LitStr>()?.value().to_lowercase();
        return syn::parse_str::<Ident>(&name).map(|_| name);
    }
    Ok(content.call(Ident::parse_any)?.to_string())
}
