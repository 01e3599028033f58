//! Lists in parentheses, read so that one wrong entry leaves the others standing.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, LitStr, Token, parenthesized, token};

use super::option::{Opt, Options, takes_none};
use super::token::{expected, found};
use crate::diagnostic::{Sink, suggest};

/// Reads a list of options from the tokens between an attribute's parentheses.
pub(crate) fn read_options<O: Options>(tokens: TokenStream, errors: &Sink) -> O {
    let parser = |input: ParseStream<'_>| Ok(O::read_all(input, errors));
    errors.take(parser.parse2(tokens)).unwrap_or_default()
}

/// Reading all of a context's options.
pub(crate) trait ReadAll: Options {
    fn read_all(input: ParseStream<'_>, errors: &Sink) -> Self {
        let mut options = Self::default();
        entries(input, errors, |input| {
            if input.peek(LitStr) {
                let key: LitStr = input.parse()?;
                let name = syn::parse_str::<Ident>(&key.value()).ok();
                let help = name.as_ref().map_or_else(String::new, |name| format!("\nhelp: write `{name} = …`"));
                if let Some(name) = name {
                    options.spoil(&key.value(), name);
                }
                return Err(syn::Error::new_spanned(&key, format!("the name of an option has no quotes{help}")));
            }
            let Ok(key) = input.call(Ident::parse_any) else {
                let listed = suggest::note("option", &format!(" of `{}`", Self::CONTEXT), names(Self::TABLE));
                return Err(syn::Error::new(
                    input.span(),
                    format!("expected an option of `{}`, found {}{listed}", Self::CONTEXT, found(input)),
                ));
            };
            let name = key.unraw().to_string();
            if let Some(option) = Self::TABLE.iter().find(|option| option.name == name) {
                if Self::can_be_none(&name) && takes_none(input) {
                    options.clear(&name, key, errors);
                    return Ok(());
                }
                options.fill(option, key, input, errors);
                return options.follow(option, input);
            }
            let Unknown { error, meant, misspelt } = unknown::<Self>(&key);
            errors.push(error);
            match meant.and_then(|meant| Self::TABLE.iter().find(|option| option.name == meant)) {
                Some(option) if misspelt => options.fill(option, key, input, errors),
                Some(option) => options.spoil(option.name, key),
                None => {}
            }
            skip(input);
            Ok(())
        });
        options
    }
}

impl<O: Options> ReadAll for O {}

/// The options of a kind that may be written without parentheses, where it has none.
pub(crate) fn group<O: ReadAll>(input: ParseStream<'_>, errors: &Sink) -> syn::Result<O> {
    if input.peek(token::Brace) || input.peek(token::Bracket) {
        errors.push(syn::Error::new(
            input.span(),
            format!("expected options in parentheses, found {}\nhelp: write `{}(…)`", found(input), O::CONTEXT),
        ));
        _ = input.parse::<TokenTree>()?;
        return Ok(O::default());
    }
    if !input.peek(token::Paren) {
        return Ok(O::default());
    }
    let content;
    parenthesized!(content in input);
    Ok(O::read_all(&content, errors))
}

/// Reads entries between commas. An entry that fails is skipped; what stands between an entry and its comma is
/// reported.
pub(crate) fn entries(
    input: ParseStream<'_>,
    errors: &Sink,
    mut entry: impl FnMut(ParseStream<'_>) -> syn::Result<()>,
) {
    while !input.is_empty() {
        if let Err(error) = entry(input) {
            errors.push(error);
            skip(input);
        }
        if input.is_empty() {
            break;
        }
        if input.peek(Token![,]) {
            // Cannot fail after the look ahead; an error would only end the list.
            if input.parse::<Token![,]>().is_err() {
                break;
            }
            continue;
        }
        if input.peek(Token![;]) {
            errors.push(expected(input, "`,`"));
            if input.parse::<Token![;]>().is_err() {
                break;
            }
            continue;
        }
        errors.push(expected(input, "`,`"));
        // With only the comma forgotten, the next entry is sound.
        if !(input.peek(Ident::peek_any) && (input.peek2(Token![=]) || input.peek2(token::Paren))) {
            skip(input);
            if input.parse::<Option<Token![,]>>().is_err() {
                break;
            }
        }
    }
}

/// Adds an entry to a list. One with the key of another is reported: `describe` gives an entry's key, its place and its
/// name, and `verb` says what was done twice.
pub(crate) fn add<T, K: PartialEq, P: ToTokens>(
    list: &mut Vec<T>,
    entry: T,
    verb: &str,
    errors: &Sink,
    describe: impl Fn(&T) -> (K, P, String),
) {
    let (key, place, name) = describe(&entry);
    match list.iter().map(&describe).find(|(known, ..)| *known == key) {
        Some((_, first, _)) => {
            errors.conflict(place, format!("{name} is {verb} twice"), first, format!("first {verb} here"));
        }
        None => list.push(entry),
    }
}

/// Reads all of a group in parentheses. After a mistake the rest of it is skipped: left unread, it would be one
/// more.
pub(crate) fn within<T>(
    input: ParseStream<'_>,
    end: &str,
    read: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    let content;
    parenthesized!(content in input);
    let value = read(&content).and_then(|value| {
        if content.is_empty() { Ok(value) } else { Err(expected(&content, &format!("`)` after {end}"))) }
    });
    while content.parse::<TokenTree>().is_ok() {}
    value
}

/// Passes over the rest of an entry: up to the next comma that stands neither in a group nor between `<` and `>`.
pub(crate) fn skip(input: ParseStream<'_>) {
    let mut depth = 0_usize;
    let mut arrow = false;
    while !input.is_empty() {
        if depth == 0 && input.peek(Token![,]) {
            return;
        }
        let Ok(token) = input.parse::<TokenTree>() else { return };
        let sign = match &token {
            TokenTree::Punct(punct) => punct.as_char(),
            _ => ' ',
        };
        match sign {
            '<' => depth += 1,
            '>' if !arrow => depth = depth.saturating_sub(1),
            _ => {}
        }
        arrow = sign == '-' || sign == '=';
    }
}

/// A word that is no option.
struct Unknown {
    error: syn::Error,
    /// The option that was probably meant,
    meant: Option<&'static str>,
    /// and whether only its letters are wrong: its value is then read.
    misspelt: bool,
}

fn unknown<O: Options>(key: &Ident) -> Unknown {
    let name = key.unraw().to_string();
    let context = O::CONTEXT;
    let listed = suggest::note("option", &format!(" of `{context}`"), names(O::TABLE));
    let near = suggest::nearest(&name, O::TABLE.iter().map(|option| option.name));
    let (message, meant, misspelt) = match (O::meant(&name), O::context_of(&name)) {
        (Some((meant, help)), _) => (format!("`{context}` has no option `{name}`\nhelp: {help}"), meant, false),
        (None, Some(other)) => (format!("`{name}` is an option of `{other}`, not of `{context}`{listed}"), near, false),
        (None, None) => match near {
            Some(near) => (format!("unknown option `{name}`\nhelp: did you mean `{near}`?{listed}"), Some(near), true),
            None => (format!("unknown option `{name}`{listed}"), None, false),
        },
    };
    Unknown { error: syn::Error::new_spanned(key, message), meant, misspelt }
}

fn names(table: &'static [Opt]) -> impl Iterator<Item = &'static str> + Clone {
    table.iter().map(|option| option.name)
}
