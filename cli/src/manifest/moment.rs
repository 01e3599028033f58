//! Times in expressions, and patterns of times.

use crate::jinja::{Expr, Root, Step, path};

/// A time that an expression means.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Moment {
    pub(super) base: Base,
    /// In seconds from the base.
    pub(super) offset: i64,
    /// How it is written, as Python has it.
    pub(super) format: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Base {
    /// The moment of the run.
    Now,
    /// A place of the configuration, and the time where it is not set.
    Config(Vec<Step>, Option<Box<Moment>>),
    /// A time that is written down.
    Text(String),
}

/// The time that an expression means, if it means one.
pub(super) fn moment(expr: &Expr) -> Option<Moment> {
    let of = |base| Some(Moment { base, offset: 0, format: None });
    match expr {
        Expr::Const(serde_json::Value::String(text)) if text.contains('-') => of(Base::Text(text.clone())),
        Expr::Call(function, args, named) => call(function, args, named),
        Expr::Binary(sign @ ("+" | "-"), a, b) => {
            let mut time = moment(a)?;
            let Expr::Call(function, args, _) = &**b else { return None };
            let [Expr::Const(serde_json::Value::String(text))] = args.as_slice() else { return None };
            if !matches!(&**function, Expr::Name(name) if name == "duration" || name == "timedelta") {
                return None;
            }
            let seconds = seconds(text)?;
            time.offset = time.offset.checked_add(if *sign == "+" { seconds } else { seconds.checked_neg()? })?;
            Some(time)
        }
        Expr::Or(a, b) => {
            let (mut time, other) = (moment(a)?, moment(b)?);
            match &mut time.base {
                Base::Config(_, fallback @ None) if time.offset == 0 => {
                    *fallback = Some(Box::new(other));
                    Some(time)
                }
                _ => None,
            }
        }
        Expr::Cond(then, condition, Some(other)) => {
            // One that is written in another way where it is set.
            let (Moment { base: Base::Config(steps, None), offset: 0, format }, other) =
                (moment(then)?, moment(other)?)
            else {
                return None;
            };
            let asked = path(condition)?;
            (asked == (Root::Config, steps.clone())).then(|| Moment {
                base: Base::Config(steps, Some(Box::new(other))),
                offset: 0,
                format,
            })
        }
        // The date of a time.
        Expr::Get(of, index) if matches!(&**index, Expr::Const(index) if index.as_i64() == Some(0)) => {
            let Expr::Call(function, args, _) = &**of else { return configured(expr) };
            let Expr::Get(of, method) = &**function else { return None };
            let is_date = method.as_text() == Some("split") && args.first().and_then(Expr::as_text) == Some("T");
            let mut time = moment(of).filter(|_| is_date)?;
            time.format = Some("%Y-%m-%d".to_owned());
            Some(time)
        }
        _ => configured(expr),
    }
}

/// A place of the configuration.
fn configured(expr: &Expr) -> Option<Moment> {
    match path(expr)? {
        (Root::Config, steps) if !steps.is_empty() => {
            Some(Moment { base: Base::Config(steps, None), offset: 0, format: None })
        }
        _ => None,
    }
}

fn call(function: &Expr, args: &[Expr], named: &[(String, Expr)]) -> Option<Moment> {
    let text = |expr: &Expr| expr.as_text().map(str::to_owned);
    let format = || named.iter().find(|(name, _)| name == "format").and_then(|(_, value)| text(value));
    match function {
        Expr::Name(name) => match name.as_str() {
            "now_utc" => Some(Moment { base: Base::Now, offset: 0, format: None }),
            "today_utc" | "today_with_timezone" => {
                Some(Moment { base: Base::Now, offset: 0, format: Some("%Y-%m-%d".to_owned()) })
            }
            "day_delta" => {
                let days = match args.first()? {
                    Expr::Const(number) => number.as_i64()?,
                    _ => return None,
                };
                let format = format().or_else(|| args.get(1).and_then(text));
                let format = format.or_else(|| Some("%Y-%m-%dT%H:%M:%S.%f%z".to_owned()));
                Some(Moment { base: Base::Now, offset: days.checked_mul(86_400)?, format })
            }
            "format_datetime" => {
                let mut time = moment(args.first()?)?;
                time.format = Some(format().or_else(|| args.get(1).and_then(text))?);
                Some(time)
            }
            "str_to_datetime" => moment(args.first()?),
            _ => None,
        },
        Expr::Get(of, method) => match method.as_text()? {
            "strftime" => {
                let mut time = moment(of)?;
                time.format = Some(text(args.first()?)?);
                Some(time)
            }
            "isoformat" => {
                let mut time = moment(of)?;
                time.format = Some("%Y-%m-%dT%H:%M:%S+00:00".to_owned());
                Some(time)
            }
            _ => None,
        },
        _ => None,
    }
}

/// The seconds of an ISO 8601 duration: `P30D`, `PT1H`; a month counts 30 days, a year 365.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let rest = text.trim().strip_prefix('P')?;
    let (date, time) = rest.split_once('T').unwrap_or((rest, ""));
    let sum = |text: &str, units: &[(char, i64)]| -> Option<i64> {
        let (mut total, mut number) = (0_i64, String::new());
        for letter in text.chars() {
            if letter.is_ascii_digit() {
                number.push(letter);
                continue;
            }
            let (_, factor) = units.iter().find(|(unit, _)| *unit == letter)?;
            total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(*factor)?)?;
            number.clear();
        }
        number.is_empty().then_some(total)
    };
    let date = sum(date, &[('Y', 31_536_000), ('M', 2_592_000), ('W', 604_800), ('D', 86_400)])?;
    date.checked_add(sum(time, &[('H', 3_600), ('M', 60), ('S', 1)])?)
}

/// A duration as declarations have it, in the largest unit that it is a multiple of.
pub(super) fn duration(seconds: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
    let (factor, unit) = UNITS.into_iter().find(|(factor, _)| seconds % factor == 0).unwrap_or((1, "s"));
    format!("{}{unit}", seconds / factor)
}

/// A placeholder of a time relative to the run: `{now-7d:%F}`.
pub(super) fn now(offset: i64, format: Option<&str>) -> String {
    let shift = match offset {
        0 => String::new(),
        offset if offset < 0 => format!("-{}", duration(-offset)),
        offset => format!("+{}", duration(offset)),
    };
    match format {
        Some(format) => format!("{{now{shift}:{}}}", pattern(format)),
        None => format!("{{now{shift}:%Y-%m-%d %H:%M:%S.%6f%:z}}"),
    }
}

/// A pattern as declarations have it.
pub(super) fn pattern(python: &str) -> String {
    const RESPELLED: [(&str, &str); 7] = [
        ("%_ms", "%3f"),
        ("%f", "%6f"),
        ("%ms", "%s%3f"),
        ("%epoch_microseconds", "%s%6f"),
        ("%s_as_float", "%s.%6f"),
        ("%Y-%m-%d", "%F"),
        ("%H:%M:%S", "%T"),
    ];
    RESPELLED.iter().fold(python.to_owned(), |pattern, (python, own)| pattern.replace(python, own))
}

/// Whether a pattern of a declaration asks for a time of day, or for an instant.
pub(super) fn has_time(pattern: &str) -> bool {
    conversions(pattern).any(|letter| "HIklMNfPpRSTXQszZ".contains(letter))
}

/// Whether a pattern of a declaration has the seconds since 1970 beside parts of a date or of a time of day.
pub(super) fn is_mixed(pattern: &str) -> bool {
    let has = |letters: &str| conversions(pattern).any(|letter| letters.contains(letter));
    has("s") && has("YymdFTHIklMRS")
}

/// The letters of a pattern's conversions.
fn conversions(pattern: &str) -> impl Iterator<Item = char> {
    pattern.split('%').skip(1).filter_map(|rest| rest.chars().find(char::is_ascii_alphabetic))
}

/// A pattern of a declaration with the beginning of a day in place of its time of day. None where it counts from an instant.
pub(super) fn of_date(pattern: &str) -> Option<String> {
    const BEGINNING: [(&str, &str); 9] = [
        ("%H", "00"),
        ("%M", "00"),
        ("%S", "00"),
        ("%3f", "000"),
        ("%6f", "000000"),
        ("%T", "00:00:00"),
        ("%R", "00:00"),
        ("%:z", "+00:00"),
        ("%z", "+0000"),
    ];
    let date = BEGINNING.iter().fold(pattern.to_owned(), |pattern, (part, zero)| pattern.replace(part, zero));
    (!has_time(&date)).then_some(date)
}

/// A pattern of a declaration for a time in UTC that has no offset. None where it counts from an instant.
pub(super) fn of_civil(pattern: &str) -> Option<String> {
    let civil = pattern.replace("%:z", "+00:00").replace("%z", "+0000");
    let is_instant = conversions(&civil).any(|letter| "QszZ".contains(letter));
    (!is_instant).then_some(civil)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jinja::{Part, fold, template};

    fn of(text: &str) -> Option<Moment> {
        match template(text).as_deref() {
            Ok([Part::Expr(expr)]) => moment(&fold(expr, &serde_json::Value::Null)),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn times_of_the_run() {
        for (text, offset) in [
            ("{{ now_utc() }}", 0),
            ("{{ day_delta(-7, format='%Y-%m-%d') }}", -604_800),
            ("{{ (now_utc() - duration('P1D')).strftime('%Y') }}", -86_400),
            ("{{ format_datetime(now_utc() + duration('PT2M'), '%s') }}", 120),
            ("{{ day_delta(-365 * 2, format='%Y') }}", -63_072_000),
        ] {
            let moment = of(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((moment.base, moment.offset), (Base::Now, offset), "{text}");
        }
    }

    #[test]
    fn times_of_the_configuration() {
        for text in ["{{ config.get('end', now_utc()) }}", "{{ config['end'] or today_utc() }}"] {
            assert!(matches!(of(text), Some(Moment { base: Base::Config(_, Some(_)), .. })), "{text}");
        }
        assert_eq!(of("{{ config['end'].split('-')[0] }}"), None);
    }

    #[test]
    fn durations() {
        assert_eq!(seconds("P1W").map(duration).as_deref(), Some("7d"));
        assert_eq!(seconds("PT90M").map(duration).as_deref(), Some("90m"));
        assert_eq!(seconds("P180DT1S"), Some(15_552_001));
        assert_eq!(seconds("30D"), None);
        assert_eq!(now(-604_800, Some("%Y-%m-%d")), "{now-7d:%F}");
        assert_eq!(now(0, Some("%ms")), "{now:%s%3f}");
    }

    #[test]
    fn patterns_for_less_than_instants() {
        assert!(has_time("%FT%TZ") && has_time("%s%3f") && has_time("%-I") && !has_time("%Y/%-m/%dT00:00Z"));
        assert!(is_mixed("%F %H:%M:%s") && !is_mixed("%s%3f") && !is_mixed("%FT%T.%6f"));
        assert_eq!(of_date("%FT%T.%6f%z").as_deref(), Some("%FT00:00:00.000000+0000"));
        assert_eq!(of_civil("%FT%T%:z").as_deref(), Some("%FT%T+00:00"));
        assert_eq!((of_date("%s"), of_civil("%s%3f")), (None, None));
    }
}
