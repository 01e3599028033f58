//! How a time is written: a pattern of `strftime`, such as `"%Y-%m-%d"`.

use crate::parse::Literal;

/// Conversions of dates, of times of day, and of instants, as `jiff` knows them.
const DATE: &str = "AaBbCDdeFGghjmUuVWwYyq";
const TIME: &str = "HIklMNfPpRSTX";
const INSTANT: &str = "QszZ";
/// Signs that stand for themselves.
const SIGNS: &str = "%nt";

/// A pattern, and what it asks of a value: the first conversion that a date has no answer to, and the first that only an
/// instant has one to.
#[derive(Clone, Default)]
pub(crate) struct Strftime {
    pub(crate) time: Option<String>,
    pub(crate) instant: Option<String>,
}

impl Literal for Strftime {
    const EXAMPLE: &'static str = "\"%Y-%m-%d\"";

    fn parse(text: &str) -> Result<Self, String> {
        let mut pattern = Self::default();
        let mut is_constant = true;
        let mut rest = text;
        while let Some((_, after)) = rest.split_once('%') {
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
                    "`{conversion}` is no conversion of a time\nhelp: a percent sign is written `%%`\nnote: the usual ones are `%Y`, `%m`, `%d`, `%H`, `%M`, `%S`, `%.f`, `%:z`, `%F`, `%T`, `%s`"
                ));
            }
            is_constant &= SIGNS.contains(letter);
            rest = after.get(end..).unwrap_or_default();
        }
        if is_constant {
            return Err(format!(
                "`\"{text}\"` says nothing of a time\nhelp: write a pattern such as `\"%Y-%m-%dT%H:%M:%SZ\"`, or `epoch_seconds`"
            ));
        }
        Ok(pattern)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for text in ["%Y-%m-%dT%H:%M:%S%:z", "%F", "%.3f %-d %_H %10Y", "100%% %s", "é%Y"] {
            assert!(Strftime::parse(text).is_ok(), "{text}");
        }
        for text in ["", "%", "Y-m-d", "%E", "%Y %", "%%", "%é", "%-"] {
            assert!(Strftime::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_they_ask_for() {
        let pattern = Strftime::parse("%F %H:%M %:z").unwrap_or_default();
        assert_eq!((pattern.time.as_deref(), pattern.instant.as_deref()), (Some("%H"), Some("%:z")));
        let pattern = Strftime::parse("%Y-%m-%d").unwrap_or_default();
        assert_eq!((pattern.time, pattern.instant), (None, None));
    }
}
