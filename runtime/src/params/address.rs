//! URLs with placeholders, filled in when a client is built: `https://{subdomain}.example.com/{version}`. The macro has
//! checked their form (`macros/core/src/literal/url_template.rs`); here it is seen to that no value leads to a host
//! beyond its place (RFC 3986, section 3.2; URL standard, "host parsing").

use reqwest::Url;

use super::template::{Values, only_placeholder};
use crate::error::{Error, ErrorKind, Result};
use crate::text::url::{base_url, plain_url};

/// The most characters of a label (RFC 1035, section 2.3.4).
const LONGEST_LABEL: usize = 63;

/// A URL of a declaration, as messages name it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UrlOption {
    /// What it is: `access_token_url`.
    pub(crate) name: &'static str,
    /// The method of the builder that sets the whole of it.
    pub(crate) setter: Option<&'static str>,
}

const BASE_URL: UrlOption = UrlOption { name: "base_url", setter: Some(".base_url(…)") };

/// The base URL, or an origin, of a template.
///
/// # Errors
/// [`Config`](ErrorKind::Config) where a value cannot be where it stands, or the result is not a base URL.
pub(crate) fn address(template: &str, values: &Values) -> Result<Url> {
    if template.contains('{') { url(template, values, BASE_URL) } else { base_url(template) }
}

/// The URL of a template, without query and fragment.
///
/// # Errors
/// [`Config`](ErrorKind::Config) where a value cannot be where it stands, or the result is no URL.
pub(crate) fn url(template: &str, values: &Values, option: UrlOption) -> Result<Url> {
    if let Some((name, path)) = template.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        let whole = values.try_fill(&format!("{{{name}}}"), |_, url| Ok(url.to_owned()))?;
        let url = plain_url(&whole).map_err(|why| option.refuse(name, &whole, &why, "a URL: `https://host/path`"))?;
        return if path.is_empty() {
            Ok(url)
        } else {
            option.read(&joined(url.as_str().trim_end_matches('/'), path, values)?)
        };
    }
    let (scheme, rest) = template.split_once("://").unwrap_or(("", template));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_whole = only_placeholder(host).is_some();
    let host = values.try_fill(host, |name, value| {
        if is_whole { whole_host(name, value, port, option) } else { label(name, value, option) }
    })?;
    let port = port.map(|port| values.try_fill(port, |name, value| self::port(name, value, option))).transpose()?;
    let authority = port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
    let url = option.read(&joined(&format!("{scheme}://{authority}"), path, values)?)?;
    // A label may turn a host into another notation of an address: `0x7f.0.0.{n}`.
    if !is_whole && url.host_str().is_none_or(|own| own != normal(&host)) {
        let own = url.host_str().unwrap_or_default();
        return Err(option.unusable(&format!("its host would be `{own}`, not `{host}`")));
    }
    Ok(url)
}

impl UrlOption {
    fn read(self, text: &str) -> Result<Url> {
        plain_url(text).map_err(|why| self.unusable(&why))
    }

    fn unusable(self, why: &str) -> Error {
        let help = format!("set its params again{}", self.or_set());
        Error::new(ErrorKind::Config, format!("`{}` is not usable: {why}", self.name)).with_help(help)
    }

    fn refuse(self, name: &str, value: &str, why: &str, expected: &str) -> Error {
        let message = format!("`{name}` cannot be {value:?} in `{}`: {why}", self.name);
        Error::new(ErrorKind::Config, message).with_help(format!("set it to {expected}{}", self.or_set()))
    }

    fn or_set(self) -> String {
        self.setter.map(|setter| format!("; or set the whole URL by `{setter}`")).unwrap_or_default()
    }
}

/// A literal host as URLs have it.
fn normal(host: &str) -> String {
    Url::parse(&format!("https://{host}"))
        .ok()
        .filter(|_| !host.is_ascii())
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| host.to_ascii_lowercase())
}

/// A URL and a path, whose values are encoded for their segments.
fn joined(url: &str, path: &str, values: &Values) -> Result<String> {
    Ok(format!("{url}{}", values.path(path).map_err(|error| error.in_path(path))?))
}

fn label(name: &str, value: &str, option: UrlOption) -> Result<String> {
    let is_label = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_label && (1..=LONGEST_LABEL).contains(&value.len()) {
        return Ok(value.to_owned());
    }
    Err(option.refuse(
        name,
        value,
        "it is not a part of one label",
        "ASCII letters, digits, `-` and `_`: a label of the host",
    ))
}

fn whole_host(name: &str, value: &str, port: Option<&str>, option: UrlOption) -> Result<String> {
    const WHAT: &str = "the name of a host, as in `api.example.com`";
    let odd = |letter: char| {
        matches!(letter, '/' | '\\' | '?' | '#' | '@' | '%') || letter.is_whitespace() || letter.is_control()
    };
    if let Some(odd) = value.chars().find(|letter| odd(*letter)) {
        return Err(option.refuse(name, value, &format!("a host has no {odd:?}"), WHAT));
    }
    let after = value.rsplit_once(']').map_or(value, |(_, after)| after);
    if port.is_some() && after.contains(':') {
        return Err(option.refuse(name, value, "the port is in the declaration", WHAT));
    }
    match Url::parse(&format!("https://{value}")) {
        Ok(url) if !url.host_str().unwrap_or_default().is_empty() => Ok(value.to_owned()),
        Ok(_) => Err(option.refuse(name, value, "it has no host", WHAT)),
        Err(error) => Err(option.refuse(name, value, &error.to_string(), WHAT)),
    }
}

fn port(name: &str, value: &str, option: UrlOption) -> Result<String> {
    match value.parse::<u16>() {
        Ok(port) if port > 0 => Ok(port.to_string()),
        _ => Err(option.refuse(name, value, "it is not a port", "a number from 1 to 65535")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(template: &str, value: &str) -> Result<String> {
        let mut values = Values::default();
        values.set("x", &value);
        values.set("n", &8443);
        address(template, &values).map(String::from)
    }

    #[test]
    fn values_stay_in_their_places() {
        for (template, value, expected) in [
            ("https://{x}.example.com", "acme", "https://acme.example.com/"),
            ("https://{x}.Example.com/{x}", "Ac-me_1", "https://ac-me_1.example.com/Ac-me_1"),
            ("https://api-{x}.example.com:{n}/v2", "eu", "https://api-eu.example.com:8443/v2"),
            ("https://api.example.{x}", "de", "https://api.example.de/"),
            ("https://10.0.0.{x}", "7", "https://10.0.0.7/"),
            ("https://bücher.{x}.example", "a", "https://xn--bcher-kva.a.example/"),
            ("https://{x}/api", "api.example.com", "https://api.example.com/api"),
            ("https://{x}", "api.example.com:8443", "https://api.example.com:8443/"),
            ("https://{x}", "[::1]:9", "https://[::1]:9/"),
            ("https://{x}:{n}", "[::1]", "https://[::1]:8443/"),
            ("http://[::1]:{n}/{x}", "a b/c?d#e@f", "http://[::1]:8443/a%20b%2Fc%3Fd%23e%40f"),
            ("{x}", "https://eu.example.com/base/", "https://eu.example.com/base/"),
            ("{x}/v2/{n}", "https://eu.example.com/base/", "https://eu.example.com/base/v2/8443"),
            ("{x}/v2", "http://127.0.0.1:9", "http://127.0.0.1:9/v2"),
        ] {
            assert_eq!(url(template, value).ok().as_deref(), Some(expected), "{template} {value}");
        }
    }

    #[test]
    fn a_value_never_leads_to_another_host() {
        let labels =
            ["", "a.b", "evil.org/", "evil.org#", "u@evil", "a:b", "a%2eb", "a。b", "a b", "é", "a\t", "\u{ad}"];
        let long = "a".repeat(64);
        for value in labels.into_iter().chain([long.as_str()]) {
            for template in ["https://{x}.example.com", "https://api-{x}.example.com", "https://api.example.{x}"] {
                let error = url(template, value).expect_err(value);
                assert_eq!(error.kind(), ErrorKind::Config, "{template} {value}");
            }
        }
        for value in [
            "",
            "evil.org/x",
            "evil.org\\x",
            "u@evil.org",
            "a?b",
            "a#b",
            "a%2fb",
            "a b",
            "a\n",
            "a:x",
            "a:99999",
            ":80",
        ] {
            assert!(url("https://{x}", value).is_err(), "{value}");
        }
        assert!(url("https://{x}:{n}", "a:80").is_err(), "there is one port");
        assert!(url("https://127.0.0.{x}", "0x7").is_err(), "another notation");
        assert!(url("https://a.{x}", "7").is_err(), "a number is an address");
        for value in ["", "0", "65536", "80/x", "-1"] {
            assert!(url("https://a:{x}", value).is_err(), "{value}");
        }
        for value in ["", ".", ".."] {
            assert!(url("https://a/{x}/b", value).is_err(), "{value}");
        }
        for value in ["", "eu.example.com", "ftp://a", "https://u:p@a", "https://a?x=1", "https://a#x", "https://"] {
            assert!(url("{x}", value).is_err(), "{value}");
            assert!(url("{x}/v2", value).is_err(), "{value}");
        }
    }
}
