//! Durations in texts.

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo};

/// `1h`, `30d`, `1h 30m`, `PT1H`. A day has 24 hours.
pub(crate) fn parse(text: &str) -> Option<SignedDuration> {
    let of_units = || text.parse::<Span>().ok()?.to_duration(SpanRelativeTo::days_are_24_hours()).ok();
    text.parse().ok().or_else(of_units)
}

/// The same, not negative.
pub(crate) fn unsigned(text: &str) -> Option<Duration> {
    parse(text)?.try_into().ok()
}
