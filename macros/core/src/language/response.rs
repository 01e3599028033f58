//! How responses are handled: `response_actions(404 = ignore, 202 = retry, body("error") = fail)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Lit, LitInt, LitStr, Token, parenthesized, token};

use super::json::{Scalar, scalar};
use super::words::Action;
use crate::diagnostic::Sink;
use crate::literal::{Status, Step, Steps};
use crate::syntax::{Form, OptionValue, Text, add, choice, entries, expected, string, within};

/// How responses are handled, in the order in which it is written.
#[derive(Clone)]
pub(crate) struct Actions(pub(crate) Vec<(On, Action)>);

/// The responses that an action is for.
#[derive(Clone)]
pub(crate) enum On {
    Status(u16, LitInt),
    Text(LitStr),
    /// `(404, "not found")`
    StatusText {
        code: u16,
        status: LitInt,
        text: LitStr,
    },
    /// `body("ok" = false)`: a place in the body, and the value there as text.
    Body {
        path: Vec<Step>,
        token: LitStr,
        value: Option<(String, TokenStream)>,
    },
}

impl Actions {
    /// Where an access token is to be renewed.
    pub(crate) fn renewal(&self) -> Option<TokenStream> {
        self.0.iter().find(|(_, action)| *action == Action::Renew).map(|(on, _)| on.place())
    }
}

impl On {
    /// Whether it fits every response that another one fits, which is not the same.
    fn covers(&self, other: &Self) -> bool {
        // An empty text is that of a response without a body.
        let part = |part: &LitStr, text: &LitStr| {
            let (part, text) = (part.value(), text.value());
            !part.is_empty() && part != text && text.contains(&part)
        };
        match (self, other) {
            // A 403 that is a rate limit is none for the status alone.
            (Self::Status(code, _), Self::StatusText { code: other, .. }) => code == other && *code != 403,
            (Self::Text(text), Self::Text(other)) => part(text, other),
            (Self::Text(text), Self::StatusText { text: other, .. }) => {
                part(text, other) || text.value() == other.value()
            }
            (Self::StatusText { code, text, .. }, Self::StatusText { code: second, text: other, .. }) => {
                code == second && part(text, other)
            }
            (Self::Body { path, value: None, .. }, Self::Body { path: other, value: Some((text, _)), .. }) => {
                path == other && !matches!(text.as_str(), "false" | "" | "null" | "0")
            }
            _ => false,
        }
    }

    /// Its identity: a status, a text, a place.
    fn key(&self) -> (Option<u16>, Option<String>, Option<Vec<Step>>) {
        match self {
            Self::Status(code, _) => (Some(*code), None, None),
            Self::Text(text) => (None, Some(text.value()), None),
            Self::StatusText { code, text, .. } => (Some(*code), Some(text.value()), None),
            Self::Body { path, value, .. } => (None, value.as_ref().map(|(text, _)| text.clone()), Some(path.clone())),
        }
    }

    /// Its token, for messages.
    fn place(&self) -> TokenStream {
        match self {
            Self::Status(_, token) | Self::StatusText { status: token, .. } => quote!(#token),
            Self::Text(token) | Self::Body { token, .. } => quote!(#token),
        }
    }

    /// As it is written.
    fn written(&self) -> String {
        match self {
            Self::Status(_, token) => quote!(#token).to_string(),
            Self::Text(token) => quote!(#token).to_string(),
            Self::StatusText { status, text, .. } => format!("({status}, {})", quote!(#text)),
            Self::Body { token, value: None, .. } => format!("body({})", quote!(#token)),
            Self::Body { token, value: Some((_, value)), .. } => format!("body({} = {value})", quote!(#token)),
        }
    }
}

impl OptionValue for Actions {
    const FORM: Form = Form::Group("404 = ignore");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let content;
        parenthesized!(content in input);
        let mut actions: Vec<(On, Action)> = Vec::new();
        entries(&content, errors, |input| {
            let on = on(input, errors)?;
            if !input.peek(Token![=]) {
                return Err(syn::Error::new_spanned(
                    on.place(),
                    format!(
                        "this response has no action\nhelp: write `{} = ignore`, `retry`, `fail` or `renew`",
                        on.written()
                    ),
                ));
            }
            input.parse::<Token![=]>()?;
            let (action, _) = choice(input)?;
            add(&mut actions, (on, action), "listed", errors, |(on, _)| {
                (on.key(), on.place(), "this response".to_owned())
            });
            Ok(())
        });
        for (at, (on, _)) in actions.iter().enumerate() {
            let before = actions.get(..at).unwrap_or_default();
            if let Some((first, _)) = before.iter().find(|(first, _)| first.covers(on)) {
                errors.conflict(
                    on.place(),
                    format!(
                        "`{}` never applies: the first that fits does\nhelp: put it before the other",
                        on.written()
                    ),
                    first.place(),
                    format!("`{}` fits each of these responses", first.written()),
                );
            }
        }
        Ok(Self(actions))
    }
}

fn on(input: ParseStream<'_>, errors: &Sink) -> syn::Result<On> {
    if input.peek(LitStr) {
        let text = text(input)?;
        no_status(&text)?;
        return Ok(On::Text(text));
    }
    if input.peek(LitInt) {
        let Status { code, token } = Status::read(input, errors)?;
        if code == 200 {
            return Err(syn::Error::new_spanned(
                &token,
                "200 is the status of every page\nhelp: distinguish responses by a string in them, `(200, \"text\")`, by a value, `body(\"path\")`, or as those without a body, `(200, \"\")`",
            ));
        }
        return Ok(On::Status(code, token));
    }
    if input.peek(token::Paren) {
        return within(input, "the text", |input| {
            if !input.peek(LitInt) {
                return Err(expected(input, "a status such as `404`"));
            }
            let Status { code, token } = Status::read(input, errors)?;
            let comma: Option<Token![,]> = input.parse()?;
            if comma.is_none() || input.is_empty() {
                return Err(syn::Error::new_spanned(
                    &token,
                    format!(
                        "a status in parentheses needs a string\nhelp: write `({code}, \"text\")`, or `{code}` alone"
                    ),
                ));
            }
            // An empty one is that of a response without a body.
            let text = string(input, "\"not found\"")?;
            input.parse::<Option<Token![,]>>()?;
            Ok(On::StatusText { code, status: token, text })
        });
    }
    if input.peek(Ident::peek_any) {
        let word = input.call(Ident::parse_any)?;
        if word == "body" && input.peek(token::Paren) {
            return within(input, "the value", |input| body(input, &word, errors));
        }
        let help = if word == "body" {
            "\nhelp: write `body(\"path\") = ignore`, or `body(\"path\" = value) = ignore`"
        } else {
            "\nhelp: write `404 = ignore`, `\"text\" = ignore` or `body(\"path\") = ignore`"
        };
        return Err(syn::Error::new_spanned(
            &word,
            format!("expected a status, a string or `body(…)`, found `{word}`{help}"),
        ));
    }
    Err(expected(input, "a status such as `404`, a string in the body, or `body(…)`"))
}

fn text(input: ParseStream<'_>) -> syn::Result<LitStr> {
    let text = string(input, "\"not found\"")?;
    if text.value().is_empty() {
        Err(syn::Error::new_spanned(
            &text,
            "every response contains the empty string\nhelp: a response without a body is `(204, \"\")`, with its status",
        ))
    } else {
        Ok(text)
    }
}

/// Reports a status that is written as a text: any page may have its digits somewhere.
fn no_status(text: &LitStr) -> syn::Result<()> {
    let value = text.value();
    let (code, phrase) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
    let class = code.len() == 3 && code.starts_with(|digit| ('1'..='5').contains(&digit));
    let rest = code.get(1..).unwrap_or_default();
    // A phrase, as in "404 Not Found", begins with a capital and holds only words.
    let is_phrase = phrase.starts_with(char::is_uppercase)
        && phrase.chars().all(|letter| letter.is_alphabetic() || " -'".contains(letter));
    let help = if class && rest.bytes().all(|byte| byte.is_ascii_digit()) && (phrase.is_empty() || is_phrase) {
        format!("write `{code} = …`; for a text in the body, say where it is: `body(\"…\" = \"{code}\") = …`")
    } else if class && phrase.is_empty() && ["xx", "**"].contains(&rest.to_ascii_lowercase().as_str()) {
        let first = code.get(..1).unwrap_or_default();
        format!("write each status: `{first}00 = …, {first}04 = …`")
    } else {
        return Ok(());
    };
    Err(syn::Error::new_spanned(
        text,
        format!("a status is written without quotes: as a text it is looked for in the body\nhelp: {help}"),
    ))
}

/// Reads the inside of `body("error")` or `body("ok" = false)`.
fn body(input: ParseStream<'_>, word: &Ident, errors: &Sink) -> syn::Result<On> {
    if input.is_empty() {
        return Err(syn::Error::new_spanned(
            word,
            "`body` needs the place of a value\nhelp: write `body(\"error\")`, or `body(\"ok\" = false)`",
        ));
    }
    let Text { value: Steps(path), token } = Text::<Steps>::read(input, errors)?;
    if input.is_empty() {
        return Ok(On::Body { path, token, value: None });
    }
    if !input.peek(Token![=]) {
        return Err(expected(input, "`=` and a value, or `)`"));
    }
    input.parse::<Token![=]>()?;
    if input.is_empty() {
        return Err(syn::Error::new_spanned(
            &token,
            "no value to compare with\nhelp: write `= \"text\"`, `= 0` or `= false`, or leave the `=` out",
        ));
    }
    if input.peek(Ident::peek_any) && !input.peek(Lit) {
        let word = input.call(Ident::parse_any)?;
        return Err(syn::Error::new_spanned(
            &word,
            format!(
                "expected a string, a number, `true` or `false`, found `{word}`\nhelp: `body({})` alone is any value but null, false and what is empty",
                quote!(#token)
            ),
        ));
    }
    if input.peek(token::Bracket) || input.peek(token::Brace) {
        let whole: proc_macro2::TokenTree = input.parse()?;
        return Err(syn::Error::new_spanned(
            whole,
            format!(
                "a list or an object is not compared\nhelp: `body({})` alone is any value but null, false and what is empty",
                quote!(#token)
            ),
        ));
    }
    let written = input.cursor().token_stream();
    let Scalar { text, .. } = scalar(input, "a string, a number, `true` or `false`")?;
    Ok(On::Body { path, token, value: Some((text, written)) })
}
