//! Literals of a query as values that a request can send.

use arrow_schema::{DataType, TimeUnit};
use datafusion::common::ScalarValue;
use declarest::jiff::civil::{Date, DateTime, Time};
use declarest::jiff::tz::TimeZone;
use declarest::jiff::{SignedDuration, Timestamp, ToSpan as _};
use declarest::{ColumnType, ColumnValue};

/// The value of a literal in a column of this type; none for null, and where it is of another type or out of range.
pub(crate) fn value(kind: ColumnType, literal: &ScalarValue) -> Option<ColumnValue<'static>> {
    Some(match kind {
        ColumnType::Text | ColumnType::Json => literal.try_as_str()??.to_owned().into(),
        ColumnType::Boolean => match literal {
            ScalarValue::Boolean(value) => (*value)?.into(),
            _ => return None,
        },
        ColumnType::Integer => i64::try_from(integer(literal)?).ok()?.into(),
        ColumnType::Unsigned => u64::try_from(integer(literal)?).ok()?.into(),
        ColumnType::Real => real(literal)?.into(),
        ColumnType::Timestamp => Timestamp::from_nanosecond(nanoseconds(literal)?).ok()?.into(),
        ColumnType::DateTime => civil(nanoseconds(literal)?)?.into(),
        ColumnType::Date => match literal {
            ScalarValue::Date32(days) => EPOCH.checked_add((*days)?.days()).ok()?.into(),
            _ => return None,
        },
        ColumnType::Time => time(literal)?.into(),
        _ => return None,
    })
}

const EPOCH: Date = Date::constant(1970, 1, 1);

fn integer(literal: &ScalarValue) -> Option<i128> {
    Some(match literal {
        ScalarValue::Int8(value) => (*value)?.into(),
        ScalarValue::Int16(value) => (*value)?.into(),
        ScalarValue::Int32(value) => (*value)?.into(),
        ScalarValue::Int64(value) => (*value)?.into(),
        ScalarValue::UInt8(value) => (*value)?.into(),
        ScalarValue::UInt16(value) => (*value)?.into(),
        ScalarValue::UInt32(value) => (*value)?.into(),
        ScalarValue::UInt64(value) => (*value)?.into(),
        _ => return None,
    })
}

fn real(literal: &ScalarValue) -> Option<f64> {
    let value = match literal {
        ScalarValue::Float64(value) => (*value)?,
        ScalarValue::Float32(value) => (*value)?.into(),
        _ => return None,
    };
    value.is_finite().then_some(value)
}

/// A time in nanoseconds since 1970.
fn nanoseconds(literal: &ScalarValue) -> Option<i128> {
    let (value, factor) = match literal {
        ScalarValue::TimestampSecond(value, _) => (value, 1_000_000_000),
        ScalarValue::TimestampMillisecond(value, _) => (value, 1_000_000),
        ScalarValue::TimestampMicrosecond(value, _) => (value, 1_000),
        ScalarValue::TimestampNanosecond(value, _) => (value, 1),
        _ => return None,
    };
    Some(i128::from((*value)?) * factor)
}

fn civil(nanoseconds: i128) -> Option<DateTime> {
    Timestamp::from_nanosecond(nanoseconds).ok().map(|time| TimeZone::UTC.to_datetime(time))
}

fn time(literal: &ScalarValue) -> Option<Time> {
    let nanoseconds = match literal {
        ScalarValue::Time64Microsecond(value) => (*value)?.checked_mul(1_000)?,
        ScalarValue::Time64Nanosecond(value) => (*value)?,
        _ => return None,
    };
    Time::midnight().checked_add(SignedDuration::from_nanos(nanoseconds)).ok()
}

/// Whether a column of times means the same when it is cast to a type: to one as fine, or finer. Its zone is UTC, or it has none.
pub(crate) fn is_same_time(column: &DataType, cast: &DataType) -> bool {
    matches!(column, DataType::Timestamp(TimeUnit::Microsecond, _))
        && matches!(cast, DataType::Timestamp(TimeUnit::Microsecond | TimeUnit::Nanosecond, zone)
            if zone.is_none() || matches!(column, DataType::Timestamp(_, Some(_))))
}

/// Whether a request can send the value so that the API compares that very value: not a text that it may trim, take for none
/// or for several, and not a part of a second, which the API may cut.
pub(crate) fn is_sent_as_it_is(value: &ColumnValue<'_>, is_list: bool) -> bool {
    match value {
        ColumnValue::Text(text) => {
            let is_list_itself = is_list && text.contains(',');
            !(text.is_empty() || text.trim() != text || text.contains(char::is_control) || is_list_itself)
        }
        ColumnValue::Timestamp(time) => time.subsec_nanosecond() == 0,
        ColumnValue::DateTime(time) => time.subsec_nanosecond() == 0,
        ColumnValue::Time(time) => time.subsec_nanosecond() == 0,
        ColumnValue::Null => false,
        _ => true,
    }
}
