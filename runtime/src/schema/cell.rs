//! Values read directly from the text of a page, as their columns store them, without a typed row.
//!
//! A sync needs no typed rows unless the program's code sees them: strings stay in the page. Both decoders accept the
//! same values and store the same; a value that does not fit here is left to the typed decoder, which reports it.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, Unexpected, Visitor};
use serde_json::value::RawValue;

use super::text_enum::TextEnum;
use super::value::ColumnValue;
use super::verbatim::{RawText, VerbatimMatcher};

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum CellValue {
    /// The row has no such field.
    Absent,
    /// Text in this range of the page.
    Text(Range<usize>),
    /// A value of its own.
    Value(ColumnValue<'static>),
}

impl CellValue {
    /// The value; `None` where the page has no such range.
    pub(crate) fn value<'a>(&'a self, page: &'a str) -> Option<ColumnValue<'a>> {
        Some(match self {
            Self::Absent => ColumnValue::Null,
            Self::Text(span) => ColumnValue::Text(page.get(span.clone())?.into()),
            Self::Value(ColumnValue::Text(text)) => ColumnValue::Text((&**text).into()),
            Self::Value(value) => value.clone(),
        })
    }

    /// A part of the page.
    fn span_of(page: &str, part: &str) -> Self {
        let start = (part.as_ptr() as usize).wrapping_sub(page.as_ptr() as usize);
        Self::Text(start..start.saturating_add(part.len()))
    }
}

/// How a column's value is read from a page.
#[derive(Debug, Clone, Copy)]
pub struct ColumnReader {
    kind: ReadKind,
    /// Whether `null` and an absent field are no value, as for an `Option`.
    optional: bool,
}

#[derive(Debug, Clone, Copy)]
enum ReadKind {
    Never,
    Bool,
    /// An integer of this range.
    Integer(i64, u64),
    Real,
    Text,
    /// A string that is one of several names.
    TextEnum(fn(&str) -> bool),
    /// Any JSON, stored as it is.
    Raw,
    /// By its type.
    Typed {
        read: fn(&str) -> Result<CellValue, serde_json::Error>,
        /// Whether its text in the page is the text to store.
        verbatim: Option<VerbatimMatcher>,
    },
}

impl ColumnReader {
    /// Only as a part of its typed row.
    pub(crate) const NOT: Self = Self::new(ReadKind::Never);
    pub(crate) const BOOL: Self = Self::new(ReadKind::Bool);
    pub(crate) const REAL: Self = Self::new(ReadKind::Real);
    pub(crate) const TEXT: Self = Self::new(ReadKind::Text);
    pub(crate) const RAW: Self = Self::new(ReadKind::Raw);

    const fn new(kind: ReadKind) -> Self {
        Self { kind, optional: false }
    }

    pub(crate) const fn integer(least: i64, most: u64) -> Self {
        Self::new(ReadKind::Integer(least, most))
    }

    /// The names of an enum, stored as they are sent.
    #[must_use]
    pub const fn name<T: TextEnum>() -> Self {
        Self::new(ReadKind::TextEnum(|name| T::from_name(name).is_some()))
    }

    /// By a type.
    pub(crate) const fn typed(read: fn(&str) -> Result<CellValue, serde_json::Error>) -> Self {
        Self::new(ReadKind::Typed { read, verbatim: None })
    }

    /// For a type stored as JSON: takes the text of the page where it matches.
    #[must_use]
    pub const fn verbatim_if(self, matcher: VerbatimMatcher) -> Self {
        match self.kind {
            ReadKind::Typed { read, .. } => Self { kind: ReadKind::Typed { read, verbatim: Some(matcher) }, ..self },
            _ => self,
        }
    }

    pub(crate) const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    pub(crate) const fn is_optional(&self) -> bool {
        self.optional
    }

    pub(crate) fn is_possible(&self) -> bool {
        !matches!(self.kind, ReadKind::Never)
    }

    /// The value of an absent field, if it may be absent.
    pub(crate) fn absent(&self) -> Option<CellValue> {
        self.optional.then_some(CellValue::Value(ColumnValue::Null))
    }

    /// Reads a value in this page.
    pub(crate) fn at<'p>(&'p self, page: &'p str) -> CellSeed<'p> {
        CellSeed { read: self, page, optional: self.optional }
    }
}

/// Reads one value of a page.
pub(crate) struct CellSeed<'p> {
    read: &'p ColumnReader,
    page: &'p str,
    optional: bool,
}

impl<'de> DeserializeSeed<'de> for CellSeed<'_> {
    type Value = CellValue;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<CellValue, D::Error> {
        if self.optional {
            return deserializer.deserialize_option(self);
        }
        match self.read.kind {
            ReadKind::Never => Err(Error::custom("a column that is not read by itself")),
            ReadKind::Bool => deserializer.deserialize_bool(self),
            ReadKind::Integer(0, _) => deserializer.deserialize_u64(self),
            ReadKind::Integer(..) => deserializer.deserialize_i64(self),
            ReadKind::Real => deserializer.deserialize_f64(self),
            ReadKind::Text | ReadKind::TextEnum(_) => deserializer.deserialize_str(self),
            ReadKind::Raw => {
                <&RawValue>::deserialize(deserializer).map(|text| CellValue::span_of(self.page, text.get()))
            }
            ReadKind::Typed { read, verbatim } => {
                let text = <&RawValue>::deserialize(deserializer)?.get();
                if verbatim.is_some_and(|matcher| RawText::matches(text, matcher)) {
                    return Ok(CellValue::span_of(self.page, text));
                }
                read(text).map_err(Error::custom)
            }
        }
    }
}

impl<'de> Visitor<'de> for CellSeed<'_> {
    type Value = CellValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of the column")
    }

    fn visit_none<E>(self) -> Result<CellValue, E> {
        Ok(CellValue::Value(ColumnValue::Null))
    }

    fn visit_unit<E: Error>(self) -> Result<CellValue, E> {
        if self.optional {
            Ok(CellValue::Value(ColumnValue::Null))
        } else {
            Err(E::invalid_type(Unexpected::Unit, &self))
        }
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<CellValue, D::Error> {
        CellSeed { optional: false, ..self }.deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<CellValue, E> {
        match self.read.kind {
            ReadKind::Bool => Ok(CellValue::Value(ColumnValue::Bool(flag))),
            _ => Err(E::invalid_type(Unexpected::Bool(flag), &self)),
        }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<CellValue, E> {
        match self.read.kind {
            ReadKind::Integer(least, most) if number >= least && i128::from(number) <= i128::from(most) => {
                Ok(CellValue::Value(ColumnValue::Integer(number)))
            }
            #[expect(clippy::cast_precision_loss, reason = "as serde reads an integer into a float")]
            ReadKind::Real => Ok(CellValue::Value(ColumnValue::Real(number as f64))),
            _ => Err(E::invalid_value(Unexpected::Signed(number), &self)),
        }
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<CellValue, E> {
        match self.read.kind {
            ReadKind::Integer(least, most) if number <= most && i128::from(number) >= i128::from(least) => {
                Ok(CellValue::Value(ColumnValue::unsigned(number)))
            }
            #[expect(clippy::cast_precision_loss, reason = "as serde reads an integer into a float")]
            ReadKind::Real => Ok(CellValue::Value(ColumnValue::Real(number as f64))),
            _ => Err(E::invalid_value(Unexpected::Unsigned(number), &self)),
        }
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<CellValue, E> {
        match self.read.kind {
            ReadKind::Real => Ok(CellValue::Value(ColumnValue::Real(number))),
            _ => Err(E::invalid_type(Unexpected::Float(number), &self)),
        }
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<CellValue, E> {
        match self.read.kind {
            ReadKind::Text => Ok(CellValue::span_of(self.page, text)),
            ReadKind::TextEnum(is_known) if is_known(text) => Ok(CellValue::span_of(self.page, text)),
            _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<CellValue, E> {
        match self.read.kind {
            ReadKind::Text => Ok(CellValue::Value(ColumnValue::Text(text.to_owned().into()))),
            ReadKind::TextEnum(is_known) if is_known(text) => {
                Ok(CellValue::Value(ColumnValue::Text(text.to_owned().into())))
            }
            _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }
}
