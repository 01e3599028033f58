//! Names and values of headers, as RFC 9110 has them.

use super::template::Template;
use crate::syntax::Literal;

/// Headers that the client writes itself.
const OWN: [&str; 6] = ["host", "content-length", "transfer-encoding", "connection", "upgrade", "accept-encoding"];

/// The name of a header that the API sends, or of one that takes a token.
#[derive(Clone)]
pub(crate) struct FieldName;

impl Literal for FieldName {
    const EXAMPLE: &'static str = "\"X-Total-Count\"";

    fn parse(text: &str) -> Result<Self, String> {
        token(text)?;
        Ok(Self)
    }
}

/// The name of a header that the declaration sends.
#[derive(Clone)]
pub(crate) struct HeaderName {
    /// In lower case, for header names know no case.
    pub(crate) key: String,
}

impl Literal for HeaderName {
    const EXAMPLE: &'static str = "\"Accept-Language\"";

    fn parse(text: &str) -> Result<Self, String> {
        token(text)?;
        let key = text.to_ascii_lowercase();
        if key == "cookie" {
            return Err(format!(
                "`{text}` carries a secret, and secrets do not belong in source code\nhelp: declare it with `auth = api_key(name = \"session\", api_key = secret(session), location = cookie)`, with the cookie's name"
            ));
        }
        if key == "authorization" || key == "proxy-authorization" {
            return Err(format!(
                "`{text}` carries a secret, and secrets do not belong in source code\nhelp: declare it with `auth = bearer(token = secret(name))`"
            ));
        }
        if is_own(text) {
            return Err(format!("`{text}` is set by the client itself\nhelp: leave it out"));
        }
        Ok(Self { key })
    }
}

/// Whether the client writes this header itself.
pub(crate) fn is_own(name: &str) -> bool {
    OWN.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether a text can be the name of a header.
pub(crate) fn token(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("a header needs a name".to_owned());
    }
    match odd(text) {
        Some(odd) => Err(format!("a header's name has no {}", named(odd))),
        None => Ok(()),
    }
}

/// The first letter that no token (RFC 9110, section 5.6.2) has.
pub(crate) fn odd(text: &str) -> Option<char> {
    let token = |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(letter);
    text.chars().find(|letter| !token(*letter))
}

/// The value of a header that the declaration sends.
#[derive(Clone)]
pub(crate) struct HeaderValue(pub(crate) Template);

impl Literal for HeaderValue {
    const EXAMPLE: &'static str = "\"en\"";

    fn parse(text: &str) -> Result<Self, String> {
        value(text)?;
        if text.trim() != text {
            return Err("a header's value neither starts nor ends with a space".to_owned());
        }
        Template::parse(text).map(Self)
    }
}

/// Whether a text can be part of the value of a header.
pub(crate) fn value(text: &str) -> Result<(), String> {
    match text.chars().find(|letter| letter.is_control() || !letter.is_ascii()) {
        Some(odd) => Err(format!("a header's value has no {}", named(odd))),
        None => Ok(()),
    }
}

pub(crate) fn named(letter: char) -> String {
    match letter {
        ' ' => "spaces".to_owned(),
        '\n' | '\r' => "line breaks".to_owned(),
        letter if letter.is_control() => "control characters".to_owned(),
        letter => format!("`{letter}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert!(HeaderName::parse("X-Api_Version.2").is_ok());
        for text in ["", "A B", "A:", "Ä", "Authorization", "authorization", "Host", "A\nB"] {
            assert!(HeaderName::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn values() {
        assert!(HeaderValue::parse("application/json; q=0.9").is_ok());
        assert!(HeaderValue::parse("").is_ok());
        assert!(HeaderValue::parse("{{\"a\": 1}} {tenant}").is_ok());
        for text in ["a\r\nb", "\u{7f}", "é", " a", "{\"a\": 1}", "{} {tenant}"] {
            assert!(HeaderValue::parse(text).is_err(), "{text}");
        }
    }
}
