//! Sizes: `"64MiB"`, `"10MB"`, or a number of bytes.

use syn::parse::ParseStream;
use syn::{LitInt, LitStr};

use crate::diagnostic::Sink;
use crate::syntax::{Form, Int, Literal, OptionValue, Text, expected};

const UNITS: [(&str, u64); 10] = [
    ("b", 1),
    ("kb", 1_000),
    ("kib", 1 << 10),
    ("mb", 1_000_000),
    ("mib", 1 << 20),
    ("gb", 1_000_000_000),
    ("gib", 1 << 30),
    ("k", 0),
    ("m", 0),
    ("g", 0),
];

/// A number of bytes, at least one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) bytes: u64,
}

impl OptionValue for Size {
    const FORM: Form = Form::Value(Self::EXAMPLE);

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if input.peek(LitInt) {
            let number = Int::<u64>::read(input, errors)?;
            return match number.value {
                0 => Err(syn::Error::new_spanned(&number.token, ZERO)),
                bytes => Ok(Self { bytes }),
            };
        }
        if !input.peek(LitStr) {
            return Err(expected(input, "a size such as `\"64MiB\"`, or a number of bytes"));
        }
        Ok(Text::<Self>::read(input, errors)?.value)
    }
}

const ZERO: &str = "a size must be greater than zero";

impl Literal for Size {
    const EXAMPLE: &'static str = "\"64MiB\"";

    fn parse(text: &str) -> Result<Self, String> {
        let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let (number, unit) = text.split_at(digits);
        let unit = unit.trim();
        if number.is_empty() || unit.is_empty() {
            return Err(format!("expected a size such as `\"64MiB\"`, found `\"{text}\"`\n{UNITS_NOTE}"));
        }
        match UNITS.iter().find(|(name, _)| unit.eq_ignore_ascii_case(name)) {
            None => Err(format!("`{unit}` is not a unit of size\n{UNITS_NOTE}")),
            Some((_, 0)) => Err(format!(
                "`{unit}` could mean 1000 or 1024\nhelp: write `\"{number}{0}iB\"` or `\"{number}{0}B\"`",
                unit.to_ascii_uppercase()
            )),
            Some((_, factor)) => match number.parse::<u64>().ok().and_then(|number| number.checked_mul(*factor)) {
                None => Err("this size is too large".to_owned()),
                Some(0) => Err(ZERO.to_owned()),
                Some(bytes) => Ok(Self { bytes }),
            },
        }
    }
}

const UNITS_NOTE: &str = "note: the units are `KiB`, `MiB`, `GiB` (of 1024) and `kB`, `MB`, `GB` (of 1000)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let parse = |text| <Size as Literal>::parse(text).map(|size| size.bytes);
        assert_eq!(parse("64MiB"), Ok(64 << 20));
        assert_eq!(parse("10MB"), Ok(10_000_000));
        assert_eq!(parse("1 gib"), Ok(1 << 30));
        assert_eq!(parse("512B"), Ok(512));
        for text in ["", "64", "MiB", "0MiB", "64M", "64XB", "99999999999999999999B", "18446744073709551615GiB"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
