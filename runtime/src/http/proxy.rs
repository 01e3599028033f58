//! A proxy: where it is, and the credentials in its URL.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use reqwest::Url;
use secrecy::SecretString;
use url::Host;

use crate::error::{Error, ErrorKind, Result};
use crate::text::url::without_userinfo;

/// A proxy that all requests go through.
pub(crate) struct Proxy {
    /// With user name and password.
    pub(crate) url: Url,
    /// Without them.
    pub(crate) shown: String,
    /// What must not be shown: the password, and the form in which it is sent.
    pub(crate) secrets: Vec<SecretString>,
}

impl Proxy {
    /// Reads a proxy's URL. No error quotes it: where the password is in a broken one cannot be known.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let refuse = |why: &str| {
            Error::new(ErrorKind::Config, format!("`proxy` is not usable: {why}"))
                .with_help("write it as `http://host:port` or `http://user:password@host:port`")
        };
        let mut url = Url::parse(text).map_err(|error| refuse(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse("its scheme is neither http nor https"));
        }
        // The HTTP client would ignore a proxy with another host, and connect without it.
        let is_plain = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
        if matches!(url.host(), Some(Host::Domain(name)) if !is_plain(name)) {
            return Err(refuse("its host is not a name or an address"));
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("it has a path, a query or a fragment"));
        }
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let (user, password) = (decoded(url.username()), url.password().map(decoded));
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        // Nor would it read all characters that a URL may have here. Neither can fail on a URL with a host.
        let _ = url.set_username(&encoded(&user));
        let _ = url.set_password(password.as_deref().map(encoded).as_deref());
        let pair = format!("{user}:{}", password.as_deref().unwrap_or_default());
        let secret = password.filter(|password| !password.is_empty()).unwrap_or(user);
        let secrets = if secret.is_empty() { vec![] } else { vec![secret.into(), BASE64_STANDARD.encode(pair).into()] };
        let shown = without_userinfo(url.clone()).as_str().trim_end_matches('/').to_owned();
        Ok(Self { url, shown, secrets })
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_proxy_is_shown_without_its_credentials() {
        for (text, url, shown, secret) in [
            ("http://proxy:3128", "http://proxy:3128/", "http://proxy:3128", None),
            ("https://[::1]:8080/", "https://[::1]:8080/", "https://[::1]:8080", None),
            ("http://ann:p%40'ss@proxy", "http://ann:p%40%27ss@proxy/", "http://proxy", Some("p@'ss")),
            ("http://token@proxy:1", "http://token@proxy:1/", "http://proxy:1", Some("token")),
        ] {
            let proxy = Proxy::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((proxy.url.as_str(), proxy.shown.as_str()), (url, shown));
            assert_eq!(proxy.secrets.first().map(ExposeSecret::expose_secret), secret);
        }
    }

    #[test]
    fn unusable_proxies_are_refused_without_quoting_them() {
        for text in [
            "",
            "marker:pass@proxy:3128",
            "marker@proxy",
            "socks5://marker:pass@proxy:1080",
            "http://marker:pass@proxy:99999",
            "http://marker:pass@",
            "http://proxy/marker",
            "http://proxy?marker",
            "http://pro!xy",
        ] {
            let error = Proxy::parse(text).err().unwrap_or_else(|| panic!("{text} was accepted"));
            assert!(error.kind() == ErrorKind::Config && !format!("{error:?}").contains("marker"), "{error:?}");
        }
    }
}
