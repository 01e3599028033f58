//! `params(ids: Vec<u64> (style = csv))`: how several values of one param are sent.

use syn::Ident;
use syn::parse::ParseStream;

use crate::diagnostic::Sink;
use crate::syntax::{Form, OptionValue, choice};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `?id=1&id=2`
    Repeat,
    /// `?id=1,2`
    Csv,
}

/// A style, and where it is said.
#[derive(Clone)]
pub(crate) struct Styled {
    pub(crate) kind: Style,
    pub(crate) word: Ident,
}

impl OptionValue for Styled {
    const FORM: Form = Form::Value("csv");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        let (kind, word) = choice(input, "style", &[("repeat", Style::Repeat), ("csv", Style::Csv)])?;
        Ok(Self { kind, word })
    }
}
