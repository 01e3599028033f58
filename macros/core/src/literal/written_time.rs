//! Times in a pattern, in the braces of texts: `{now:%Y-%m-%d}`, `{now-7d:%FT%TZ}`, `{start_date:%F}`,
//! `{incremental.start_value:%Y%m%d}`.

use std::fmt;

use super::template::{RangeBound, TemplatePart, is_name, part};
use super::{FromNow, Strftime};

/// A time, and how a request writes it. Shown as what stands between the braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrittenTime {
    /// As it is written before the colon.
    name: String,
    pub(crate) source: TimeSource,
    /// As it is written.
    pub(crate) pattern: String,
    pub(crate) needs: Strftime,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TimeSource {
    /// A moment of the run.
    Now(FromNow),
    /// The value of a param, which the name is of.
    Param,
    Bound(RangeBound),
}

const PATTERN: &str = "%Y-%m-%d";

impl WrittenTime {
    /// What stands before the colon.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The param whose value it is.
    pub(crate) fn param(&self) -> Option<&str> {
        (self.source == TimeSource::Param).then_some(&self.name)
    }

    /// The end of a range that it is.
    pub(crate) fn bound(&self) -> Option<RangeBound> {
        match self.source {
            TimeSource::Bound(bound) => Some(bound),
            TimeSource::Now(_) | TimeSource::Param => None,
        }
    }
}

impl fmt::Display for WrittenTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, self.pattern)
    }
}

/// Reads what stands between braces, if that is a time in a pattern, or is meant as one.
pub(super) fn written_time(text: &str) -> Option<Result<WrittenTime, String>> {
    let Some((name, pattern)) = text.split_once(':') else {
        // `{now}` may be a param; a moment before or after it is none.
        let moment = FromNow::parse(text).filter(|_| !is_name(text))?;
        return Some(moment.and_then(|_| {
            Err(format!(
                "`{{{text}}}` has no pattern that says how the moment is written\nhelp: write `{{{text}:{PATTERN}}}`, for instance"
            ))
        }));
    };
    let source = match FromNow::parse(name) {
        Some(moment) => moment.map(TimeSource::Now).map_err(|_| {
            format!(
                "`{name}` is no moment\nhelp: write `{{now-7d:{PATTERN}}}`, or `{{now+1h:{PATTERN}}}`\nnote: the units are `ms`, `s`, `m`, `h`, `d`"
            )
        }),
        None if is_name(name) => Ok(TimeSource::Param),
        None if name.contains('.') => match part(name) {
            Ok(TemplatePart::Bound(bound)) => Ok(TimeSource::Bound(bound)),
            Ok(TemplatePart::Parent(_)) => Err(format!(
                "`{{{name}}}` is a field of a parent's row, which is sent as it is: a pattern is for `now`, params that are times, and the ends of a range\nhelp: write `{{{name}}}`"
            )),
            Ok(_) => return None,
            Err(message) => Err(message),
        },
        None => return None,
    };
    if !pattern.contains('%') && !pattern.trim().is_empty() && pattern.contains([' ', ':', '"', '{', '\n']) {
        // The braces are the text's own: `{a: 1}`.
        return None;
    }
    Some(source.and_then(|source| read(name, source, pattern)))
}

/// Reads the pattern of a time, which may be none.
fn read(name: &str, source: TimeSource, pattern: &str) -> Result<WrittenTime, String> {
    if pattern.trim().is_empty() {
        return Err(format!(
            "`{{{name}:{pattern}}}` has no pattern after the `:`\nhelp: write `{{{name}:{PATTERN}}}`, for instance"
        ));
    }
    if !pattern.contains('%') {
        let better = if let TimeSource::Now(_) = source { format!("{name}:{PATTERN}") } else { name.to_owned() };
        return Err(format!(
            "`{pattern}` is no pattern of a time, and other values have no format\nhelp: write `{{{better}}}`"
        ));
    }
    let needs = Strftime::part(pattern)?;
    Ok(WrittenTime { name: name.to_owned(), source, pattern: pattern.to_owned(), needs })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let source = |text: &str| match written_time(text) {
            Some(Ok(time)) => {
                assert_eq!(time.to_string(), text);
                Some(time.source)
            }
            _ => None,
        };
        let now = |milliseconds| Some(TimeSource::Now(FromNow { milliseconds }));
        assert_eq!(source("now:%F"), now(0));
        assert_eq!(source("now-7d:%H:%M"), now(-7 * 86_400_000));
        assert_eq!(source("start_date:%Y"), Some(TimeSource::Param));
        assert_eq!(source("incremental.end_value:%s"), Some(TimeSource::Bound(RangeBound::End)));
    }

    #[test]
    fn what_is_no_time() {
        for text in ["now-7d", "now:", "now-7:%F", "a:?", "a:02", "a:%E", "a: ", "resources.a.b:%F", "incremental.x:%F"]
        {
            assert!(written_time(text).is_some_and(|time| time.is_err()), "{text}");
        }
        for text in ["now", "nowhere", "a", "resources.a.b", "a: 1", "\"a\": 1", "a b:%F", ""] {
            assert_eq!(written_time(text), None, "{text}");
        }
    }
}
