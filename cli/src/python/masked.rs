//! Code as it may be shown.

use super::lex::{Kind, tokens};
use crate::declaration::is_secret_name;
use crate::yaml::one_line;

/// A piece of code on one line, without strings that may be secrets: those that look drawn, and those beside the name of
/// a secret.
pub(crate) fn masked(code: &str) -> String {
    let Ok(tokens) = tokens(code) else { return "(code, not shown)".to_owned() };
    let (mut out, mut end) = (String::new(), 0);
    let mut near = Vec::new();
    for token in &tokens {
        out.push_str(code.get(end..token.start).unwrap_or_default());
        let text = code.get(token.start..token.end).unwrap_or_default();
        match &token.kind {
            Kind::Text { body, .. } => {
                let beside = near.iter().rev().take(3).any(|name: &String| is_secret_name(name));
                out.push_str(if beside || looks_drawn(body) { "\"(not shown)\"" } else { text });
                near.push(body.clone());
            }
            Kind::Newline { .. } => out.push_str(text),
            _ => {
                out.push_str(text);
                near.push(text.to_owned());
            }
        }
        end = token.end;
    }
    one_line(&out)
}

/// Whether a text looks like a key: long, of letters and digits, and no path, URL, pattern or sentence.
pub(crate) fn looks_drawn(text: &str) -> bool {
    let has = |of: fn(char) -> bool| text.chars().any(of);
    let secret = text.rsplit(' ').next().unwrap_or_default();
    let is_scheme = ["Bearer ", "Basic ", "Token "].iter().any(|scheme| text.starts_with(scheme));
    (is_scheme && secret.len() > 4 && !secret.contains('{'))
        || (text.len() >= 16
            && has(|letter| letter.is_ascii_alphabetic())
            && has(|letter| letter.is_ascii_digit())
            && !text.contains([' ', '/', '{', ':', '%', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        for code in [
            "make({'api_key': 'abc'})",
            "f(token='abc')",
            "g(\"sk_live_0123456789abcdef\")",
            "{'a': \"Bearer abcdef\"}.copy()",
        ] {
            let shown = masked(code);
            assert!(shown.contains("(not shown)") && !shown.contains("abc"), "{shown}");
        }
        assert_eq!(
            masked("pendulum.now().subtract(days=30)\n  .format('YYYY')"),
            "pendulum.now().subtract(days=30) .format('YYYY')"
        );
    }
}
