//! What a Rust type expects of a value in JSON.

use crate::literal::moment::Moment;

/// What a type expects of a value.
#[derive(Debug, Clone)]
pub(crate) enum ExpectedType {
    Bool,
    /// From the least to the most.
    Integer(i128, i128),
    Float,
    Text,
    Char,
    Moment(Moment),
    Option(Box<ExpectedType>),
    List(Box<ExpectedType>),
    Map(Box<ExpectedType>),
    /// Anything.
    Json,
    /// A struct or an enum of the module.
    Nested(String),
    /// Not known, and not judged.
    Unknown,
}

impl ExpectedType {
    /// What a type expects that is known by its name.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "bool" => Self::Bool,
            "char" => Self::Char,
            "f32" | "f64" => Self::Float,
            "i8" => Self::Integer(i8::MIN.into(), i8::MAX.into()),
            "i16" => Self::Integer(i16::MIN.into(), i16::MAX.into()),
            "i32" => Self::Integer(i32::MIN.into(), i32::MAX.into()),
            "i64" => Self::Integer(i64::MIN.into(), i64::MAX.into()),
            "u8" => Self::Integer(0, u8::MAX.into()),
            "u16" => Self::Integer(0, u16::MAX.into()),
            "u32" => Self::Integer(0, u32::MAX.into()),
            "u64" => Self::Integer(0, u64::MAX.into()),
            "Timestamp" => Self::Moment(Moment::Timestamp),
            // chrono's of an instant has its zone in brackets.
            "DateTime" | "NaiveDateTime" => Self::Moment(Moment::DateTime),
            "Date" | "NaiveDate" => Self::Moment(Moment::Date),
            "Json" => Self::Json,
            _ => Self::Unknown,
        }
    }
}
