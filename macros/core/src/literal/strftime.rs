//! How a time is written: a pattern of `strftime`, such as `"%Y-%m-%d"`.

use crate::syntax::Literal;

/// Conversions of dates, of times of day, and of instants, as `jiff` knows them.
const DATE: &str = "AaBbCDdeFGghjmUuVWwYyq";
const TIME: &str = "HIklMNfPpRSTX";
const INSTANT: &str = "QszZ";
/// Conversions that say which day it is,
const DAY: &str = "DdeFjs";
/// and those that do so together: a week, and a day of it.
const WEEK: &str = "UVW";
const DAY_OF_WEEK: &str = "Aauw";
/// The hour: of a day, and of half a day.
const HOUR: &str = "HIkl";
const HALF_DAY_HOUR: &str = "Il";
/// Signs that stand for themselves.
const SIGNS: &str = "%nt";

/// A pattern, and what it needs of a value: the first conversion that a date does not have, the first that only an
/// instant has, and whether it names the day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Strftime {
    pub(crate) time: Option<String>,
    pub(crate) instant: Option<String>,
    pub(crate) day: bool,
}

impl Literal for Strftime {
    const EXAMPLE: &'static str = "\"%Y-%m-%d\"";

    /// Reads a pattern of whole times.
    fn parse(text: &str) -> Result<Self, String> {
        Self::read(text, Extent::Whole)
    }
}

/// What a pattern writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    /// A part of a time, whose others may stand elsewhere.
    Part,
}

impl Strftime {
    /// Reads a pattern that may write a part of a time: a year, an hour.
    pub(crate) fn part(text: &str) -> Result<Self, String> {
        Self::read(text, Extent::Part)
    }

    fn read(text: &str, extent: Extent) -> Result<Self, String> {
        let mut pattern = Self::default();
        let mut letters = String::new();
        let mut month_after_hour = false;
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('%') {
            // Flags, a width, and what goes before a fraction or an offset.
            let name = after.trim_start_matches(|letter: char| "-_0^#.:".contains(letter) || letter.is_ascii_digit());
            let Some(letter) = name.chars().next() else {
                return Err(
                    "the conversion after the last `%` is missing\nhelp: a percent sign is written `%%`".to_owned()
                );
            };
            let end = after.len() - name.len() + letter.len_utf8();
            let conversion = format!("%{}", after.get(..end).unwrap_or_default());
            if TIME.contains(letter) {
                pattern.time.get_or_insert(conversion);
            } else if INSTANT.contains(letter) {
                pattern.instant.get_or_insert(conversion);
            } else if !DATE.contains(letter) && !SIGNS.contains(letter) {
                return Err(format!(
                    "`{conversion}` is not a time conversion\nhelp: a percent sign is written `%%`\nnote: the usual ones are `%Y`, `%m`, `%d`, `%H`, `%M`, `%S`, `%.f`, `%:z`, `%F`, `%T`, `%s`"
                ));
            }
            let follows_hour = letters.ends_with(|last| HOUR.contains(last)) && ["", ":"].contains(&before);
            month_after_hour |= letter == 'm' && (follows_hour || letters.contains('m'));
            letters.push(letter);
            rest = after.get(end..).unwrap_or_default();
        }
        let has = |known: &str| letters.contains(|letter| known.contains(letter));
        pattern.day = has(DAY) || (has(WEEK) && has(DAY_OF_WEEK));
        if letters.chars().all(|letter| SIGNS.contains(letter)) {
            return Err(match extent {
                Extent::Whole => format!(
                    "`\"{text}\"` has no time conversion\nhelp: write a pattern such as `\"%Y-%m-%dT%H:%M:%SZ\"`, or `epoch_seconds`"
                ),
                Extent::Part => format!("`{text}` has no time conversion\nhelp: write a pattern such as `%Y-%m-%d`"),
            });
        }
        match mistaken(&letters, month_after_hour, extent) {
            Some(message) => Err(message),
            None => Ok(pattern),
        }
    }
}

/// What a pattern says that is hardly a time: conversions that are taken for others, and times without their date.
fn mistaken(letters: &str, month_after_hour: bool, extent: Extent) -> Option<String> {
    let has = |known: &str| letters.contains(|letter| known.contains(letter));
    let is_whole = extent == Extent::Whole;
    let message = if has("s") && has("YymdFTHIklMRS") {
        match extent {
            Extent::Whole => {
                "`%s` is the whole time as seconds since 1970\nhelp: the second of a minute is `%S`; a time as a number is `format = epoch_seconds`"
            }
            Extent::Part => {
                "`%s` is the whole time as seconds since 1970\nhelp: the second of a minute is `%S`; a time as a number is `%s` alone"
            }
        }
    } else if month_after_hour && !has("MRTX") {
        "`%m` is the month, also after the hour\nhelp: the minute is `%M`"
    } else if has("M") && !has(HOUR) && (is_whole || has(DATE)) {
        "`%M` is the minute, and there is no hour before it\nhelp: the month is `%m`"
    } else if has("D") && has("Yymd") {
        "`%D` is a whole date, as in `12/31/24`\nhelp: the day of a month is `%d`"
    } else if has(HALF_DAY_HOUR) && !has("pP") {
        "the hour is one of twelve, and could be before or after noon\nhelp: the hour of a day is `%H`; or write `%p` for AM or PM as well"
    } else if is_whole && !has(DATE) && !has("s") {
        "this pattern has no date: each run would begin at the same time of an unknown day\nhelp: write the date as well, as in `\"%Y-%m-%dT%H:%M:%SZ\"`"
    } else {
        return None;
    };
    Some(message.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for text in [
            "%Y-%m-%dT%H:%M:%S%:z",
            "%F",
            "%.3f %-d %_H %10Y",
            "100%% %s",
            "é%Y",
            "%s%3f",
            "%Y%m%d%H%M%S",
            "%H:00 %m/%d/%Y",
            "%D %R",
            "%F %I:%M %p",
        ] {
            assert!(Strftime::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "%",
            "Y-m-d",
            "%E",
            "%Y %",
            "%%",
            "%é",
            "%-",
            "%H:%M:%S",
            "%T%:z",
            "%Y-%m-%dT%H:%m:%SZ",
            "%Y%m%d%H%m%S",
            "%H:%m %d.%Y",
            "%Y-%M-%d",
            "%F %H:%M:%s",
            "%Y-%m-%D",
            "%F %I:%M",
        ] {
            assert!(Strftime::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parts() {
        for text in ["%Y", "%m", "%H", "%M", "%H:%M:%S", "%s", "%s%3f", "%Y%m%d", "%A"] {
            assert!(Strftime::part(text).is_ok(), "{text}");
        }
        for text in ["", "%", "Y", "%E", "%%", "%Y-%M-%d", "%H:%m", "%F %s", "%I"] {
            assert!(Strftime::part(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_they_need() {
        let pattern = Strftime::parse("%F %H:%M %:z").unwrap_or_default();
        assert_eq!((pattern.time.as_deref(), pattern.instant.as_deref()), (Some("%H"), Some("%:z")));
        let pattern = Strftime::parse("%Y-%m-%d").unwrap_or_default();
        assert_eq!((pattern.time, pattern.instant, pattern.day), (None, None, true));
        for (text, day) in [
            ("%Y-%m", false),
            ("%G-W%V", false),
            ("%G-W%V-%u", true),
            ("%Y %-j", true),
            ("%s", true),
            ("%Y %H:%M", false),
        ] {
            assert_eq!(Strftime::parse(text).map(|pattern| pattern.day).ok(), Some(day), "{text}");
        }
    }
}
