//! The values of `incremental(…)`: where a range begins and ends, how far to go back, how a position is written.

use proc_macro2::{Literal, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitInt, LitStr, Token};

use super::json::{JsonTemplate, Scalar, scalar};
use super::words::Epoch;
use crate::diagnostic::Sink;
use crate::literal::{CalendarSpan, Duration, FromNow, Strftime, ZoneName};
use crate::syntax::{Form, OptionValue, Text, Word, choice, expected, name, refuse_string, string};

/// A position that is written down.
#[derive(Clone)]
pub(crate) enum Point {
    Text(LitStr),
    Number(Number),
    /// `now`, `"{now-7d}"`: a moment of the run.
    Now(FromNow, TokenStream),
    /// The name of a client-wide param.
    Param(Ident),
}

/// How far a run goes back.
#[derive(Clone)]
pub(crate) enum Lag {
    Time(Text<Duration>),
    Count(Number),
    /// The name of a client-wide param.
    Param(Ident),
}

/// The zone of times without an offset.
#[derive(Clone)]
pub(crate) enum Zone {
    Name(Text<ZoneName>),
    /// The name of a client-wide param.
    Param(Ident),
}

/// How long the steps are in which a range is read.
#[derive(Clone)]
pub(crate) enum RangeStep {
    Time(Text<CalendarSpan>),
    Count(Number),
}

/// How a position is written in a request.
#[derive(Clone)]
pub(crate) enum Format {
    Pattern(Text<Strftime>),
    Epoch(Epoch, Ident),
}

/// A whole number with its sign and its place.
#[derive(Clone)]
pub(crate) struct Number {
    pub(crate) value: i64,
    pub(crate) token: TokenStream,
}

impl ToTokens for Point {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Text(token) => token.to_tokens(tokens),
            Self::Number(number) => number.token.to_tokens(tokens),
            Self::Now(_, token) => token.to_tokens(tokens),
            Self::Param(name) => name.to_tokens(tokens),
        }
    }
}

impl ToTokens for Lag {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Param(name) => name.to_tokens(tokens),
            Self::Time(text) => text.token.to_tokens(tokens),
            Self::Count(number) => number.token.to_tokens(tokens),
        }
    }
}

impl ToTokens for RangeStep {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Time(text) => text.token.to_tokens(tokens),
            Self::Count(number) => number.token.to_tokens(tokens),
        }
    }
}

impl ToTokens for Format {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Pattern(text) => text.token.to_tokens(tokens),
            Self::Epoch(_, word) => word.to_tokens(tokens),
        }
    }
}

impl OptionValue for Zone {
    const FORM: Form = Text::<ZoneName>::FORM;

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if input.peek(Ident::peek_any) {
            return name(input, "the name of a param").map(Self::Param);
        }
        Text::read(input, errors).map(Self::Name)
    }
}

impl OptionValue for Point {
    const FORM: Form = Form::Value("\"2024-01-01\"");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        if input.peek(LitInt) || input.peek(Token![-]) {
            return number(input).map(Self::Number);
        }
        if let Some((moment, token)) = from_now(input)? {
            return Ok(Self::Now(moment, token));
        }
        if input.peek(Ident::peek_any) {
            return name(input, "the name of a param").map(Self::Param);
        }
        if !input.peek(LitStr) {
            return Err(expected(
                input,
                "a time such as `\"2024-01-01\"`, a number, or the name of a param of the source",
            ));
        }
        string(input, "\"2024-01-01\"").map(Self::Text)
    }
}

/// Reads `now` or `"{now-7d}"`, if that is next.
pub(super) fn from_now(input: ParseStream<'_>) -> syn::Result<Option<(FromNow, TokenStream)>> {
    let fork = input.fork();
    if let Some(word) = fork.call(Ident::parse_any).ok().filter(|word| word == "now") {
        input.call(Ident::parse_any)?;
        if input.peek(Token![-]) || input.peek(Token![+]) {
            return Err(syn::Error::new_spanned(
                &word,
                "a moment before or after `now` is written as a text\nhelp: write `\"{now-7d}\"`",
            ));
        }
        return Ok(Some((FromNow::NOW, word.to_token_stream())));
    }
    let Some(text) = input.fork().parse::<LitStr>().ok() else { return Ok(None) };
    let Some(moment) = FromNow::in_braces(&text.value()) else { return Ok(None) };
    input.parse::<LitStr>()?;
    let moment = moment.map_err(|message| syn::Error::new_spanned(&text, message))?;
    Ok(Some((moment, text.to_token_stream())))
}

impl OptionValue for Lag {
    const FORM: Form = Form::Value("\"1h\"");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return Text::<Duration>::read(input, errors).map(Self::Time);
        }
        if input.peek(Ident::peek_any) {
            return name(input, "the name of a param").map(Self::Param);
        }
        if !input.peek(LitInt) {
            return Err(expected(input, "a duration such as `\"1h\"`, a number, or the name of a param of the source"));
        }
        let number = number(input)?;
        if number.value == 0 {
            return Err(syn::Error::new_spanned(&number.token, "a lag of zero has no effect\nhelp: leave `lag` out"));
        }
        Ok(Self::Count(number))
    }
}

impl OptionValue for RangeStep {
    const FORM: Form = Form::Value("\"30d\"");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return Text::<CalendarSpan>::read(input, errors).map(Self::Time);
        }
        if !input.peek(LitInt) {
            return Err(expected(input, "the length of a step such as `\"30d\"`, or a number"));
        }
        let number = number(input)?;
        if number.value == 0 {
            return Err(syn::Error::new_spanned(&number.token, "a step must be longer than zero"));
        }
        Ok(Self::Count(number))
    }
}

impl OptionValue for Format {
    const FORM: Form = Form::Value("\"%Y-%m-%d\"");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if input.peek(LitStr) {
            if let Ok(text) = input.fork().parse::<LitStr>()
                && Epoch::words().any(|word| word == text.value())
            {
                refuse_string(input, |word| {
                    format!(
                        "`{word}` is a word of its own, not a pattern\nhelp: write it without quotes: `format = {word}`"
                    )
                })?;
            }
            return Text::<Strftime>::read(input, errors).map(Self::Pattern);
        }
        if !input.peek(Ident::peek_any) {
            return Err(expected(input, "a pattern such as `\"%Y-%m-%d\"`, or `epoch_seconds`"));
        }
        choice(input).map(|(unit, word)| Self::Epoch(unit, word))
    }
}

fn number(input: ParseStream<'_>) -> syn::Result<Number> {
    const WHAT: &str = "a whole number";
    let Scalar { json, token, .. } = scalar(input, WHAT)?;
    match json {
        JsonTemplate::Integer(value) => Ok(Number { value, token }),
        _ => Err(syn::Error::new_spanned(&token, format!("expected {WHAT}, found `{token}`"))),
    }
}

impl RangeStep {
    /// As it is written, without quotes.
    pub(crate) fn written(&self) -> String {
        match self {
            Self::Time(text) => text.token.value(),
            Self::Count(number) => number.value.to_string(),
        }
    }
}

impl Number {
    pub(crate) fn literal(&self) -> Literal {
        Literal::i64_unsuffixed(self.value)
    }
}
