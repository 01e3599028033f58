//! Where tokens are got, and terms of OAuth 2.0 (RFC 6749): the token endpoint, and scopes.

use super::address::Address;
use super::header::named;
use super::secrets;
use super::template::{Template, TemplatePart};
use super::url_template::pattern;
use crate::syntax::Literal;

/// Where access tokens are issued: a URL, or a path below the base URL.
#[derive(Clone)]
pub(crate) struct TokenUrl(pub(crate) Template);

impl Literal for TokenUrl {
    const EXAMPLE: &'static str = "\"https://login.example.com/token\"";

    fn parse(text: &str) -> Result<Self, String> {
        let template = pattern(text)?;
        if let Some(part) =
            template.parts.iter().find(|part| !matches!(part, TemplatePart::Text(_) | TemplatePart::Param(_)))
        {
            return Err(format!(
                "`{part}` is a value of one request, and a token is for many\nhelp: leave it out, or name a client-wide param"
            ));
        }
        if text.contains('#') {
            return Err("a fragment is never sent\nhelp: leave out what starts with `#`".to_owned());
        }
        let (place, query) = text.split_once('?').unwrap_or((text, ""));
        if let Some(name) = secrets::in_query(query) {
            return Err(format!(
                "`{name}` carries a secret, and secrets do not belong in source code\nhelp: leave it out of the URL: the secret of the client is `client_secret = secret(name)`"
            ));
        }
        if text.starts_with('/') && !text.starts_with("//") {
            return match text.chars().find(|letter| letter.is_whitespace() || letter.is_control() || *letter == '\\') {
                Some(odd) => Err(format!("a URL has no {}", named(odd))),
                None => Ok(Self(template)),
            };
        }
        if place.contains('@') {
            return Err("this URL holds no user name or password\nhelp: write `client_id = …` and `client_secret = secret(name)`".to_owned());
        }
        if !place.contains("://") && !place.starts_with('{') {
            return Err(format!(
                "this URL has no scheme\nhelp: write `\"https://{0}\"`, or `\"/{0}\"` for a path below `base_url`",
                text.trim_start_matches('/')
            ));
        }
        let address = Address::parse(place)?;
        if text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
            return Err("a URL has no white space or control characters".to_owned());
        }
        if !address.secure && !address.is_loopback() {
            let (_, rest) = text.split_once("://").unwrap_or_default();
            return Err(format!("`http` would send the secret unencrypted\nhelp: write `\"https://{rest}\"`"));
        }
        Ok(Self(template))
    }
}

/// Where a session token is got: a URL, or a path below the base URL.
#[derive(Clone)]
pub(crate) struct LoginUrl(pub(crate) Template);

impl Literal for LoginUrl {
    const EXAMPLE: &'static str = "\"/login\"";

    fn parse(text: &str) -> Result<Self, String> {
        let (place, query) = text.split_once('?').unwrap_or((text, ""));
        if let Some(name) = secrets::in_query(query) {
            return Err(format!(
                "`{name}` carries a secret, and secrets do not belong in source code\nhelp: write `auth = api_key(name = {name:?}, api_key = secret(name), location = query)` in `session_token`"
            ));
        }
        if place.contains('@') && !place.starts_with('/') {
            return Err("this URL holds no user name or password\nhelp: write `auth = http_basic(username = …, password = secret(name))` in `session_token`".to_owned());
        }
        TokenUrl::parse(text).map(|TokenUrl(template)| Self(template))
    }
}

/// A scope (RFC 6749, section 3.3).
#[derive(Clone)]
pub(crate) struct Scope(pub(crate) Template);

impl Literal for Scope {
    const EXAMPLE: &'static str = "\"read\"";

    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("a scope needs a name".to_owned());
        }
        if text.contains(' ') {
            let scopes = text.split_whitespace().map(|scope| format!("{scope:?}")).collect::<Vec<_>>().join(", ");
            return Err(format!("a scope has no spaces\nhelp: write each separately: `{scopes}`"));
        }
        match text.chars().find(|letter| !letter.is_ascii_graphic() || matches!(letter, '"' | '\\')) {
            Some(odd) => Err(format!("a scope has no {}", named(odd))),
            None => Template::parse(text).map(Self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints() {
        for text in [
            "https://login.example.com/oauth/token",
            "/oauth/token?tenant=x",
            "http://127.0.0.1:9/t",
            "https://a?b=c",
            "https://login.example.com/{tenant}",
            "https://{tenant}.example.com/{realm}/token?tenant={tenant}",
            "{login_url}",
            "{api_url}/oauth/token?x={y}",
            "/{tenant}/token",
        ] {
            assert!(TokenUrl::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "oauth/token",
            "//login.example.com",
            "http://login.example.com/token",
            "https://me:pw@login.example.com",
            "https://login.example.com/{{tenant}}",
            "https://login.example.com/{resources.a.b}",
            "https://login.{tenant",
            "https://login.e{tenant}",
            "http://{host}/token",
            "{scheme}://login.example.com",
            "{tenant}.example.com/token",
            "https://{user}@login.example.com",
            "/token#x",
            "/a b",
            "https://a?b c",
            "ftp://a",
            "https://",
        ] {
            assert!(TokenUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn scopes() {
        assert!(Scope::parse("https://api.example.com/.default").is_ok());
        for text in ["", "read write", "é", "a\"b", "a\\b", "a\n"] {
            assert!(Scope::parse(text).is_err(), "{text}");
        }
    }
}
