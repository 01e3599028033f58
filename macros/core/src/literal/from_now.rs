//! Moments relative to the beginning of a run: `now`, `now-7d`, `now+1h`; as a value in braces: `"{now-7d}"`.

use super::duration::Duration;
use crate::syntax::Literal as _;

/// A moment relative to the one at which a run begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FromNow {
    pub(crate) milliseconds: i64,
}

const WORD: &str = "now";

impl FromNow {
    pub(crate) const NOW: Self = Self { milliseconds: 0 };

    /// Reads a moment; none where the text is something else.
    pub(crate) fn parse(text: &str) -> Option<Result<Self, String>> {
        let rest = text.strip_prefix(WORD)?;
        let Some(sign) = rest.chars().next() else { return Some(Ok(Self::NOW)) };
        if sign.is_alphanumeric() || sign == '_' {
            // A name that begins so.
            return None;
        }
        let (earlier, distance) = match (rest.strip_prefix('-'), rest.strip_prefix('+')) {
            (Some(distance), _) => (true, distance),
            (None, Some(distance)) => (false, distance),
            (None, None) => {
                return Some(Err(format!(
                    "`{text}` is no moment\nhelp: write `now`, or a moment before or after it: `now-7d`, `now+1h`"
                )));
            }
        };
        Some(Duration::parse(distance).and_then(|distance| {
            let milliseconds = i64::try_from(distance.milliseconds).map_err(|_| "this duration is too long")?;
            Ok(Self { milliseconds: if earlier { -milliseconds } else { milliseconds } })
        }))
    }

    /// Reads a text that is nothing but a moment in braces; none where it is something else.
    pub(crate) fn in_braces(text: &str) -> Option<Result<Self, String>> {
        Self::parse(text.strip_prefix('{')?.strip_suffix('}')?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        let of = |text| FromNow::in_braces(text).map(|moment| moment.map(|moment| moment.milliseconds).ok());
        assert_eq!(of("{now}"), Some(Some(0)));
        assert_eq!(of("{now-7d}"), Some(Some(-7 * 86_400_000)));
        assert_eq!(of("{now+90m}"), Some(Some(5_400_000)));
        for text in ["{now-}", "{now-7}", "{now-0d}", "{now 7d}", "{now-7w}", "{now:%F}", "{now-9223372036854775808ms}"]
        {
            assert_eq!(of(text), Some(None), "{text}");
        }
        for text in ["now", "{nowhere}", "{now_1}", "2024-01-31", "{}", "{"] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
