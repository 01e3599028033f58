//! The address of an API: `https://api.example.com/v2`.

use std::net::{Ipv4Addr, Ipv6Addr};

use syn::parse::ParseStream;

use super::template::Template;
use super::url_template;
use crate::diagnostic::Sink;
use crate::syntax::{Form, Literal, OptionValue, Text, array};

/// An origin with an optional path, without what does not belong into a base.
#[derive(Clone)]
pub(crate) struct Address {
    /// Whether it is known to be encrypted; of a URL that is known when the client is built, nothing is known.
    pub(crate) secure: bool,
    /// Without brackets, and with a label in place of each placeholder.
    pub(crate) host: String,
    /// With the names of client-wide params.
    pub(crate) pattern: Template,
}

impl Address {
    /// Whether requests stay on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        let host = self.host.to_ascii_lowercase();
        host == "localhost"
            || host.ends_with(".localhost")
            || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            || host.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
    }
}

impl Literal for Address {
    const EXAMPLE: &'static str = "\"https://api.example.com\"";

    fn parse(text: &str) -> Result<Self, String> {
        if let Some(odd) = text.chars().find(|letter| letter.is_whitespace() || letter.is_control()) {
            return Err(format!(
                "a URL has no {}",
                if odd == ' ' { "spaces" } else { "white space or control characters" }
            ));
        }
        let (pattern, sample) = url_template::read(text)?;
        Self::parse_sample(&sample).map(|address| Self { pattern, ..address })
    }
}

impl Address {
    /// Reads a URL without placeholders.
    pub(super) fn parse_sample(text: &str) -> Result<Self, String> {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(format!("this URL has no scheme\nhelp: write `\"https://{}\"`", text.trim_start_matches('/')));
        };
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(format!("the scheme of an API is `https` or `http`, not `{scheme}`")),
        };
        if rest.contains('?') {
            return Err(
                "a base URL has no query\nhelp: what every request sends belongs in `resource_defaults(params(…))`"
                    .to_owned(),
            );
        }
        if rest.contains('#') {
            return Err("a base URL has no fragment".to_owned());
        }
        let authority = rest.split(['/', '\\']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(
                "a base URL holds no user name or password\nhelp: declare credentials with `auth = …`".to_owned()
            );
        }
        let host = host(authority)?;
        Ok(Self { secure, host, pattern: Template::literal(text) })
    }
}

/// Another origin that may be sent credentials: without a path, and nowhere without encryption.
#[derive(Clone)]
pub(crate) struct Origin {
    /// In the one way of several that it can be written.
    pub(crate) key: String,
    /// With the names of client-wide params.
    pub(crate) pattern: Template,
}

impl Origin {
    /// The origin of a URL, and how it is written. None of one that may be sent no credentials, or is not known yet.
    pub(crate) fn of(url: &str) -> Option<(Self, String)> {
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let written = format!("{scheme}://{authority}");
        let origin = Self::parse(&written).ok()?;
        origin.is_literal().then_some((origin, written))
    }

    /// Whether it is known when the declaration is compiled.
    pub(crate) fn is_literal(&self) -> bool {
        self.pattern.parts.iter().all(|part| matches!(part, super::TemplatePart::Text(_)))
    }
}

impl Literal for Origin {
    const EXAMPLE: &'static str = "\"https://cdn.example.com\"";

    fn parse(text: &str) -> Result<Self, String> {
        let address = Address::parse(text)?;
        if text.starts_with('{') {
            return Err(format!(
                "nothing is known of the origin `{text}`\nhelp: write the scheme: `\"https://{text}\"`, where `{text}` is a host"
            ));
        }
        let (scheme, rest) = text.split_once("://").unwrap_or_default();
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if let Some((authority, _)) = authority.split_once(['/', '\\']) {
            return Err(format!("an origin has no path\nhelp: write `\"{scheme}://{authority}\"`"));
        }
        if !address.secure && !address.is_loopback() {
            return Err(format!("`http` would send secrets unencrypted\nhelp: write `\"https://{authority}\"`"));
        }
        let (authority, port) = (authority.to_ascii_lowercase(), if address.secure { ":443" } else { ":80" });
        let key = format!("{}{}", address.secure, authority.strip_suffix(port).unwrap_or(&authority));
        Ok(Self { key, pattern: address.pattern })
    }
}

impl OptionValue for Vec<Text<Origin>> {
    const FORM: Form = Form::Value("[\"https://cdn.example.com\"]");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let origin = |input: ParseStream<'_>| Text::<Origin>::read(input, errors);
        array(input, errors, "[\"https://cdn.example.com\"]", origin, |origin| {
            (origin.value.key.clone(), origin.token.clone(), "this origin".to_owned())
        })
    }
}

fn host(authority: &str) -> Result<String, String> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(bracketed) => {
            let Some((host, port)) = bracketed.split_once(']') else {
                return Err("the `[` of this IPv6 address is not closed".to_owned());
            };
            if host.parse::<Ipv6Addr>().is_err() {
                return Err(format!("`{host}` is not an IPv6 address"));
            }
            if !port.is_empty() && !port.starts_with(':') {
                return Err(format!("expected `:` and a port after the address, found `{port}`"));
            }
            (host, port.strip_prefix(':'))
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    if host.is_empty() {
        return Err("this URL has no host".to_owned());
    }
    if let Some(port) = port
        && !port.parse::<u16>().is_ok_and(|port| port > 0)
    {
        return Err(format!("`{port}` is not a port: it is a number from 1 to 65535"));
    }
    let odd = |letter: char| !(letter.is_alphanumeric() || matches!(letter, '-' | '.' | '_' | ':'));
    if let Some(odd) = host.chars().find(|letter| odd(*letter)) {
        return Err(format!("a host has no `{odd}`"));
    }
    if host.contains("..") || host.starts_with(['.', '-']) {
        return Err(format!("`{host}` is not a host"));
    }
    Ok(host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_addresses() {
        for text in [
            "https://api.example.com",
            "https://api.example.com/",
            "HTTPS://api.example.com:8443/v2/x",
            "http://[::1]:9000",
            "http://127.0.0.1:9000",
            "https://bücher.example",
            "{instance_url}",
            "{instance_url}/v2/{x}",
            "https://{host}",
            "https://{host}:8443/v2",
            "https://{subdomain}.example.com/{version}",
            "https://api-{region}.example.{tld}:{port}",
            "http://[::1]:{port}",
        ] {
            assert!(Address::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_address() {
        for text in [
            "",
            "api.example.com",
            "//api.example.com",
            "ftp://x",
            "https://",
            "https:///x",
            "https://a b",
            "https://a?x=1",
            "https://a#x",
            "https://u:p@a",
            "https://a:0",
            "https://a:70000",
            "https://a:",
            "https://[::1",
            "https://[x]",
            "https://[::1]x",
            "https://a..b",
            "https://a%20b",
            "https://a/{{tenant}}",
            "https://a/{resources.x.id}",
            "https://a/{",
            "{scheme}://a",
            "{host}:80",
            "https{s}://a",
            "https://example{suffix}",
            "https://example.{a}{b}",
            "https://{user}@a",
            "https://a:80{port}",
            "https://[{host}]",
            "https://a?{x}",
            "https://.",
            "https://a\nb",
            "https://:80",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn loopback() {
        let is = |text| Address::parse(text).is_ok_and(|address: Address| address.is_loopback());
        assert!(is("http://localhost:9000"));
        assert!(is("http://api.localhost"));
        assert!(is("http://127.1.2.3"));
        assert!(is("http://[::1]"));
        assert!(!is("http://localhost.example.com"));
        assert!(!is("http://10.0.0.1"));
    }
}
