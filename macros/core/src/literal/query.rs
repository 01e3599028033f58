//! Selectors that are more than a plain path: RFC 9535 queries, `$.issues[?@.open]`.

/// Whether a text is meant as a query: it starts as one, and has what no plain path has.
pub(crate) fn is_meant(text: &str) -> bool {
    text.strip_prefix('$').is_some_and(|rest| rest.starts_with(['.', '['])) && has_more(text)
}

/// Whether a text has filters, slices, unions, or looks at every key or depth.
pub(crate) fn has_more(text: &str) -> bool {
    let mut quote = None;
    let mut depth = 0_usize;
    let mut before = ' ';
    for letter in text.chars() {
        match (quote, letter) {
            (Some(open), _) => {
                if letter == open && before != '\\' {
                    quote = None;
                }
            }
            (None, '"' | '\'') => quote = Some(letter),
            (None, '[') => depth += 1,
            (None, ']') => depth = depth.saturating_sub(1),
            (None, '?' | ',' | ':' | '-') if depth > 0 => return true,
            (None, '.' | '*') if before == '.' => return true,
            (None, _) => {}
        }
        before = letter;
    }
    false
}

/// Checks the syntax of a query.
#[cfg(feature = "jsonpath")]
pub(crate) fn check(text: &str) -> Result<(), String> {
    let Err(error) = jsonpath_rust::parser::parse_json_path(text) else { return Ok(()) };
    let error = error.to_string();
    // The parser's own message is a drawing of lines, with the place in the first: `--> 1:9`.
    let column = error.split_once("--> 1:").and_then(|(_, rest)| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<usize>().ok()
    });
    let rest: String = text.chars().skip(column.unwrap_or(1).saturating_sub(1)).collect();
    let place = match (column, rest.as_str()) {
        (None, _) => String::new(),
        (Some(_), "") => ": it ends unexpectedly".to_owned(),
        (Some(_), rest) => format!(": unexpected `{rest}`"),
    };
    Err(format!(
        "this is not an RFC 9535 query{place}\nhelp: a filter is written `$.issues[?@.open == true]`, each element `$.issues[*]`"
    ))
}

#[cfg(not(feature = "jsonpath"))]
pub(crate) fn check(_: &str) -> Result<(), String> {
    Err("this is an RFC 9535 query, and the feature `jsonpath` of `declarest` is off\nhelp: turn it on in `Cargo.toml`: `features = [\"jsonpath\"]`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUERIES: [&str; 7] =
        ["$.issues[?@.open]", "$..items[*]", "$.a.*", "$.a[1:3]", "$.a[0,1]", "$.a['b','c']", "$.a[-1]"];

    #[test]
    fn what_is_meant_as_a_query() {
        assert!(QUERIES.iter().all(|text| is_meant(text)));
        for text in ["$", "$.a.b[*]", "$['a,b'].c", "$['a..b?']", "a[?(@.x)]", "$ref.x", "$.a-b", "", "$['\\'?']"] {
            assert!(!is_meant(text), "{text}");
        }
    }

    #[test]
    fn queries_need_their_feature() {
        assert!(QUERIES.iter().all(|text| check(text).is_ok() == cfg!(feature = "jsonpath")));
    }

    #[test]
    fn what_is_no_query() {
        for text in ["$.a[?]", "$.a[?@.b ==]", "$..", "$.a[1:2", "$.a[?(@.b && )]", "$[?é", "$.a[?@.b == 'é]", "$[,]"]
        {
            assert!(check(text).is_err(), "{text}");
        }
    }
}
