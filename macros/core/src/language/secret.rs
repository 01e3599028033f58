//! `secret(name, prefix = "…", suffix = "…")`, and the values that may take its place.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token, token};

use super::auth_kinds::SecretOptions;
use super::client_text::ClientText;
use super::words::AuthKind;
use crate::diagnostic::Sink;
use crate::literal::header::named;
use crate::naming::identifier;
use crate::syntax::{Form, OptionValue, ReadAll as _, Slot, Word as _, expected, name, refuse_string, string, within};

/// A value that is not in the program, and the text that is sent around it.
#[derive(Clone)]
pub(crate) struct Secret {
    pub(crate) name: Ident,
    pub(crate) prefix: Option<LitStr>,
    pub(crate) suffix: Option<LitStr>,
}

impl Secret {
    /// Reports text around a secret that is no text to be sent: a key, or the value that a type of the user's is given.
    pub(crate) fn alone(&self, why: &str, errors: &Sink) {
        if let Some(text) = self.prefix.as_ref().or(self.suffix.as_ref()) {
            errors.report(text, format!("{why}\nhelp: leave this out: `secret({})`", self.name));
        }
    }
}

/// Whether `secret(…)` is next.
pub(super) fn is_secret_next(input: ParseStream<'_>) -> bool {
    input.peek2(token::Paren) && input.fork().call(Ident::parse_any).is_ok_and(|word| word == "secret")
}

/// Text before or after a secret.
#[derive(Clone)]
pub(crate) struct Around(pub(crate) LitStr);

impl OptionValue for Around {
    const FORM: Form = Form::Value("\"Token \"");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        let text = string(input, "\"Token \"")?;
        match text.value().chars().find(|letter| letter.is_control()) {
            Some(odd) => Err(syn::Error::new_spanned(&text, format!("the text around a secret has no {}", named(odd)))),
            None if text.value().is_empty() => {
                Err(syn::Error::new_spanned(&text, "this text is empty\nhelp: leave the option out"))
            }
            None => Ok(Self(text)),
        }
    }
}

/// A part of the credentials.
#[derive(Clone)]
pub(crate) enum Credential {
    Text(ClientText),
    Secret(Secret),
}

impl Credential {
    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&ClientText> {
        match self {
            Self::Text(text) => Some(text),
            Self::Secret(_) => None,
        }
    }

    pub(crate) fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Secret(secret) => Some(secret),
            Self::Text(_) => None,
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

/// Reads the name of a user or a client, that of a param, or the secret that stands for it. `without` is a letter that it cannot have.
pub(super) fn name_or_secret(
    input: ParseStream<'_>,
    errors: &Sink,
    what: &str,
    without: impl Into<Option<char>>,
) -> syn::Result<Credential> {
    if !input.peek(LitStr) && !ClientText::is_name(input) {
        return Secret::read(input, errors).map(Credential::Secret);
    }
    let (text, without) = (ClientText::read(input, "\"name\"")?, without.into());
    match text.pattern.plain().chars().find(|letter| Some(*letter) == without || letter.is_control()) {
        Some(odd) => Err(syn::Error::new_spanned(&text.token, format!("a {what} has no {}", named(odd)))),
        None => Ok(Credential::Text(text)),
    }
}

impl OptionValue for Password {
    const FORM: Form = Form::Value("secret(name)");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        // One letter is no secret either: what an API takes for any password.
        if input.fork().parse::<LitStr>().is_ok_and(|text| text.value().chars().count() <= 1) {
            return ClientText::read(input, "").map(|empty| Self(Credential::Text(empty)));
        }
        Secret::read(input, errors).map(|secret| Self(Credential::Secret(secret)))
    }
}

impl OptionValue for Secret {
    const FORM: Form = Form::Value("secret(name)");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        refuse_string(input, |text| {
            let written = match around(&text) {
                Some((before, name, after)) => {
                    let part = |key: &str, text: &str| match text {
                        "" => String::new(),
                        text => format!(", {key} = {text:?}"),
                    };
                    format!("secret({name}{}{})", part("prefix", before), part("suffix", after))
                }
                None => "secret(name)".to_owned(),
            };
            format!(
                "secrets do not belong in source code\nhelp: write `{written}`, and pass it to the client, or set the variable `NAME`"
            )
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
            let name = name(input, "the name of a secret")?;
            if input.parse::<Option<Token![,]>>()?.is_none() {
                return Ok(Self { name, prefix: None, suffix: None });
            }
            let SecretOptions { prefix, suffix } = SecretOptions::read_all(input, errors);
            let text = |slot: &Slot<Around>| slot.get().map(|Around(text)| text.clone());
            Ok(Self { name, prefix: text(&prefix), suffix: text(&suffix) })
        })
    }
}

/// A name in a `secret(…)`.
#[derive(Clone)]
pub(crate) struct NamedSecret {
    pub(crate) name: Ident,
    /// Whether it stands in a `one_of(…)`.
    pub(crate) optional: bool,
}

/// Options of credentials whose values are secrets.
const SECRETS: [&str; 6] = ["token", "api_key", "password", "client_secret", "refresh_token", "private_key"];

/// Every name in a `secret(…)`, and those in credentials that should be in one: `bearer(token = token)`.
pub(crate) fn secrets_in(tokens: TokenStream, secrets: &mut Vec<NamedSecret>) {
    within_choice(tokens, false, secrets);
}

fn within_choice(tokens: TokenStream, optional: bool, secrets: &mut Vec<NamedSecret>) {
    let mut before = None;
    for token in tokens {
        match &token {
            TokenTree::Group(group) if AuthKind::words().any(|kind| is_word(before.as_ref(), kind)) => {
                let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
                secrets.extend(
                    tokens
                        .windows(4)
                        .chain(tokens.get(tokens.len().saturating_sub(3)..))
                        .filter_map(bare)
                        .map(|name| NamedSecret { name, optional }),
                );
                within_choice(group.stream(), optional || is_word(before.as_ref(), "one_of"), secrets);
            }
            TokenTree::Group(group) if is_word(before.as_ref(), "secret") => {
                secrets.extend(only_name(group).map(|name| NamedSecret { name, optional }));
            }
            TokenTree::Group(group) => {
                within_choice(group.stream(), optional || is_word(before.as_ref(), "one_of"), secrets);
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        before = Some(token);
    }
}

/// The name that an option of credentials has for its value, where a `secret(…)` is meant.
fn bare(tokens: &[TokenTree]) -> Option<Ident> {
    match tokens {
        [TokenTree::Ident(option), TokenTree::Punct(equals), TokenTree::Ident(name), rest @ ..]
            if equals.as_char() == '='
                && SECRETS.iter().any(|secret| option == secret)
                && !matches!(rest, [TokenTree::Group(_), ..]) =>
        {
            Some(name.clone())
        }
        [TokenTree::Ident(option), TokenTree::Punct(equals), TokenTree::Literal(text), ..]
            if equals.as_char() == '=' && SECRETS.iter().any(|secret| option == secret) =>
        {
            let text = syn::parse2::<LitStr>(text.to_token_stream()).ok()?.value();
            let (_, name, _) = around(&text)?;
            identifier(name, option.span())
        }
        _ => None,
    }
}

/// The name in the braces of a text, and what is around it: `"Bearer {token}"`.
fn around(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    identifier(name, Span::call_site()).map(|_| (before, name, after))
}

fn is_word(token: Option<&TokenTree>, expected: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(word)) if word == expected)
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
