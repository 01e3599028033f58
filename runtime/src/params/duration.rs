//! Durations as values of params: read from texts such as `1h`, written as of ISO 8601.

use std::time::Duration;

use jiff::SignedDuration;

use super::param::Param;
use super::read_param::{ReadParam, TextParam};
use crate::text::duration;

/// As of ISO 8601: `PT1H`.
impl Param for SignedDuration {
    fn to_text(&self) -> String {
        self.to_string()
    }
}

/// As of ISO 8601: `PT1H`.
impl Param for Duration {
    fn to_text(&self) -> String {
        SignedDuration::try_from(*self).unwrap_or(SignedDuration::MAX).to_text()
    }
}

/// `1h`, `30d`, `1h 30m`, `PT1H`. A day has 24 hours.
impl ReadParam for SignedDuration {
    fn read(text: &str) -> Option<Self> {
        duration::parse(text)
    }
}

impl TextParam for SignedDuration {}

/// As a signed one that is not negative.
impl ReadParam for Duration {
    fn read(text: &str) -> Option<Self> {
        duration::unsigned(text)
    }
}

impl TextParam for Duration {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_they_are_declared() {
        let text = |text| Duration::read(text).map(|duration| duration.to_text());
        assert_eq!(text("1h").as_deref(), Some("PT1H"));
        assert_eq!(text("30d").as_deref(), Some("PT720H"));
        assert_eq!(text("1h 30m").as_deref(), Some("PT1H30M"));
        assert_eq!(text("500ms").as_deref(), Some("PT0.5S"));
        assert_eq!(text("0s").as_deref(), Some("PT0S"));
        assert_eq!(text("PT90S").as_deref(), Some("PT1M30S"));
        assert_eq!(text("1mo"), None, "months differ in length");
        assert_eq!(text("-1h"), None);
        assert_eq!(text("60"), None);
        assert_eq!(SignedDuration::read("-1h").map(|duration| duration.to_text()).as_deref(), Some("-PT1H"));
    }
}
