//! A value that is one of a few words.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, token};

use super::option::Form;
use super::python::value_of;
use super::token::found;
use super::value::OptionValue;
use crate::diagnostic::{Sink, suggest};

/// A type whose values are written as words.
pub(crate) trait Word: Copy + PartialEq + 'static {
    /// The article of their common name.
    const ARTICLE: &'static str;
    /// Their common name in messages.
    const WHAT: &'static str;
    const WORDS: &'static [(&'static str, Self)];
    /// Whether options in parentheses may follow.
    const HAS_OPTIONS: bool;
    /// Words of other tools, and those in their place.
    const FOREIGN: &'static [(&'static str, &'static str)];

    fn words() -> impl Iterator<Item = &'static str> + Clone {
        Self::WORDS.iter().map(|(word, _)| *word)
    }

    /// The word in place of another tool's.
    fn instead_of(foreign: &str) -> Option<&'static str> {
        Self::FOREIGN.iter().find(|(word, _)| *word == foreign).map(|(_, word)| *word)
    }

    /// As it is written.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, choice)| *choice == self).map_or("", |(word, _)| word)
    }
}

/// A word with its meaning and its place.
#[derive(Clone)]
pub(crate) struct Chosen<T> {
    pub(crate) kind: T,
    pub(crate) word: Ident,
}

impl<T: Word + OptionValue> OptionValue for Chosen<T> {
    const FORM: Form = T::FORM;

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        choice(input).map(|(kind, word)| Self { kind, word })
    }
}

/// Reads one of the words.
pub(crate) fn choice<T: Word>(input: ParseStream<'_>) -> syn::Result<(T, Ident)> {
    let (what, listed) = (T::WHAT, suggest::note(T::WHAT, "", T::words()));
    if input.peek(LitStr) || !input.peek(Ident::peek_any) {
        let quoted = input.fork().parse::<LitStr>().ok().map(|text| text.value());
        let within = ["type", "disposition"].into_iter().find_map(|key| value_of(input, key));
        let help = match (quoted, within) {
            (Some(text), _) => match T::instead_of(&text) {
                Some(word) => format!("\nhelp: in Declarest: `{word}`"),
                None => format!("\nhelp: write it without quotes: `{text}`"),
            },
            // `{"type": "bearer", …}`
            (None, Some(text)) if input.peek(token::Brace) => {
                let word = T::words().find(|word| *word == text).or_else(|| T::instead_of(&text));
                let form = |word: &str| if T::HAS_OPTIONS { format!("{word}(…)") } else { word.to_owned() };
                word.map_or_else(String::new, |word| format!("\nhelp: in Declarest: `{}`", form(word)))
            }
            (None, _) => String::new(),
        };
        let message = format!("expected {} {what}, found {}{help}{listed}", T::ARTICLE, found(input));
        return Err(syn::Error::new(input.span(), message));
    }
    let word = input.call(Ident::parse_any)?;
    let name = word.to_string();
    if let Some((_, choice)) = T::WORDS.iter().find(|(choice, _)| *choice == name) {
        return Ok((*choice, word));
    }
    let help = match T::instead_of(&name) {
        Some(word) => format!("\nhelp: in Declarest: `{word}`"),
        None => suggest::help(&name, what, "", T::words()),
    };
    Err(syn::Error::new_spanned(&word, format!("unknown {what} `{name}`{help}")))
}

/// Reports those options of a word that are absent, unless something else is wrong with it.
pub(crate) fn needed(word: &Ident, absent: &[(&str, bool)], help: &str, errors: &Sink) {
    let absent: Vec<&str> = absent.iter().filter(|(_, is_absent)| *is_absent).map(|(name, _)| *name).collect();
    if !absent.is_empty() && errors.is_sound() {
        errors.report(word, format!("`{word}` needs {}\nhelp: {help}", suggest::list(absent)));
    }
}
