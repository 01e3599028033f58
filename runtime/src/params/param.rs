//! Values in requests: query parameters and parts of paths.

use std::fmt;
use std::marker::PhantomData;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::json::raw::Json;
use crate::schema::column::ColumnType;

/// A type that a request's parameter can have.
#[diagnostic::on_unimplemented(
    message = "a parameter cannot have the type `{Self}`",
    label = "not a type that a request can carry",
    note = "parameters are `String`, `bool`, integers, floats or times of `jiff` (or `chrono`, with that feature), and a `Vec` of these"
)]
pub trait Param {
    /// The value as the request carries it, before it is encoded.
    fn to_text(&self) -> String;

    /// The value in a JSON body. Default: a string, the text.
    fn to_json(&self) -> Value {
        Value::String(self.to_text())
    }

    /// Each value of a list by itself.
    #[doc(hidden)]
    fn to_texts(&self) -> Vec<String> {
        vec![self.to_text()]
    }
}

/// A param whose type is known. Apart from [`Param`], which is used as `dyn`.
pub trait TypedParam: Param {
    /// The type of its value, or of each of its values.
    const KIND: ColumnType;
    /// Whether it has several values.
    const LIST: bool = false;
}

/// The type of a param, of whatever type it is: `ParamType::<T>::OF`.
#[derive(Debug)]
pub struct ParamType<T>(PhantomData<T>);

impl<T: TypedParam> ParamType<T> {
    /// The type of its values, and whether it has several.
    pub const OF: (ColumnType, bool) = (T::KIND, T::LIST);
}

/// Where the constant of [`ParamType`] itself does not apply, this one does: a type that only implements [`Param`] is
/// text.
pub trait UntypedParam {
    /// Text, one value.
    const OF: (ColumnType, bool) = (ColumnType::Text, false);
}

impl<T> UntypedParam for ParamType<T> {}

macro_rules! params {
    ($($($type:ty),* => $kind:ident;)* |$self:ident| $json:expr) => {$($(
        impl Param for $type {
            fn to_text(&self) -> String {
                self.to_string()
            }

            fn to_json(&$self) -> Value {
                $json
            }
        }

        impl TypedParam for $type {
            const KIND: ColumnType = ColumnType::$kind;
        }
    )*)*};
}

params! {
    bool => Boolean;
    i8, i16, i32, i64, u8, u16, u32 => Integer;
    u64 => Unsigned;
    f32, f64 => Real;
    |self| (*self).into()
}
params! {
    char, str, String => Text;
    jiff::Timestamp => Timestamp;
    jiff::civil::Date => Date;
    jiff::civil::Time => Time;
    jiff::civil::DateTime => DateTime;
    |self| Value::String(self.to_text())
}

/// As the API sent it; outside of JSON, a string without its quotes.
impl Param for Json {
    fn to_text(&self) -> String {
        match self.to_json() {
            Value::String(text) => text,
            _ => self.get().to_owned(),
        }
    }

    fn to_json(&self) -> Value {
        self.decode().unwrap_or_default()
    }
}

impl TypedParam for Json {
    const KIND: ColumnType = ColumnType::Json;
}

impl<T: Param + ?Sized> Param for &T {
    fn to_text(&self) -> String {
        (**self).to_text()
    }

    fn to_json(&self) -> Value {
        (**self).to_json()
    }
}

/// Several values: joined by commas where one text is needed.
impl<T: Param> Param for Vec<T> {
    fn to_text(&self) -> String {
        self.to_texts().join(",")
    }

    fn to_json(&self) -> Value {
        self.iter().map(Param::to_json).collect()
    }

    fn to_texts(&self) -> Vec<String> {
        self.iter().map(Param::to_text).collect()
    }
}

impl<T: TypedParam> TypedParam for Vec<T> {
    const KIND: ColumnType = T::KIND;
    const LIST: bool = true;
}

/// What a path segment holds unencoded: the unreserved characters of RFC 3986 (section 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A parameter's value in a path, encoded so that it stays within its segment.
#[derive(Debug, Clone)]
pub struct Segment(String);

impl Segment {
    /// Encodes a value.
    #[must_use]
    pub fn new(value: &(impl Param + ?Sized)) -> Self {
        Self(utf8_percent_encode(&value.to_text(), UNRESERVED).to_string())
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
