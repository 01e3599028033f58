//! What answers mean: `response_actions(404 = ignore, "still computing" = retry)`, `missing_rows = empty` and
//! `on_bad_row = quarantine`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitInt, LitStr, Token, parenthesized};

use super::list::entries;
use super::option::Form;
use super::value::{Int, Value, choice, expected, string};
use crate::sink::Sink;

/// What it means when a page has nothing at the selector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MissingRows {
    Error,
    Empty,
}

impl Value for MissingRows {
    const FORM: Form = Form::Value("empty");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        const KINDS: &[(&str, Option<MissingRows>)] =
            &[("error", Some(MissingRows::Error)), ("empty", Some(MissingRows::Empty))];
        choice(input, "choice", KINDS).map(|(kind, _)| kind)
    }
}

/// What becomes of rows that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnBadRow {
    Fail,
    Quarantine,
}

impl Value for OnBadRow {
    const FORM: Form = Form::Value("quarantine");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        const KINDS: &[(&str, Option<OnBadRow>)] =
            &[("fail", Some(OnBadRow::Fail)), ("quarantine", Some(OnBadRow::Quarantine))];
        choice(input, "choice", KINDS).map(|(kind, _)| kind)
    }
}

/// What to do about answers, in the order in which it was written.
#[derive(Clone)]
pub(crate) struct Actions(pub(crate) Vec<(On, Action)>);

/// The answers that an action is for.
#[derive(Clone)]
pub(crate) enum On {
    Status(u16, LitInt),
    Text(LitStr),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Ignore,
    Retry,
    Fail,
}

impl On {
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Status(code, _), Self::Status(other, _)) => code == other,
            (Self::Text(text), Self::Text(other)) => text.value() == other.value(),
            _ => false,
        }
    }

    fn token(&self) -> TokenStream {
        match self {
            Self::Status(_, token) => quote!(#token),
            Self::Text(token) => quote!(#token),
        }
    }
}

impl Value for Actions {
    const FORM: Form = Form::Group("404 = ignore");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let content;
        parenthesized!(content in input);
        let mut actions: Vec<(On, Action)> = Vec::new();
        entries(&content, errors, |input| {
            let on = on(input, errors)?;
            if !input.peek(Token![=]) {
                return Err(syn::Error::new_spanned(
                    on.token(),
                    format!("this answer has no action\nhelp: write `{} = ignore`, `retry` or `fail`", on.token()),
                ));
            }
            input.parse::<Token![=]>()?;
            let (action, _) = choice(
                input,
                "action",
                &[("ignore", Some(Action::Ignore)), ("retry", Some(Action::Retry)), ("fail", Some(Action::Fail))],
            )?;
            match actions.iter().find(|(first, _)| first.is(&on)) {
                Some((first, _)) => {
                    errors.conflict(on.token(), "this answer is listed twice", first.token(), "first listed here");
                }
                None => actions.push((on, action)),
            }
            Ok(())
        });
        Ok(Self(actions))
    }
}

fn on(input: ParseStream<'_>, errors: &Sink) -> syn::Result<On> {
    if input.peek(LitStr) {
        let text = string(input, "\"not found\"")?;
        return if text.value().is_empty() {
            Err(syn::Error::new_spanned(&text, "an empty text is in every answer"))
        } else {
            Ok(On::Text(text))
        };
    }
    if input.peek(LitInt) {
        let Int { value, token } = Int::<u64>::read(input, errors)?;
        let wrong = |message: String| Err(syn::Error::new_spanned(&token, message));
        return match u16::try_from(value) {
            Ok(200..=299) => {
                wrong(format!("{value} is a success, as of every page\nhelp: tell answers apart by a text in them"))
            }
            Ok(code @ 100..=599) => Ok(On::Status(code, token)),
            _ => wrong(format!("{value} is not an HTTP status: they go from 100 to 599")),
        };
    }
    if input.peek(Ident::peek_any) {
        let word = input.call(Ident::parse_any)?;
        return Err(syn::Error::new_spanned(
            &word,
            format!("expected a status or a text, found `{word}`\nhelp: write `404 = ignore`, or `\"text\" = ignore`"),
        ));
    }
    Err(expected(input, "a status such as `404`, or a text in the body"))
}
