//! The place of one option: empty, filled, or holding what could not be read.

use syn::Ident;
use syn::parse::ParseStream;

use super::list::skip;
use super::option::{Form, Opt};
use super::python::refuse_python;
use super::token::expected;
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
    /// Reads what follows the option's name.
    pub(crate) fn fill(&mut self, option: &Opt, key: Ident, input: ParseStream<'_>, errors: &Sink) {
        // Of another name, it was only taken for this one.
        if let Some(first) = self.key().or(self.unset()).filter(|first| **first == key) {
            errors.conflict(&key, format!("`{key}` is set twice"), first, "first set here");
            return skip(input);
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
}

/// Consumes the `=` of a value, and sees that there is something to read.
fn open(option: &Opt, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    let equals = input.peek(syn::Token![=]);
    let group = input.peek(syn::token::Paren);
    let wrong = match option.form {
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
        Form::Group(_) if !group => "is a group of options in parentheses",
        Form::Flag if equals || group => "takes no value",
        Form::Group(_) | Form::Flag => return Ok(()),
    };
    Err(syn::Error::new_spanned(key, format!("`{key}` {wrong}\nhelp: write `{}`", option.example())))
}
