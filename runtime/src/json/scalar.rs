//! The value at a paginator's path: a number, a boolean, a string, or something that it cannot use.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::lookup;
use super::path::Step;

/// A value at one of a paginator's paths.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer from 0.
    Unsigned(u64),
    /// An integer below 0.
    Negative(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    Text(String),
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Scalar {
    /// The value at a path of a body.
    pub(crate) fn at(body: &[u8], path: &[Step]) -> Option<Self> {
        lookup::value_at(body, path).and_then(|value| serde_json::from_str(value.get()).ok())
    }

    /// An integer that may be below 0.
    pub(crate) fn integer(number: i64) -> Self {
        u64::try_from(number).map_or(Self::Negative(number), Self::Unsigned)
    }

    /// A count: an integer, also when it is sent as a string or with a fraction of zero.
    pub(crate) fn as_count(&self) -> Option<u64> {
        match self {
            Self::Unsigned(count) => Some(*count),
            // Some serializers write every number with a fraction.
            Self::Float(count) if count.fract() == 0.0 => format!("{count:.0}").parse().ok(),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A flag: `true` and `false`, 1 and 0, and the strings that mean them, in any case.
    pub(crate) fn as_flag(&self) -> Option<bool> {
        const YES: [&str; 5] = ["true", "1", "y", "yes", "t"];
        const NO: [&str; 5] = ["false", "0", "n", "no", "f"];
        let is_one_of = |words: [&str; 5], text: &str| words.iter().any(|word| word.eq_ignore_ascii_case(text.trim()));
        match self {
            Self::Bool(flag) => Some(*flag),
            Self::Unsigned(_) | Self::Float(_) => match self.as_count()? {
                0 => Some(false),
                1 => Some(true),
                _ => None,
            },
            Self::Text(text) if is_one_of(YES, text) => Some(true),
            Self::Text(text) if is_one_of(NO, text) => Some(false),
            _ => None,
        }
    }

    /// Whether this is a number below 0, also when it is sent as a string.
    pub(crate) fn is_negative(&self) -> bool {
        match self {
            Self::Negative(_) => true,
            Self::Float(number) => *number < 0.0,
            Self::Text(text) => text.trim().parse::<i64>().is_ok_and(|number| number < 0),
            _ => false,
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(flag) => write!(f, "{flag}"),
            Self::Unsigned(number) => write!(f, "{number}"),
            Self::Negative(number) => write!(f, "{number}"),
            Self::Float(number) => write!(f, "{number}"),
            // Whole or not at all: a part of a secret would not be recognized, nor redacted.
            Self::Text(text) if text.len() <= 80 => write!(f, "the string {text:?}"),
            Self::Text(text) => write!(f, "a string of {} bytes", text.len()),
            Self::Array => f.write_str("an array"),
            Self::Object => f.write_str("an object"),
        }
    }
}

/// The methods of a `Visitor` for all values but arrays and objects: each takes the value as a [`Scalar`].
macro_rules! visit_scalars {
    ($self:ident, $found:ident => $take:expr) => {
        $crate::json::scalar::visit_scalars! { $self, $found => $take;
            visit_unit() => Scalar::Null;
            visit_bool(value: bool) => Scalar::Bool(value);
            visit_u64(value: u64) => Scalar::Unsigned(value);
            visit_i64(value: i64) => Scalar::integer(value);
            visit_f64(value: f64) => Scalar::Float(value);
            visit_str(value: &str) => Scalar::Text(value.to_owned());
        }
    };
    ($self:ident, $found:ident => $take:expr; $($visit:ident($($value:ident: $type:ty)?) => $scalar:expr;)*) => {$(
        fn $visit<E>($self $(, $value: $type)?) -> Result<Self::Value, E> {
            let $found = $scalar;
            Ok($take)
        }
    )*};
}

pub(crate) use visit_scalars;

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Scalar;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            visit_scalars!(self, scalar => scalar);

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar::Array)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar::Object)
            }
        }

        deserializer.deserialize_any(Any)
    }
}
