//! Durations: `"30s"`, `"500ms"`, `"5m"`, `"1h"`, `"1d"`.

use crate::syntax::Literal;

const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// A time that is longer than nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Duration {
    pub(crate) milliseconds: u64,
}

impl Literal for Duration {
    const EXAMPLE: &'static str = "\"30s\"";

    fn parse(text: &str) -> Result<Self, String> {
        let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let (number, unit) = text.split_at(digits);
        let unit = unit.trim();
        if number.is_empty() || unit.is_empty() {
            return Err(format!("expected a duration such as `\"30s\"`, found `\"{text}\"`\n{UNITS_NOTE}"));
        }
        if let Some(sum) = sum(text) {
            return Err(format!("a duration has one unit\nhelp: write `\"{sum}\"`\n{UNITS_NOTE}"));
        }
        let Some((_, factor)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(format!("`{unit}` is not a unit of time\n{UNITS_NOTE}"));
        };
        let milliseconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(*factor));
        match milliseconds {
            None => Err("this duration is too long".to_owned()),
            Some(0) => Err("a duration must be longer than zero".to_owned()),
            Some(milliseconds) => Ok(Self { milliseconds }),
        }
    }
}

/// Whether a text is a duration of one or several units, also one of zero.
pub(crate) fn is_duration(text: &str) -> bool {
    let is_zero = |(name, _): &(&str, u64)| text.strip_suffix(name).is_some_and(|number| number.trim() == "0");
    Duration::parse(text).is_ok() || sum(text).is_some() || UNITS.iter().any(is_zero)
}

/// A duration of several units, such as `1m30s`, as one of the largest unit that it is a multiple of.
fn sum(text: &str) -> Option<String> {
    let (mut rest, mut parts, mut sum) = (text, 0, 0_u64);
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|letter: char| !letter.is_ascii_digit())?);
        let end = after.find(|letter: char| letter.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit.trim())?;
        sum = sum.checked_add(number.parse::<u64>().ok()?.checked_mul(*factor)?)?;
        (rest, parts) = (after, parts + 1);
    }
    let (name, factor) = UNITS.iter().rev().find(|(_, factor)| sum.is_multiple_of(*factor))?;
    (parts > 1 && sum > 0).then(|| format!("{}{name}", sum / factor))
}

const UNITS_NOTE: &str = "note: the units are `ms`, `s`, `m`, `h`, `d`";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_units_are_one() {
        for (text, sum) in [("1m30s", "90s"), ("1h 30m", "90m"), ("1d12h", "36h"), ("1s500ms", "1500ms")] {
            let message = Duration::parse(text).map(|_| ()).expect_err(text);
            assert!(message.contains(&format!("\"{sum}\"")), "{message}");
        }
    }

    #[test]
    fn durations() {
        let parse = |text| Duration::parse(text).map(|duration| duration.milliseconds);
        assert_eq!(parse("30s"), Ok(30_000));
        assert_eq!(parse("500ms"), Ok(500));
        assert_eq!(parse("1h"), Ok(3_600_000));
        assert_eq!(parse("5 m"), Ok(300_000));
        assert_eq!(parse("1d"), Ok(86_400_000));
        for text in
            ["", "30", "s", "0s", "1.5s", "-1s", "30 sec", "99999999999999999999s", "18446744073709551615d", "½s"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
