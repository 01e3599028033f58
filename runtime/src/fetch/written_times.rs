//! The times that the requests of a resource write by patterns, as values of their placeholders.

use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::declare::resource::ResourceDef;
use crate::declare::written_time::{TimeSource, WrittenTime};
use crate::error::{Error, ErrorKind, Result};
use crate::incremental::range::Range;
use crate::incremental::written_bounds::format_bounds;
use crate::incremental::zone::ZonedRange;
use crate::params::template::Values;

/// Sets each time that has a value: of a run that began at a moment, and of a range.
pub(super) fn fill(
    def: &ResourceDef,
    incremental: Option<&ZonedRange>,
    range: &Range,
    begun: Timestamp,
    values: &mut Values,
) -> Result<()> {
    if def.times.is_empty() {
        return Ok(());
    }
    let zone = incremental.map_or(TimeZone::UTC, ZonedRange::zone);
    for time in def.times {
        let text = match time.source {
            TimeSource::Now(moment) => Some(instant(time, &moment.of(begun, &zone))?),
            TimeSource::Param(name) => values.text(name).map(|text| param(time, name, text, &zone)).transpose()?,
            TimeSource::Start => bounds(incremental, time, range)?.0,
            TimeSource::End => bounds(incremental, time, range)?.1,
        };
        if let Some(text) = text {
            values.set(time.name, &text);
        }
    }
    Ok(())
}

/// The ends of a range by the pattern.
fn bounds(
    incremental: Option<&ZonedRange>,
    time: &WrittenTime,
    range: &Range,
) -> Result<(Option<String>, Option<String>)> {
    let Some(incremental) = incremental else { return Ok((None, None)) };
    format_bounds(&incremental.with_pattern(time.pattern), range)
}

/// The value of a param: an instant in the zone, a civil time and a day as they are.
fn param(time: &WrittenTime, name: &str, text: &str, zone: &TimeZone) -> Result<String> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return instant(time, &moment.to_zoned(zone.clone()));
    }
    // Of a day, there is no time of day to write.
    let parsed = match text.parse::<Date>() {
        Ok(date) if date.to_string() == text => Some(BrokenDownTime::from(date)),
        _ => text.parse::<DateTime>().ok().map(BrokenDownTime::from),
    };
    let Some(parsed) = parsed else {
        let message = format!("`{name}` is {text:?}, which is no time that `{{{}}}` can write", time.name);
        return Err(Error::new(ErrorKind::Config, message).with_help("declare it with a type of `jiff`"));
    };
    written(time, &parsed, text)
}

fn instant(time: &WrittenTime, moment: &Zoned) -> Result<String> {
    written(time, &BrokenDownTime::from(moment), moment)
}

fn written(time: &WrittenTime, parsed: &BrokenDownTime, value: impl std::fmt::Display) -> Result<String> {
    parsed.to_string(time.pattern).map_err(|error| {
        let message = format!("`{{{}}}` cannot write `{value}`", time.name);
        Error::new(ErrorKind::Config, message)
            .with_help("leave out of the pattern what this time does not have")
            .with_source(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incremental::setting::FromNow;

    fn time(pattern: &'static str) -> WrittenTime {
        WrittenTime { name: "day", source: TimeSource::Param("day"), pattern }
    }

    #[test]
    fn values_are_written_as_their_types_have_them() {
        let zone = TimeZone::get("America/New_York").expect("a zone");
        let write = |pattern, text: &str| param(&time(pattern), "day", text, &zone).ok();
        assert_eq!(write("%F %R", "2024-01-31T03:00:00Z").as_deref(), Some("2024-01-30 22:00"));
        assert_eq!(write("%Y%m%dT%H", "2024-01-31T03:00:00").as_deref(), Some("20240131T03"));
        assert_eq!(write("%d.%m.%Y", "2024-01-31").as_deref(), Some("31.01.2024"));
        assert_eq!(write("%s%3f", "2024-01-31T03:00:00.25Z").as_deref(), Some("1706670000250"));
        assert_eq!(
            (write("%H", "2024-01-31"), write("%z", "2024-01-31T03:00:00"), write("%F", "soon")),
            (None, None, None)
        );
    }

    #[test]
    fn a_run_has_one_moment() {
        const DEF: ResourceDef = ResourceDef {
            times: &[
                WrittenTime { name: "now:%F", source: TimeSource::Now(FromNow { milliseconds: 0 }), pattern: "%F" },
                WrittenTime { name: "until:%F", source: TimeSource::Param("until"), pattern: "%F" },
                WrittenTime { name: "incremental.start_value:%F", source: TimeSource::Start, pattern: "%F" },
            ],
            ..ResourceDef::DEFAULT
        };
        let mut values = Values::default();
        let begun = "2024-05-06T12:00:00Z".parse().expect("a time");
        fill(&DEF, None, &Range::default(), begun, &mut values).expect("values");
        assert_eq!(values.fill("{now:%F}").as_deref(), Some("2024-05-06"));
        assert_eq!(values.fill("{until:%F}"), None, "a param that is unset has no value");
        assert_eq!(values.fill("{incremental.start_value:%F}"), None, "nor has a range that there is not");
    }
}
