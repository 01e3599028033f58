//! Values: what stands after an option's name.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Lit, LitBool, LitFloat, LitInt, LitStr, Token, bracketed, parenthesized, token};

use super::list::{ReadAll, add, entries};
use super::option::{Form, Options};
use super::token::{entry, expected};
use crate::diagnostic::Sink;
use crate::naming::identifier;

/// A type that can be read as an option's value.
pub(crate) trait OptionValue: Sized {
    const FORM: Form;
    /// The value that says that there is none, where that is not to leave the option out.
    const UNSET: Option<&'static str> = None;

    /// Reads the value. Of a list, entries that fail go to `errors` and the rest is read on.
    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self>;
}

/// A string with a meaning: a path, a duration, a header's name.
pub(crate) trait Literal: Sized {
    /// As it might be written, quotes included.
    const EXAMPLE: &'static str;

    /// The meaning of the string, or the error about it.
    fn parse(text: &str) -> Result<Self, String>;
}

/// A literal with its meaning and its place.
#[derive(Clone)]
pub(crate) struct Text<T> {
    pub(crate) value: T,
    pub(crate) token: LitStr,
}

impl<T: Literal> OptionValue for Text<T> {
    const FORM: Form = Form::Value(T::EXAMPLE);

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        let token = string(input, T::EXAMPLE)?;
        let value = T::parse(&token.value()).map_err(|message| syn::Error::new_spanned(&token, message))?;
        Ok(Self { value, token })
    }
}

/// A string literal, or an error that shows how one would look.
pub(crate) fn string(input: ParseStream<'_>, example: &str) -> syn::Result<LitStr> {
    if !input.peek(LitStr) {
        let error = expected(input, &format!("a string such as `{example}`"));
        return Err(if input.peek(Ident::peek_any) { with_quotes(&error, input) } else { error });
    }
    let token: LitStr = input.parse()?;
    if token.suffix().is_empty() {
        Ok(token)
    } else {
        Err(syn::Error::new_spanned(&token, format!("a string has no suffix `{}`", token.suffix())))
    }
}

/// The error about words where a string is expected, with the string.
fn with_quotes(error: &syn::Error, input: ParseStream<'_>) -> syn::Error {
    let is_part = |token: &TokenTree| match token {
        TokenTree::Punct(sign) => matches!(sign.as_char(), '.' | '-' | '$' | '*'),
        TokenTree::Group(group) => group.delimiter() == Delimiter::Bracket,
        TokenTree::Ident(_) | TokenTree::Literal(_) => true,
    };
    let text: TokenStream = entry(input).into_iter().take_while(is_part).collect();
    let text = text.to_string().replace(' ', "");
    syn::Error::new(error.span(), format!("{error}\nhelp: write it in quotes: `{text:?}`"))
}

/// The error about something that is not a whole number, with the number that is in quotes.
fn no_number(input: ParseStream<'_>) -> syn::Error {
    let error = expected(input, "a whole number");
    let quoted = input.fork().parse::<LitStr>().ok().map(|text| text.value());
    match quoted.filter(|text| text.parse::<u64>().is_ok()) {
        Some(number) => syn::Error::new(error.span(), format!("{error}\nhelp: write it without quotes: `{number}`")),
        None => error,
    }
}

/// Reports a string where something else is expected.
pub(crate) fn refuse_string(input: ParseStream<'_>, message: impl FnOnce(String) -> String) -> syn::Result<()> {
    if !input.peek(LitStr) {
        return Ok(());
    }
    let text: LitStr = input.parse()?;
    Err(syn::Error::new_spanned(&text, message(text.value())))
}

/// Reports a name where a string is expected.
pub(crate) fn refuse_name(input: ParseStream<'_>, message: impl FnOnce(String) -> String) -> syn::Result<()> {
    if !input.peek(Ident::peek_any) {
        return Ok(());
    }
    let name = input.call(Ident::parse_any)?;
    Err(syn::Error::new_spanned(&name, message(name.unraw().to_string())))
}

/// A name: of a resource, a field, a secret.
impl OptionValue for Ident {
    const FORM: Form = Form::Value("name");

    /// One in quotes, or of several words, is reported and taken as what is meant.
    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let text: LitStr = input.parse()?;
            let meant = meant(&text.value(), text.span());
            let help =
                meant.as_ref().map_or_else(String::new, |meant| format!("\nhelp: write it without quotes: `{meant}`"));
            let error = syn::Error::new_spanned(&text, format!("expected a name, found a string{help}"));
            let Some(meant) = meant else { return Err(error) };
            errors.push(error);
            return Ok(meant);
        }
        let first = name(input, "a name")?;
        let mut words = first.to_string();
        while input.peek(Token![-]) || input.peek(Token![.]) || input.peek(Token![::]) {
            let sign = if input.peek(Token![::]) {
                input.parse::<Token![::]>()?.to_token_stream()
            } else {
                input.parse::<TokenTree>()?.into()
            };
            let word = input.call(Ident::parse_any)?;
            words = format!("{words}{sign}{}", word.unraw());
        }
        if first == words {
            return Ok(first);
        }
        let Some(meant) = meant(&words, first.span()) else { return Ok(first) };
        errors.report(&first, format!("`{words}` is more than a name\nhelp: write `{meant}`"));
        Ok(meant)
    }
}

/// The name that some text is meant to be.
fn meant(text: &str, place: Span) -> Option<Ident> {
    let letters = text.replace("::", "_").replace(['-', '.', ' '], "_");
    identifier(&letters, place)
}

/// An identifier, keywords too; a quoted one is the mistake that is named.
pub(crate) fn name(input: ParseStream<'_>, what: &str) -> syn::Result<Ident> {
    refuse_string(input, |text| format!("expected {what}, found a string\nhelp: write it without quotes: `{text}`"))?;
    if !input.peek(Ident::peek_any) || input.peek(Token![_]) {
        return Err(expected(input, what));
    }
    let name = input.call(Ident::parse_any)?;
    match name.to_string().as_str() {
        "self" | "Self" | "super" | "crate" => {
            Err(syn::Error::new_spanned(&name, format!("`{name}` cannot be a name\nhelp: choose another")))
        }
        _ => Ok(name),
    }
}

/// A whole number with its place.
#[derive(Clone)]
pub(crate) struct Int<T> {
    pub(crate) value: T,
    pub(crate) token: LitInt,
}

impl<T: TryFrom<u64>> OptionValue for Int<T> {
    const FORM: Form = Form::Value("100");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        if input.peek(Token![-]) {
            return Err(expected(input, "a whole number that is not negative"));
        }
        if !input.peek(LitInt) {
            return Err(no_number(input));
        }
        let token: LitInt = input.parse()?;
        plain(token.suffix(), &token)?;
        let value = token.base10_parse::<u64>().ok().and_then(|value| T::try_from(value).ok());
        match value {
            Some(value) => Ok(Self { value, token }),
            None => Err(syn::Error::new_spanned(&token, "this number is too large")),
        }
    }
}

/// A number that is not negative.
impl OptionValue for f64 {
    const FORM: Form = Form::Value("2");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        // A literal may have a sign of its own.
        let is_number = !input.peek(Token![-]) && (input.peek(LitInt) || input.peek(LitFloat));
        let number = is_number.then(|| input.parse()).transpose()?;
        let (value, suffix) = match &number {
            Some(Lit::Int(number)) => (number.base10_parse::<f64>(), number.suffix()),
            Some(Lit::Float(number)) => (number.base10_parse(), number.suffix()),
            _ => return Err(expected(input, "a number that is not negative")),
        };
        plain(suffix, &number)?;
        let value = value.ok().filter(|value| value.is_finite());
        value.ok_or_else(|| syn::Error::new_spanned(&number, "this number is too large"))
    }
}

fn plain(suffix: &str, token: &impl quote::ToTokens) -> syn::Result<()> {
    if suffix.is_empty() {
        Ok(())
    } else {
        Err(syn::Error::new_spanned(token, format!("a number has no suffix `{suffix}` here")))
    }
}

impl OptionValue for LitBool {
    const FORM: Form = Form::Value("true");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        if input.peek(LitBool) {
            return input.parse();
        }
        match input.fork().call(Ident::parse_any) {
            Ok(word) if word == "True" || word == "False" => {
                let better = word.to_string().to_lowercase();
                Err(syn::Error::new_spanned(
                    &word,
                    format!("expected `true` or `false`, found `{word}`\nhelp: write `{better}`"),
                ))
            }
            _ => Err(expected(input, "`true` or `false`")),
        }
    }
}

/// Set by its name alone.
impl OptionValue for () {
    const FORM: Form = Form::Flag;

    fn read(_: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        Ok(())
    }
}

impl OptionValue for syn::Path {
    const FORM: Form = Form::Value("path::to::it");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        refuse_string(input, |_| "expected a path, found a string\nhelp: write it without quotes".to_owned())?;
        input.call(syn::Path::parse_mod_style)
    }
}

/// The error about names in brackets.
pub(crate) fn in_brackets(input: ParseStream<'_>) -> syn::Error {
    let (span, mut names) = (input.span(), Vec::new());
    if let Ok(TokenTree::Group(group)) = input.parse() {
        names.extend(group.stream().into_iter().filter_map(|token| match token {
            TokenTree::Ident(name) => Some(name.to_string()),
            TokenTree::Literal(text) => Some(text.to_string().trim_matches('"').to_owned()),
            TokenTree::Group(_) | TokenTree::Punct(_) => None,
        }));
    }
    let names = if names.is_empty() { "a, b".to_owned() } else { names.join(", ") };
    syn::Error::new(span, format!("several fields stand in parentheses\nhelp: write `({names})`"))
}

/// A group of options.
impl<O: Options> OptionValue for O {
    const FORM: Form = Form::Group("…");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let content;
        parenthesized!(content in input);
        Ok(O::read_all(&content, errors))
    }
}

/// Values between brackets, each once.
pub(crate) fn array<T, K: PartialEq, P: quote::ToTokens>(
    input: ParseStream<'_>,
    errors: &Sink,
    example: &str,
    item: impl Fn(ParseStream<'_>) -> syn::Result<T>,
    describe: impl Fn(&T) -> (K, P, String),
) -> syn::Result<Vec<T>> {
    if !input.peek(token::Bracket) {
        return Err(expected(input, &format!("a list such as `{example}`")));
    }
    let content;
    bracketed!(content in input);
    let mut items = Vec::new();
    entries(&content, errors, |input| {
        add(&mut items, item(input)?, "listed", errors, &describe);
        Ok(())
    });
    Ok(items)
}
