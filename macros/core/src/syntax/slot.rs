//! The place of one option: empty, filled, or holding what could not be read.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, token};

use super::list::skip;
use super::option::{Form, Opt};
use super::python::refuse_python;
use super::token::{entry, expected};
use super::value::OptionValue;
use crate::diagnostic::Sink;

/// An option's value, or why there is none. A broken one was reported when it was read, and is not reported again.
#[derive(Clone, Default)]
pub(crate) enum Slot<T> {
    #[default]
    Absent,
    Broken(Ident),
    Set(Ident, T),
    /// `name = none`: no value, nor the default's.
    Unset(Ident),
}

impl<T> Slot<T> {
    pub(crate) fn get(&self) -> Option<&T> {
        match self {
            Self::Set(_, value) => Some(value),
            Self::Absent | Self::Broken(_) | Self::Unset(_) => None,
        }
    }

    /// The option's name where it was written.
    pub(crate) fn key(&self) -> Option<&Ident> {
        match self {
            Self::Set(key, _) | Self::Broken(key) => Some(key),
            Self::Absent | Self::Unset(_) => None,
        }
    }

    /// Whether it has no value, nor one that could not be read.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent | Self::Unset(_))
    }

    /// The option's name where it is written to have no value.
    pub(crate) fn unset(&self) -> Option<&Ident> {
        match self {
            Self::Unset(key) => Some(key),
            Self::Absent | Self::Broken(_) | Self::Set(..) => None,
        }
    }

    /// The same option with its value read on.
    pub(crate) fn map<U>(self, read: impl FnOnce(T) -> U) -> Slot<U> {
        match self {
            Self::Absent => Slot::Absent,
            Self::Broken(key) => Slot::Broken(key),
            Self::Set(key, value) => Slot::Set(key, read(value)),
            Self::Unset(key) => Slot::Unset(key),
        }
    }

    /// Marks an option that was not written as one that could not be read.
    pub(crate) fn spoil(&mut self, key: Ident) {
        if self.is_absent() {
            *self = Self::Broken(key);
        }
    }

    /// This option, or where it was not written, the other.
    pub(crate) fn or<'s>(&'s self, other: &'s Self) -> &'s Self {
        if matches!(self, Self::Absent) { other } else { self }
    }

    /// Takes `name = none`.
    pub(crate) fn clear(&mut self, key: Ident, errors: &Sink) {
        match self.key().or(self.unset()) {
            Some(first) => errors.conflict(&key, format!("`{key}` is set twice"), first, "first set here"),
            None => *self = Self::Unset(key),
        }
    }
}

impl<T: OptionValue> Slot<T> {
    /// Reads what follows the option's name. After a name that is misspelt it is only a guess: it replaces nothing, and its
    /// mistakes are not reported.
    pub(crate) fn fill(&mut self, option: &Opt, key: Ident, input: ParseStream<'_>, errors: &Sink) {
        if key.unraw() != option.name {
            if self.is_absent() {
                let unseen = Sink::unseen();
                let value = open(option, &key, input).and_then(|()| T::read(input, &unseen)).ok();
                *self = Self::guessed(key, value, &unseen);
            }
            return skip(input);
        }
        // Of another name, it was only taken for this one.
        if let Some(first) = self.key().or(self.unset()).filter(|first| **first == key) {
            errors.conflict(&key, format!("`{key}` is set twice"), first, "first set here");
            return skip(input);
        }
        if let Form::Group(_) = option.form
            && !input.peek(token::Paren)
        {
            errors.push(wrong(option, &key, "is a group of options in parentheses"));
            let unseen = Sink::unseen();
            let value = within_other_signs(input)
                .and_then(|input| Parser::parse2(|input: ParseStream<'_>| T::read(input, &unseen), input).ok());
            skip(input);
            *self = Self::guessed(key, value, &unseen);
            return;
        }
        let value = open(option, &key, input)
            .and_then(|()| refuse_python(input, &key, T::UNSET))
            .and_then(|()| T::read(input, errors));
        *self = match value {
            Ok(value) => Self::Set(key, value),
            Err(error) => {
                errors.push(error);
                skip(input);
                Self::Broken(key)
            }
        };
    }

    fn guessed(key: Ident, value: Option<T>, unseen: &Sink) -> Self {
        match value {
            Some(value) if unseen.is_sound() => Self::Set(key, value),
            _ => Self::Broken(key),
        }
    }
}

/// A group in other signs than parentheses, `params { … }` or `params = (…)`, as one in parentheses.
fn within_other_signs(input: ParseStream<'_>) -> Option<TokenStream> {
    let group = entry(input).into_iter().find_map(|token| match token {
        TokenTree::Group(group) => Some(group),
        _ => None,
    })?;
    let mut parentheses = Group::new(Delimiter::Parenthesis, group.stream());
    parentheses.set_span(group.span());
    Some(TokenTree::Group(parentheses).into())
}

fn wrong(option: &Opt, key: &Ident, what: &str) -> syn::Error {
    syn::Error::new_spanned(key, format!("`{key}` {what}\nhelp: write `{}`", option.example()))
}

/// Consumes the `=` of a value, and sees that there is something to read.
fn open(option: &Opt, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    let equals = input.peek(syn::Token![=]);
    let group = input.peek(token::Paren);
    let what = match option.form {
        Form::Value(_) if group => "takes a value, not a group",
        Form::Value(_) => {
            let equals: Option<syn::Token![=]> = input.parse()?;
            if input.is_empty() || input.peek(syn::Token![,]) {
                "has no value"
            } else if equals.is_some() {
                return Ok(());
            } else if input.peek(syn::Token![:]) {
                return Err(syn::Error::new(
                    input.span(),
                    format!("a value follows `=`, not `:`\nhelp: write `{}`", option.example()),
                ));
            } else {
                return Err(expected(input, &format!("`=` after `{key}`")));
            }
        }
        Form::Flag if equals || group => "takes no value",
        Form::Group(_) | Form::Flag | Form::Open(_) => return Ok(()),
    };
    Err(wrong(option, key, what))
}
