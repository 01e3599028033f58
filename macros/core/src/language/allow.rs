//! `allow(fixed_page_size)`: what would be warned of is meant.

use syn::parse::ParseStream;
use syn::{Ident, parenthesized};

use super::words::Lint;
use crate::diagnostic::Sink;
use crate::syntax::{Form, OptionValue, Slot, add, choice, entries};

/// The lints that are silent.
pub(crate) struct Allowed(Vec<(Lint, Ident)>);

impl Allowed {
    /// Whether one of the options allows a lint. Where one could not be read, it might.
    pub(crate) fn by(lint: Lint, options: &[&Slot<Self>]) -> bool {
        options.iter().any(|option| match option {
            Slot::Absent | Slot::Unset(_) => false,
            Slot::Broken(_) => true,
            Slot::Set(_, Self(lints)) => lints.iter().any(|(allowed, _)| *allowed == lint),
        })
    }
}

impl OptionValue for Allowed {
    const FORM: Form = Form::Group("fixed_page_size");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let content;
        parenthesized!(content in input);
        let mut lints: Vec<(Lint, Ident)> = Vec::new();
        entries(&content, errors, |input| {
            add(&mut lints, choice(input)?, "allowed", errors, |(lint, word)| {
                (*lint, word.clone(), format!("`{word}`"))
            });
            Ok(())
        });
        Ok(Self(lints))
    }
}
