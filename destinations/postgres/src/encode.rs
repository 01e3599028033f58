//! Values as the binary form of COPY has them: a length, then the bytes; a length of -1 for null.

use std::fmt::Display;

use declarest::ColumnValues;
use declarest::jiff::Timestamp;
use declarest::jiff::civil::{Date, DateTime, Time};

use crate::columns::Encoding;
use crate::settings::ValueRules;
use crate::text;

/// Days from 2000-01-01, where Postgres begins to count, back to 1970-01-01.
const EPOCH_DAYS: i32 = 10_957;
const EPOCH_MICROS: i64 = 946_684_800_000_000;
const DAY_MICROS: i64 = 86_400_000_000;
/// The first day that Postgres has, 24 November 4714 BC.
const FIRST_DAY: i32 = -2_451_545;

/// Why a value cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A text that Postgres cannot hold.
    Text(String),
    /// Any other value.
    Value(String),
}

/// Appends the value of a row.
pub(crate) fn put(
    out: &mut Vec<u8>,
    encoding: Encoding,
    values: &ColumnValues<'_>,
    row: usize,
    rules: ValueRules,
) -> Result<(), Refusal> {
    let missing = || Refusal::Value("a batch has fewer values than rows".to_owned());
    macro_rules! at {
        ($values:expr) => {
            *$values.get(row).ok_or_else(missing)?
        };
    }
    match values {
        ColumnValues::Boolean(list) => put_bytes(out, &[at!(list).into()]),
        ColumnValues::Integer(list) => put_integer(out, encoding, at!(list))?,
        ColumnValues::Unsigned(list) => put_unsigned(out, encoding, at!(list))?,
        ColumnValues::Real(list) => put_bytes(out, &at!(list).to_be_bytes()),
        ColumnValues::Timestamp(list) => put_bytes(out, &timestamp(at!(list), rules)?.to_be_bytes()),
        ColumnValues::Date(list) => put_bytes(out, &date(at!(list))?.to_be_bytes()),
        ColumnValues::Time(list) => put_bytes(out, &time(at!(list), rules)?.to_be_bytes()),
        ColumnValues::DateTime(list) => put_bytes(out, &datetime(at!(list), rules)?.to_be_bytes()),
        ColumnValues::Text(texts) => {
            let text = texts.get(row).ok_or_else(missing)?;
            put_bytes(out, text::checked_text(text, rules)?.as_bytes());
        }
        ColumnValues::Json(texts) => {
            let text = texts.get(row).ok_or_else(missing)?;
            if encoding == Encoding::Jsonb {
                let text = text::checked_json(text, rules)?;
                put_length(out, text.len() + 1);
                // The version of its binary form.
                out.push(1);
                out.extend_from_slice(text.as_bytes());
            } else {
                put_bytes(out, text.as_bytes());
            }
        }
        _ => return Err(Refusal::Value("a type of values that this version does not know".to_owned())),
    }
    Ok(())
}

/// Appends bytes with their length.
pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_length(out, bytes.len());
    out.extend_from_slice(bytes);
}

pub(crate) fn put_null(out: &mut Vec<u8>) {
    out.extend_from_slice(&(-1_i32).to_be_bytes());
}

/// Nothing that comes in a page is as long as 2 GiB; what is would be refused by Postgres.
fn put_length(out: &mut Vec<u8>, length: usize) {
    out.extend_from_slice(&i32::try_from(length).unwrap_or(i32::MAX).to_be_bytes());
}

fn put_integer(out: &mut Vec<u8>, encoding: Encoding, value: i64) -> Result<(), Refusal> {
    match encoding {
        Encoding::Int2 => put_bytes(out, &i16::try_from(value).map_err(|_| large(value, "smallint"))?.to_be_bytes()),
        Encoding::Int4 => put_bytes(out, &i32::try_from(value).map_err(|_| large(value, "integer"))?.to_be_bytes()),
        Encoding::Numeric => put_numeric(out, value.unsigned_abs(), value < 0),
        _ => put_bytes(out, &value.to_be_bytes()),
    }
    Ok(())
}

fn put_unsigned(out: &mut Vec<u8>, encoding: Encoding, value: u64) -> Result<(), Refusal> {
    match encoding {
        Encoding::Int8 => put_bytes(out, &i64::try_from(value).map_err(|_| large(value, "bigint"))?.to_be_bytes()),
        _ => put_numeric(out, value, false),
    }
    Ok(())
}

fn large(value: impl Display, sql_type: &str) -> Refusal {
    Refusal::Value(format!("{value} is out of the range of the column's type, {sql_type}"))
}

/// A whole number as `numeric`: digits to the base 10 000.
fn put_numeric(out: &mut Vec<u8>, value: u64, is_negative: bool) {
    let (mut digits, mut count, mut left) = ([0_u16; 5], 0_usize, value);
    while left > 0 {
        if let Some(digit) = digits.get_mut(count) {
            *digit = u16::try_from(left % 10_000).unwrap_or_default();
        }
        (left, count) = (left / 10_000, count + 1);
    }
    put_length(out, 8 + 2 * count);
    let short = |number: usize| i16::try_from(number).unwrap_or_default().to_be_bytes();
    out.extend_from_slice(&short(count));
    // The weight of the first digit.
    out.extend_from_slice(&short(count.saturating_sub(1)));
    out.extend_from_slice(&if is_negative { 0x4000_u16 } else { 0 }.to_be_bytes());
    out.extend_from_slice(&short(0));
    for digit in digits.iter().take(count).rev() {
        out.extend_from_slice(&digit.to_be_bytes());
    }
}

/// Microseconds from 2000-01-01 in UTC.
fn timestamp(time: Timestamp, rules: ValueRules) -> Result<i64, Refusal> {
    let exact = is_exact(time.subsec_nanosecond(), rules).then_some(()).ok_or_else(|| fraction(time));
    exact?;
    // To the earlier microsecond, before 1970 as well.
    let micros = time.as_microsecond() - i64::from(time.subsec_nanosecond() % 1000 < 0);
    let micros = micros - EPOCH_MICROS;
    if micros < i64::from(FIRST_DAY) * DAY_MICROS { Err(early(time)) } else { Ok(micros) }
}

/// Days from 2000-01-01.
fn date(date: Date) -> Result<i32, Refusal> {
    let days = days(date) - EPOCH_DAYS;
    if days < FIRST_DAY { Err(early(date)) } else { Ok(days) }
}

/// Microseconds from midnight.
fn time(time: Time, rules: ValueRules) -> Result<i64, Refusal> {
    if !is_exact(time.subsec_nanosecond(), rules) {
        return Err(fraction(time));
    }
    let seconds = (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second());
    Ok(seconds * 1_000_000 + i64::from(time.subsec_nanosecond()) / 1000)
}

fn datetime(value: DateTime, rules: ValueRules) -> Result<i64, Refusal> {
    let days = days(value.date()) - EPOCH_DAYS;
    if days < FIRST_DAY {
        return Err(early(value));
    }
    let time = time(value.time(), rules).map_err(|_| fraction(value))?;
    Ok(i64::from(days) * DAY_MICROS + time)
}

fn is_exact(nanoseconds: i32, rules: ValueRules) -> bool {
    nanoseconds % 1000 == 0 || rules.truncates_times
}

fn fraction(time: impl Display) -> Refusal {
    Refusal::Value(format!(
        "{time} has nanoseconds, and Postgres keeps microseconds; `Postgres::truncate_times` cuts them off"
    ))
}

fn early(time: impl Display) -> Refusal {
    Refusal::Value(format!("{time} is before 4714 BC, where the times of Postgres begin"))
}

/// Days from 1970-01-01 in the Gregorian calendar.
fn days(date: Date) -> i32 {
    // Years begin in March: the leap day is their last.
    let (month, day) = (i32::from(date.month()), i32::from(date.day()));
    let year = i32::from(date.year()) - i32::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use declarest::jiff::civil::{date as civil, time as clock};

    use super::*;

    const TRUNCATES: ValueRules = ValueRules { truncates_times: true, ..ValueRules::DEFAULT };

    fn numeric(value: u64, is_negative: bool) -> Vec<u8> {
        let mut out = Vec::new();
        put_numeric(&mut out, value, is_negative);
        out
    }

    #[test]
    fn whole_numbers_are_digits_to_the_base_10_000() {
        assert_eq!(numeric(0, false), [0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(numeric(10_000, true), [0, 0, 0, 12, 0, 2, 0, 1, 0x40, 0, 0, 0, 0, 1, 0, 0]);
        let most = [1844_u16, 6744, 737, 955, 1615].map(u16::to_be_bytes).concat();
        assert_eq!(numeric(u64::MAX, false), [&[0, 0, 0, 18, 0, 5, 0, 4, 0, 0, 0, 0][..], &most].concat());
    }

    #[test]
    fn days_and_microseconds_are_counted_from_2000() {
        for (day, days) in [
            (civil(2000, 1, 1), 0),
            (civil(1999, 12, 31), -1),
            (civil(2000, 3, 1), 60),
            (civil(1970, 1, 1), -EPOCH_DAYS),
            (civil(2024, 2, 29), 8825),
            (civil(9999, 12, 31), 2_921_939),
            (civil(-4713, 11, 24), FIRST_DAY),
        ] {
            assert_eq!(date(day), Ok(days), "{day}");
        }
        assert!(date(civil(-4713, 11, 23)).is_err());
        let at = |text: &str, rules| timestamp(text.parse().expect("a time"), rules);
        assert_eq!(at("2000-01-01T00:00:00.000001Z", ValueRules::DEFAULT), Ok(1));
        assert_eq!(at("1969-12-31T23:59:59.999999Z", ValueRules::DEFAULT), Ok(-EPOCH_MICROS - 1));
        assert!(at("2000-01-01T00:00:00.0000001Z", ValueRules::DEFAULT).is_err());
        assert_eq!(at("2000-01-01T00:00:00.0000019Z", TRUNCATES), Ok(1));
        assert_eq!(at("1969-12-31T23:59:59.9999995Z", TRUNCATES), Ok(-EPOCH_MICROS - 1));
        let datetime = |day, time| datetime(civil(1999, 12, day).to_datetime(time), ValueRules::DEFAULT);
        assert_eq!(datetime(31, clock(23, 59, 59, 999_999_000)), Ok(-1));
        assert!(datetime(31, clock(0, 0, 0, 1)).is_err());
    }

    #[test]
    fn a_value_out_of_range_is_never_another_value() {
        let mut out = Vec::new();
        assert!(put_integer(&mut out, Encoding::Int2, 32_768).is_err());
        assert!(put_integer(&mut out, Encoding::Int4, i64::from(i32::MIN) - 1).is_err());
        assert!(put_unsigned(&mut out, Encoding::Int8, u64::MAX).is_err());
        assert_eq!(out, Vec::<u8>::new());
    }
}
