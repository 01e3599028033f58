//! Values read directly from the text of a page into their columns, without a typed row.
//!
//! A sync needs no typed rows unless the program's code sees them: strings stay in the page. Both decoders accept the
//! same values and store the same; a value that does not fit here is left to the typed decoder, which reports it.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, Unexpected, Visitor};
use serde_json::value::RawValue;

use super::column_data::{ColumnData, Misfit};
use super::epoch::EpochUnit;
use super::text_enum::TextEnum;
use super::texts::TextBuffers;
use super::verbatim::{RawText, VerbatimMatcher};
use super::whole_number::whole;

/// Reads the JSON text of a value into its column.
pub(super) type ReadTyped = fn(&str, &mut ColumnData, &mut TextBuffers) -> Result<(), serde_json::Error>;

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
    /// Never: what no other field names.
    Rest,
    Bool,
    /// An integer of this range.
    Integer(i64, u64),
    Real,
    Text,
    /// A string that is one of several names.
    TextEnum(fn(&str) -> bool),
    /// The text of a time, by the type of the column.
    Time,
    /// A number that is a time.
    Epoch(EpochUnit),
    /// Any JSON, stored as it is.
    Raw,
    /// By its type.
    Typed {
        read: ReadTyped,
        /// Whether its text in the page is the text to store.
        verbatim: Option<VerbatimMatcher>,
    },
}

impl ColumnReader {
    /// Only as a part of its typed row.
    pub(crate) const NOT: Self = Self::new(ReadKind::Never);
    /// Only as a part of its typed row, of which it holds what no other field names.
    pub(crate) const REST: Self = Self::new(ReadKind::Rest);
    pub(crate) const BOOL: Self = Self::new(ReadKind::Bool);
    pub(crate) const REAL: Self = Self::new(ReadKind::Real);
    pub(crate) const TEXT: Self = Self::new(ReadKind::Text);
    pub(crate) const TIME: Self = Self::new(ReadKind::Time);
    pub(crate) const RAW: Self = Self::new(ReadKind::Raw);

    const fn new(kind: ReadKind) -> Self {
        Self { kind, optional: false }
    }

    /// Integers from `least`, which is not above 0, to `most`.
    pub(crate) const fn integer(least: i64, most: u64) -> Self {
        Self::new(ReadKind::Integer(least, most))
    }

    /// The names of an enum, stored as they are sent.
    #[must_use]
    pub const fn name<T: TextEnum>() -> Self {
        Self::new(ReadKind::TextEnum(|name| T::from_name(name).is_some()))
    }

    /// By a type.
    pub(super) const fn typed(read: ReadTyped) -> Self {
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

    /// From numbers of this unit.
    pub(super) const fn epoch(self, unit: EpochUnit) -> Self {
        Self { kind: ReadKind::Epoch(unit), ..self }
    }

    pub(crate) const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    pub(crate) const fn is_optional(&self) -> bool {
        self.optional
    }

    pub(crate) fn is_possible(&self) -> bool {
        !matches!(self.kind, ReadKind::Never | ReadKind::Rest)
    }

    /// Whether it holds what no other field names.
    pub(crate) fn is_rest(&self) -> bool {
        matches!(self.kind, ReadKind::Rest)
    }

    /// Reads a value into its column.
    pub(crate) fn seed<'b>(&'b self, column: &'b mut ColumnData, texts: &'b mut TextBuffers) -> ValueSeed<'b> {
        ValueSeed { kind: &self.kind, optional: self.optional, column, texts }
    }
}

/// Reads one value of a page.
pub(crate) struct ValueSeed<'b> {
    kind: &'b ReadKind,
    optional: bool,
    column: &'b mut ColumnData,
    texts: &'b mut TextBuffers,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.optional {
            return deserializer.deserialize_option(self);
        }
        match *self.kind {
            ReadKind::Never | ReadKind::Rest => Err(Error::custom("a column that is not read by itself")),
            ReadKind::Bool => deserializer.deserialize_bool(self),
            ReadKind::Integer(0, _) => deserializer.deserialize_u64(self),
            ReadKind::Integer(..) | ReadKind::Epoch(_) => deserializer.deserialize_i64(self),
            ReadKind::Real => deserializer.deserialize_f64(self),
            ReadKind::Text | ReadKind::TextEnum(_) | ReadKind::Time => deserializer.deserialize_str(self),
            ReadKind::Raw => self.json(<&RawValue>::deserialize(deserializer)?.get()),
            ReadKind::Typed { read, verbatim } => {
                let text = <&RawValue>::deserialize(deserializer)?.get();
                if verbatim.is_some_and(|matcher| RawText::matches(text, matcher)) {
                    return self.json(text);
                }
                read(text, self.column, self.texts).map_err(Error::custom)
            }
        }
    }
}

impl ValueSeed<'_> {
    /// Adds JSON text of the page.
    fn json<E: Error>(self, text: &str) -> Result<(), E> {
        let text = self.texts.part(text);
        self.column.push_text(text).map_err(E::custom)
    }

    /// Adds a string; whether it is in the page as it is.
    fn string(&mut self, text: &str, in_page: bool) -> Result<(), Misfit> {
        match *self.kind {
            ReadKind::Text => {}
            ReadKind::TextEnum(is_known) if is_known(text) => {}
            ReadKind::Time => return self.column.push_time(text),
            _ => return Err(Misfit),
        }
        self.column.push_text(if in_page { self.texts.part(text) } else { self.texts.add(text) })
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of the column")
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.column.push_null();
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        if self.optional { self.visit_none() } else { Err(E::invalid_type(Unexpected::Unit, &self)) }
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        ValueSeed { optional: false, ..self }.deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<(), E> {
        self.column.push_bool(flag).map_err(|_| E::invalid_type(Unexpected::Bool(flag), &self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        let added = match *self.kind {
            ReadKind::Integer(least, most) if number >= least && i128::from(number) <= i128::from(most) => {
                self.column.push_integer(number)
            }
            ReadKind::Epoch(unit) => self.column.push_instant(unit.time(number)),
            #[expect(clippy::cast_precision_loss, reason = "as serde reads an integer into a float")]
            ReadKind::Real => self.column.push_real(number as f64),
            _ => Err(Misfit),
        };
        added.map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        let added = match *self.kind {
            ReadKind::Integer(_, most) if number <= most => self.column.push_unsigned(number),
            ReadKind::Epoch(unit) => self.column.push_instant(unit.time(number)),
            #[expect(clippy::cast_precision_loss, reason = "as serde reads an integer into a float")]
            ReadKind::Real => self.column.push_real(number as f64),
            _ => Err(Misfit),
        };
        added.map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        if let (ReadKind::Integer(..), Some(whole)) = (self.kind, whole(number)) {
            return self.visit_i64(whole);
        }
        self.column.push_real(number).map_err(|_| E::invalid_type(Unexpected::Float(number), &self))
    }

    fn visit_borrowed_str<E: Error>(mut self, text: &'de str) -> Result<(), E> {
        self.string(text, true).map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<(), E> {
        self.string(text, false).map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}
