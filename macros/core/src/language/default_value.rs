//! The default of a client-wide param: `= "eu"`, `= 100`, `= ["a", "b"]`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token, Type, bracketed, token};

use super::incremental::from_now;
use super::json::{JsonTemplate, Scalar, scalar};
use crate::diagnostic::Sink;
use crate::literal::FromNow;
use crate::literal::duration::is_duration;
use crate::literal::moment::{Moment, is_time_of_day, moment};
use crate::naming::last_name;
use crate::syntax::entries;

/// The default of a client-wide param.
#[derive(Clone)]
pub(crate) enum DefaultValue {
    Values {
        /// One, unless it is a list.
        values: Vec<Scalar>,
        /// The brackets of a list.
        list: Option<token::Bracket>,
    },
    /// `now`, `"{now-7d}"`: a moment of the run.
    Now(FromNow, TokenStream),
}

impl DefaultValue {
    /// Reads `=` and what follows.
    pub(super) fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        const WHAT: &str = "a string, a number, `true` or `false`";
        input.parse::<Token![=]>()?;
        if let Some((moment, token)) = from_now(input)? {
            return Ok(Self::Now(moment, token));
        }
        if !input.peek(token::Bracket) {
            let value = scalar(input, WHAT).map_err(|error| with_help(&error, input))?;
            return Ok(Self::Values { values: vec![value], list: None });
        }
        let content;
        let list = bracketed!(content in input);
        let mut values = Vec::new();
        entries(&content, errors, |input| {
            values.push(scalar(input, WHAT)?);
            Ok(())
        });
        Ok(Self::Values { values, list: Some(list) })
    }

    /// The values that are written down.
    pub(crate) fn values(&self) -> &[Scalar] {
        match self {
            Self::Values { values, .. } => values,
            Self::Now(..) => &[],
        }
    }
}

/// The error about a default as Rust would have it: `None`, `env("NAME")`, `vec!["a"]`.
fn with_help(error: &syn::Error, input: ParseStream<'_>) -> syn::Error {
    let word = input.fork().call(Ident::parse_any).map(|word| word.to_string()).unwrap_or_default();
    let help = match word.as_str() {
        "None" => "leave it out: an `Option` is unset by default",
        "env" | "var" | "std" => "a variable is named after the type: `String (env = \"NAME\")`",
        "vec" => "write the values in brackets: `[…]`",
        _ => return error.clone(),
    };
    syn::Error::new(error.span(), format!("{error}\nhelp: {help}"))
}

/// Whether a value is of a type, else what is expected. None where the type's name does not say what it is.
pub(crate) fn fits(ty: &Type, value: &Scalar) -> Option<Result<(), String>> {
    let name = last_name(ty)?;
    let text = match &value.json {
        JsonTemplate::Text(_) => Some(value.text.as_str()),
        _ => None,
    };
    let is_integer = matches!(value.json, JsonTemplate::Integer(_));
    let moment = || text.and_then(moment);
    let civil = || moment().is_some_and(|moment| moment != Moment::Timestamp);
    let (is_fit, expected) = match name.as_str() {
        "String" => (text.is_some(), "a string".to_owned()),
        "char" => (text.is_some_and(|text| text.chars().count() == 1), "a string of one character".to_owned()),
        "bool" => (matches!(value.json, JsonTemplate::Bool(_)), "`true` or `false`".to_owned()),
        "f32" | "f64" => (is_integer || matches!(value.json, JsonTemplate::Float(_)), "a number".to_owned()),
        // Of chrono's, one has a zone.
        "DateTime" if !ty.to_token_stream().to_string().contains('<') => {
            (civil(), "a time without an offset, such as `\"2024-01-31T12:00:00\"`".to_owned())
        }
        "NaiveDateTime" => (civil(), "a time without an offset, such as `\"2024-01-31T12:00:00\"`".to_owned()),
        "Timestamp" | "DateTime" => (
            moment().is_some_and(|moment| moment != Moment::DateTime),
            "a time such as `\"2024-01-31T12:00:00Z\"`, or a day such as `\"2024-01-31\"`, which begins in UTC"
                .to_owned(),
        ),
        "Date" | "NaiveDate" => (moment() == Some(Moment::Date), "a day such as `\"2024-01-31\"`".to_owned()),
        "NaiveTime" | "Time" => (text.is_some_and(is_time_of_day), "a time of day such as `\"12:00:00\"`".to_owned()),
        "Duration" | "SignedDuration" => {
            (text.is_some_and(is_duration), "a duration such as `\"1h\"`, `\"30d\"` or `\"0s\"`".to_owned())
        }
        name => {
            let (least, most) = bounds(name)?;
            let number = value.text.parse::<i128>().ok().filter(|_| is_integer);
            let is_fit = number.is_some_and(|number| (least..=most).contains(&number));
            (is_fit, format!("a whole number from {least} to {most}"))
        }
    };
    Some(if is_fit { Ok(()) } else { Err(expected) })
}

/// Whether a moment is of a type. None where the type's name does not say what it is.
pub(crate) fn is_moment(ty: &Type) -> Option<bool> {
    let name = last_name(ty)?;
    match name.as_str() {
        "Timestamp" | "DateTime" | "NaiveDateTime" | "Date" | "NaiveDate" => Some(true),
        "String" | "char" | "bool" | "f32" | "f64" | "NaiveTime" | "Time" | "Vec" | "Duration" | "SignedDuration" => {
            Some(false)
        }
        name => bounds(name).map(|_| false),
    }
}

/// The least and the greatest value of a type of integers.
fn bounds(name: &str) -> Option<(i128, i128)> {
    Some(match name {
        "i8" => (i8::MIN.into(), i8::MAX.into()),
        "i16" => (i16::MIN.into(), i16::MAX.into()),
        "i32" => (i32::MIN.into(), i32::MAX.into()),
        "i64" => (i64::MIN.into(), i64::MAX.into()),
        "u8" => (0, u8::MAX.into()),
        "u16" => (0, u16::MAX.into()),
        "u32" => (0, u32::MAX.into()),
        "u64" => (0, u64::MAX.into()),
        _ => return None,
    })
}
