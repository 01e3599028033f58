//! Lengths of steps: `"30d"`, `"12h"`, `"1mo"`, `"1y"`.

use crate::syntax::Literal;

/// The length of a step.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum CalendarSpan {
    Seconds(i64),
    /// By the calendar, as the months are.
    Days(i64),
    Months(i64),
}

/// A unit: its name, what it makes, and of how many.
type Unit = (&'static str, fn(i64) -> CalendarSpan, i64);

const UNITS: [Unit; 6] = [
    ("s", CalendarSpan::Seconds, 1),
    ("m", CalendarSpan::Seconds, 60),
    ("h", CalendarSpan::Seconds, 3600),
    ("d", CalendarSpan::Days, 1),
    ("mo", CalendarSpan::Months, 1),
    ("y", CalendarSpan::Months, 12),
];
const UNITS_NOTE: &str = "note: the units are `s`, `m` (minutes), `h`, `d`, `mo` (months), `y`";
/// The longest that a calendar of four-digit years has room for, in its unit.
const YEARS: i64 = 9999;

impl Literal for CalendarSpan {
    const EXAMPLE: &'static str = "\"30d\"";

    fn parse(text: &str) -> Result<Self, String> {
        let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let (number, unit) = text.split_at(digits);
        let unit = unit.trim();
        if number.is_empty() || unit.is_empty() {
            return Err(format!("expected the length of a step such as `\"30d\"`, found `\"{text}\"`\n{UNITS_NOTE}"));
        }
        let Some((_, of, factor)) = UNITS.iter().find(|(name, ..)| *name == unit) else {
            return Err(format!("`{unit}` is not a unit of a step\n{UNITS_NOTE}"));
        };
        let count = number.parse::<i64>().ok().and_then(|number| number.checked_mul(*factor));
        let span = count.map(*of).filter(|span| span.years() <= YEARS);
        match (count, span) {
            (Some(0), _) => Err("a step must be longer than zero".to_owned()),
            (_, Some(span)) => Ok(span),
            _ => Err("this step is too long".to_owned()),
        }
    }
}

impl CalendarSpan {
    fn years(self) -> i64 {
        match self {
            Self::Seconds(seconds) => seconds / (365 * 86_400),
            Self::Days(days) => days / 365,
            Self::Months(months) => months / 12,
        }
    }

    /// Whether it is shorter than a day, or ends within one.
    pub(crate) fn is_within_days(self) -> bool {
        matches!(self, Self::Seconds(seconds) if seconds % 86_400 != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans() {
        for (text, expected) in [
            ("90s", CalendarSpan::Seconds(90)),
            ("5 m", CalendarSpan::Seconds(300)),
            ("12h", CalendarSpan::Seconds(43_200)),
            ("30d", CalendarSpan::Days(30)),
            ("1mo", CalendarSpan::Months(1)),
            ("2y", CalendarSpan::Months(24)),
        ] {
            assert!(CalendarSpan::parse(text) == Ok(expected), "{text}");
        }
        for text in
            ["", "30", "d", "0d", "1.5d", "-1d", "1w", "1M", "500ms", "1d12h", "99999y", "9999999999999999999s", "½d"]
        {
            assert!(CalendarSpan::parse(text).is_err(), "{text}");
        }
        assert!(CalendarSpan::Seconds(1).is_within_days() && !CalendarSpan::Seconds(172_800).is_within_days());
    }
}
