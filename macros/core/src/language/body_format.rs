//! `format = json_lines` and `format = csv(delimiter = ";")`: how the rows are written in a body.

use syn::Ident;
use syn::ext::IdentExt;
use syn::parse::ParseStream;

use super::kinds::CsvOptions;
use super::words::BodyFormatKind;
use crate::diagnostic::Sink;
use crate::literal::CsvSign;
use crate::syntax::{Form, OptionValue, Text, choice, group};

/// How the rows are written in a body.
pub(crate) struct BodyFormat {
    pub(crate) kind: BodyFormatKind,
    /// Those of CSV; else empty.
    pub(crate) csv: CsvOptions,
}

impl BodyFormat {
    /// Reports signs of CSV that have two meanings.
    fn same_signs(&self, errors: &Sink) {
        let CsvOptions { delimiter, quote, comment, .. } = &self.csv;
        let (sign, is_unquoted) = match quote.get() {
            Some(CsvQuote::Sign(sign)) => (Some(sign), false),
            Some(CsvQuote::Unset) => (None, true),
            None => (None, false),
        };
        let signs = [("delimiter", delimiter.get()), ("quote", sign), ("comment", comment.get())];
        let defaults = [Some(','), Some('"').filter(|_| !is_unquoted), None];
        let value = |index: usize| -> Option<char> {
            let (_, sign) = signs.get(index)?;
            sign.map(|sign| sign.value.0).or_else(|| defaults.get(index).copied().flatten())
        };
        for (later, (name, sign)) in signs.iter().enumerate() {
            let Some(sign) = sign else { continue };
            let other = (0..signs.len()).filter(|index| *index != later).find(|index| value(*index) == value(later));
            let Some((first, other)) = other.and_then(|index| signs.get(index)) else { continue };
            let message = format!("`{name}` and `{first}` are both {}", sign.value);
            match other {
                // Reported at the later one.
                Some(_) if signs.iter().position(|(name, _)| name == first) > Some(later) => {}
                Some(other) => errors.conflict(&sign.token, message, &other.token, "the other is set here"),
                None => errors.report(&sign.token, format!("{message}, which is the default of `{first}`")),
            }
        }
    }
}

/// What stands around the cells of CSV.
pub(crate) enum CsvQuote {
    Sign(Text<CsvSign>),
    /// `none`: a quote is a sign like others.
    Unset,
}

impl OptionValue for CsvQuote {
    const FORM: Form = Text::<CsvSign>::FORM;
    const UNSET: Option<&'static str> = Some("none");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        match input.fork().call(Ident::parse_any) {
            Ok(word) if word == "none" => input.call(Ident::parse_any).map(|_| Self::Unset),
            _ => Text::read(input, errors).map(Self::Sign),
        }
    }
}

impl OptionValue for BodyFormat {
    const FORM: Form = Form::Value("json_lines");
    const UNSET: Option<&'static str> = Some("json");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let (kind, _) = choice(input)?;
        let csv = match kind {
            BodyFormatKind::Csv => group::<CsvOptions>(input, errors)?,
            BodyFormatKind::Json | BodyFormatKind::JsonLines => CsvOptions::default(),
        };
        let format = Self { kind, csv };
        format.same_signs(errors);
        Ok(format)
    }
}
