//! Rates: `"10/s"`, `"600/min"`, `"5000/h"`.

use crate::syntax::Literal;

const UNITS: [(&str, u64); 5] = [("s", 1), ("m", 60), ("min", 60), ("h", 3_600), ("d", 86_400)];

/// A number of requests, at least one, in a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Rate {
    pub(crate) requests: u32,
    pub(crate) seconds: u64,
}

impl Literal for Rate {
    const EXAMPLE: &'static str = "\"10/s\"";

    fn parse(text: &str) -> Result<Self, String> {
        let Some((number, unit)) = text.split_once('/') else {
            return Err(format!("expected a rate such as `\"10/s\"`, found `\"{text}\"`\n{UNITS_NOTE}"));
        };
        let (number, unit) = (number.trim(), unit.trim());
        if number.is_empty() || !number.chars().all(|letter| letter.is_ascii_digit()) {
            return Err(format!("expected a whole number of requests before the `/`, found `{number}`"));
        }
        let Some((_, seconds)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(format!("`{unit}` is not a unit of time here\n{UNITS_NOTE}"));
        };
        match number.parse() {
            Err(_) => Err("this rate is too high".to_owned()),
            Ok(0) => Err("a rate of zero allows no requests\nhelp: write at least 1".to_owned()),
            Ok(requests) => Ok(Self { requests, seconds: *seconds }),
        }
    }
}

const UNITS_NOTE: &str = "note: the units are `s`, `m` or `min`, `h`, `d`";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates() {
        let rate = |requests, seconds| Ok(Rate { requests, seconds });
        assert_eq!(Rate::parse("10/s"), rate(10, 1));
        assert_eq!(Rate::parse("600 / min"), rate(600, 60));
        assert_eq!(Rate::parse("1/m"), rate(1, 60));
        assert_eq!(Rate::parse("5000/h"), rate(5_000, 3_600));
        assert_eq!(Rate::parse("7/d"), rate(7, 86_400));
        for text in ["", "10", "10/", "/s", "0/s", "-1/s", "1.5/s", "10/sec", "99999999999/s", "10/s/s", "ten/s"] {
            assert!(Rate::parse(text).is_err(), "{text}");
        }
    }
}
