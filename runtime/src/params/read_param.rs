//! Values that are read from texts: environment variables and defaults of client-wide params.

use super::param::Param;

/// A type that can be read from a text.
#[diagnostic::on_unimplemented(
    message = "a param of the type `{Self}` cannot be read from text",
    label = "not a type that a default or a variable can have",
    note = "these are `String`, `char`, `bool`, integers, floats or times of `jiff` (or `chrono`, with that feature), and a `Vec` of these",
    note = "without a default and `env`, the param may have any type that a request can carry"
)]
pub trait ReadParam: Param + Sized + 'static {
    /// Reads the whole text, if it is one.
    fn read(text: &str) -> Option<Self>;
}

/// A type whose defaults are strings.
#[diagnostic::on_unimplemented(
    message = "the default of a `{Self}` is not a string",
    label = "not of the type `{Self}`"
)]
pub trait TextParam: ReadParam {}

/// Reads the value of a client-wide param from its texts.
pub type ReadTexts = fn(&[&str]) -> Option<Box<dyn Param>>;

/// Reads one value.
#[must_use]
pub fn read_one<T: ReadParam>(texts: &[&str]) -> Option<Box<dyn Param>> {
    match texts {
        [text] => Some(Box::new(T::read(text)?)),
        _ => None,
    }
}

/// Reads several values.
#[must_use]
pub fn read_list<T: ReadParam>(texts: &[&str]) -> Option<Box<dyn Param>> {
    let values: Option<Vec<T>> = texts.iter().map(|text| T::read(text)).collect();
    Some(Box::new(values?))
}

/// Compiles for types whose defaults are strings.
pub const fn text_param<T: TextParam>() {}

/// A type that a moment of a run can be.
#[diagnostic::on_unimplemented(
    message = "the beginning of a run is not a `{Self}`",
    label = "not a moment or a day",
    note = "these are `jiff`'s `Timestamp`, `civil::DateTime` and `civil::Date` (or those of `chrono`, with that feature)"
)]
pub trait MomentParam: ReadParam {}

/// Compiles for types that a moment of a run can be.
pub const fn moment_param<T: MomentParam>() {}

impl MomentParam for jiff::Timestamp {}
impl MomentParam for jiff::civil::DateTime {}
impl MomentParam for jiff::civil::Date {}

macro_rules! read {
    ($($type:ty $(: $text:ident)?),* $(,)?) => {$(
        impl ReadParam for $type {
            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }

        $(impl $text for $type {})?
    )*};
}

read! {
    bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64,
    char: TextParam, String: TextParam,
}

/// Jiff reads a part of what is more: a date of a time, a time of day of an instant. Here, nothing is left out.
macro_rules! civil {
    ($($type:ty, without $signs:expr;)*) => {$(
        impl ReadParam for $type {
            fn read(text: &str) -> Option<Self> {
                let is_instant = text.parse::<jiff::Timestamp>().is_ok();
                text.parse().ok().filter(|_| !is_instant && !text.contains($signs))
            }
        }

        impl TextParam for $type {}
    )*};
}

civil! {
    jiff::civil::Date, without ['T', 't', ' ', ':'];
    jiff::civil::Time, without ['-', ' '];
    jiff::civil::DateTime, without ['\n'];
}

/// A day alone is its beginning in UTC.
impl ReadParam for jiff::Timestamp {
    fn read(text: &str) -> Option<Self> {
        let day = || Some(jiff::civil::Date::read(text)?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp());
        text.parse().ok().or_else(day)
    }
}

impl TextParam for jiff::Timestamp {}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<T: ReadParam>(text: &str) -> Option<String> {
        T::read(text).map(|value| value.to_text())
    }

    #[test]
    fn values_are_read_whole() {
        assert_eq!(text::<u8>("255").as_deref(), Some("255"));
        assert_eq!(text::<u8>("256"), None);
        assert_eq!(text::<i64>("-5 "), None);
        assert_eq!(text::<bool>("true").as_deref(), Some("true"));
        assert_eq!(text::<bool>("yes"), None);
        assert_eq!(text::<f64>("1.50").as_deref(), Some("1.5"));
        assert_eq!(text::<jiff::Timestamp>("2024-01-31").as_deref(), Some("2024-01-31T00:00:00Z"));
        assert_eq!(text::<jiff::Timestamp>("2024-01-31T12:00+02:00").as_deref(), Some("2024-01-31T10:00:00Z"));
        assert_eq!(text::<jiff::Timestamp>("2024-01-31T12:00:00"), None, "without an offset, it is no instant");
        assert_eq!(text::<jiff::civil::DateTime>("2024-01-31").as_deref(), Some("2024-01-31T00:00:00"));
        assert_eq!(text::<jiff::civil::Date>("soon"), None);
        assert_eq!(text::<jiff::civil::Date>("2024-01-31").as_deref(), Some("2024-01-31"));
        assert_eq!(text::<jiff::civil::Date>("2024-01-31T12:00"), None, "the time is not left out");
        assert_eq!(text::<jiff::civil::DateTime>("2024-01-31T12:00+02:00"), None, "the offset is not left out");
        assert_eq!(text::<jiff::civil::DateTime>("2024-01-31T12:00").as_deref(), Some("2024-01-31T12:00:00"));
        assert_eq!(text::<jiff::civil::Time>("12:30").as_deref(), Some("12:30:00"));
        assert_eq!(text::<jiff::civil::Time>("2024-01-31T12:30"), None);
    }

    #[test]
    fn lists_have_each_value() {
        let texts = |texts: &[&str]| read_list::<u32>(texts).map(|value| value.to_texts());
        assert_eq!(texts(&["1", "2"]), Some(vec!["1".to_owned(), "2".to_owned()]));
        assert_eq!(texts(&[]), Some(Vec::new()));
        assert_eq!(texts(&["1", "x"]), None);
        assert!(read_one::<String>(&["a", "b"]).is_none());
    }
}
