//! Paths into a JSON body: `paging.total`, `data.items[*]`, `["@odata.nextLink"]`.

use super::{foreign, query};
use crate::syntax::Literal;

/// One step into a JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
    /// `[-1]`
    Last,
    All,
}

/// Where the rows are: may select many values.
#[derive(Clone)]
pub(crate) enum Selector {
    /// A plain path, which is followed while the page is read.
    Steps(Vec<Step>),
    /// An RFC 9535 query.
    Query(String),
}

impl Literal for Selector {
    const EXAMPLE: &'static str = "\"data.items\"";

    fn parse(text: &str) -> Result<Self, String> {
        if query::is_meant(text) {
            return query::check(text).map(|()| Self::Query(text.to_owned()));
        }
        match steps(text) {
            Ok(steps) if steps.contains(&Step::Last) => Err(format!(
                "`[-1]` is known at the end of a page only, and rows are read as they come\nhelp: for each element write `[*]`, or the query `\"$.{text}\"`, for which the page is read as a whole"
            )),
            Ok(steps) => Ok(Self::Steps(steps)),
            // Without its `$`, what would be a query is taken for a path.
            Err(_) if !text.starts_with(['$', '.']) && query::is_meant(&format!("$.{text}")) => Err(format!(
                "this is not a plain path, and an RFC 9535 query must start with `$`\nhelp: write `\"$.{text}\"`"
            )),
            Err(error) => Err(error),
        }
    }
}

/// Where one value is: a total, a flag.
#[derive(Clone)]
pub(crate) struct Steps(pub(crate) Vec<Step>);

impl Literal for Steps {
    const EXAMPLE: &'static str = "\"paging.total\"";

    fn parse(text: &str) -> Result<Self, String> {
        let steps = steps(text)?;
        if steps.contains(&Step::All) {
            return Err(
                "`[*]` selects many values, and one is expected here\nhelp: write `[0]`, or the key of one value"
                    .to_owned(),
            );
        }
        if steps.is_empty() {
            return Err(
                "the whole body is not one value\nhelp: write the path of a value in it, such as `\"paging.total\"`"
                    .to_owned(),
            );
        }
        Ok(Self(steps))
    }
}

/// Where a value goes in the body of a request.
#[derive(Clone)]
pub(crate) struct BodyPath(pub(crate) Vec<Step>);

impl Literal for BodyPath {
    const EXAMPLE: &'static str = "\"paging.page\"";

    fn parse(text: &str) -> Result<Self, String> {
        let Steps(steps) = Steps::parse(text)?;
        if steps.contains(&Step::Last) {
            return Err(
                "a place in the body of a request is counted from the start\nhelp: write its index, such as `[0]`"
                    .to_owned(),
            );
        }
        match steps.first() {
            Some(Step::Index(_)) => Err("the body of a request is an object, and has no index\nhelp: write the key of the array first, such as `\"filters[0].value\"`".to_owned()),
            _ => Ok(Self(steps)),
        }
    }
}

fn steps(text: &str) -> Result<Vec<Step>, String> {
    if text.is_empty() {
        return Err("this path is empty\nhelp: leave the option out, or write `\"$\"` for the body itself".to_owned());
    }
    let mut rest = match text.strip_prefix('$') {
        Some("") => return Ok(Vec::new()),
        Some(rest) if rest.starts_with(['.', '[']) => rest,
        Some(_) | None => text,
    };
    if let Some(message) = foreign::selector(text) {
        return Err(message);
    }
    if rest == text && rest.starts_with('.') {
        return Err("a path starts with a key, not with `.`".to_owned());
    }
    let mut steps = Vec::new();
    let mut first = rest == text;
    while let Some(next) = rest.chars().next() {
        let (step, after) = match next {
            '[' => bracket(rest.get(1..).unwrap_or_default())?,
            '.' => key(rest.get(1..).unwrap_or_default())?,
            _ if first => key(rest)?,
            _ => return Err(format!("expected `.` or `[` before `{rest}`")),
        };
        first = false;
        steps.push(step);
        rest = after;
    }
    Ok(steps)
}

/// Steps as a user would write them.
pub(crate) fn written(steps: &[Step]) -> String {
    let text: String = steps
        .iter()
        .map(|step| match step {
            Step::Key(key) if key.contains(['.', '[', '"', ' ']) => format!("[{key:?}]"),
            Step::Key(key) => format!(".{key}"),
            Step::Index(index) => format!("[{index}]"),
            Step::Last => "[-1]".to_owned(),
            Step::All => "[*]".to_owned(),
        })
        .collect();
    text.strip_prefix('.').map_or(text.clone(), ToOwned::to_owned)
}

fn key(text: &str) -> Result<(Step, &str), String> {
    let (key, rest) = text.split_at(text.find(['.', '[']).unwrap_or(text.len()));
    if key.is_empty() {
        return Err(match rest.chars().next() {
            Some('.') => "`..` searches every depth, and one place is expected here".to_owned(),
            Some(_) => "a key is missing between `.` and `[`".to_owned(),
            None => "a key is missing after the last `.`".to_owned(),
        });
    }
    if key == "*" {
        return Err("`*` goes in brackets\nhelp: for each element of an array write `[*]`".to_owned());
    }
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '$' | '@' | ':' | '/');
    match key.chars().find(|letter| !plain(*letter)) {
        None => Ok((Step::Key(key.to_owned()), rest)),
        Some(odd) => Err(format!("a key with `{odd}` goes in brackets and quotes\nhelp: write `[{key:?}]`")),
    }
}

fn bracket(text: &str) -> Result<(Step, &str), String> {
    if let Some(quote) = text.chars().next().filter(|letter| matches!(letter, '"' | '\'')) {
        return quoted(text.get(1..).unwrap_or_default(), quote);
    }
    let Some((inside, rest)) = text.split_once(']') else {
        return Err("a `[` is not closed".to_owned());
    };
    let step = match inside.trim() {
        "*" => Step::All,
        "" => return Err("`[]` is empty\nhelp: for each element write `[*]`".to_owned()),
        digits if digits.chars().all(|letter| letter.is_ascii_digit()) => {
            Step::Index(digits.parse().map_err(|_| format!("the index {digits} is too large"))?)
        }
        "-1" => Step::Last,
        filter if filter.starts_with(['?', '(']) => {
            return Err(format!("the filter `[{filter}]` selects many values, and one is expected here"));
        }
        other if other.strip_prefix('-').is_some_and(|digits| digits.parse::<u64>().is_ok()) => {
            return Err(format!("`[{other}]` is not supported: from the end, only the last element is, `[-1]`"));
        }
        other if other.starts_with('-') || other.contains([':', ',']) => {
            return Err(format!("`[{other}]` selects many values, and one is expected here"));
        }
        other => return Err(format!("expected `[*]`, `[0]` or `[\"key\"]`, found `[{other}]`")),
    };
    Ok((step, rest))
}

fn quoted(text: &str, quote: char) -> Result<(Step, &str), String> {
    let mut key = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        if letter == '\\' {
            match letters.next() {
                Some((_, escaped)) if matches!(escaped, '\\' | '"' | '\'' | '/') => key.push(escaped),
                Some((_, escaped)) => return Err(format!("`\\{escaped}` in a key is not supported")),
                None => break,
            }
        } else if letter == quote {
            let rest = text.get(at + quote.len_utf8()..).unwrap_or_default();
            return match rest.strip_prefix(']') {
                Some(rest) => Ok((Step::Key(key), rest)),
                None if rest.starts_with(',') => {
                    Err("a union of keys selects many values, and one is expected here".to_owned())
                }
                None => Err("expected `]` after the key's closing quote".to_owned()),
            };
        } else {
            key.push(letter);
        }
    }
    Err("the quote around a key is not closed".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(keys: &[&str]) -> Vec<Step> {
        keys.iter().map(|key| Step::Key((*key).to_owned())).collect()
    }

    #[test]
    fn paths() {
        assert_eq!(steps("components"), Ok(keys(&["components"])));
        assert_eq!(steps("$.paging.total"), Ok(keys(&["paging", "total"])));
        assert_eq!(steps("$"), Ok(vec![]));
        assert_eq!(steps("data[-1]"), Ok(vec![Step::Key("data".into()), Step::Last]));
        assert_eq!(steps("$['a.b'].c"), Ok(keys(&["a.b", "c"])));
        assert_eq!(steps(r#"["@odata.nextLink"]"#), Ok(keys(&["@odata.nextLink"])));
        assert_eq!(steps(r#"["a\"]b"]"#), Ok(keys(&["a\"]b"])));
        assert_eq!(steps("$ref.x"), Ok(keys(&["$ref", "x"])));
        assert_eq!(
            steps("data[*].items[0]"),
            Ok(vec![Step::Key("data".into()), Step::All, Step::Key("items".into()), Step::Index(0)])
        );
    }

    #[test]
    fn what_is_no_path() {
        for text in [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "$..a",
            "a[",
            "a[]",
            "a[?(@.x)]",
            "a[1:2]",
            "a[-2]",
            "a.*",
            "a b",
            "a[0]b",
            "a['b'",
            "a['b",
            "a['b','c']",
            "a[99999999999999999999999]",
            "a.[0]",
            "a]",
            "['\\n']",
            "[\"é",
        ] {
            assert!(steps(text).is_err(), "{text}");
        }
    }
}
