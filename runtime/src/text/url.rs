//! URLs: built from base and path, and made fit to be shown.

use ::url::{Host, form_urlencoded};
use reqwest::Url;

use super::redact::REDACTED;
use crate::error::{Error, ErrorKind, Result};

/// The base URL that paths are joined to.
pub(crate) fn base_url(text: &str) -> Result<Url> {
    plain_url(text).map_err(|why| {
        Error::new(ErrorKind::Config, format!("the base URL is not usable: {why}"))
            .with_help("write it as `https://host/path`, without query and fragment")
    })
}

/// A URL that paths can follow: scheme, host, port and path, or why it is none.
pub(crate) fn plain_url(text: &str) -> std::result::Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    match url.scheme() {
        "http" | "https" => {}
        other => return Err(format!("the scheme is `{other}`, expected http or https")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds credentials, which belong in `auth`".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it has a query or a fragment".to_owned());
    }
    Ok(url)
}

/// Whether only the receiver can read what is sent there: over TLS, or within this machine.
pub(crate) fn is_confidential(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    loopback || url.scheme() == "https"
}

/// The URL of a page: the base, the path (encoded already) and the query.
pub(crate) fn page_url(base: &Url, path: &str, query: &[(&str, &str)]) -> Result<Url> {
    let text = format!("{}/{}", base.as_str().trim_end_matches('/'), path.trim_start_matches('/'));
    let mut url = Url::parse(&text)
        .map_err(|error| Error::new(ErrorKind::Config, format!("the path does not result in a valid URL: {error}")))?;
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url)
}

/// The URL of a page whose path is a URL itself: that with the query added, each parameter in place of those of its name.
/// A relative one is joined to the base, as a link on a page right below it would be.
///
/// # Errors
/// Why it is refused, as for a link.
pub(crate) fn whole_url(base: &Url, url: &str, query: &[(&str, &str)]) -> Result<Url, String> {
    let mut page = base.clone();
    page.set_path(&format!("{}/", base.path().trim_end_matches('/')));
    let mut url = follow(&page, url)?;
    for (name, _) in query {
        remove_query_param(&mut url, name);
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url)
}

/// Adds the parameters that the query has not; the rest stays as it is written.
pub(crate) fn add_absent_params(url: &mut Url, query: &[(&str, &str)]) {
    let known: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    let absent: Vec<_> = query.iter().filter(|(name, _)| !known.iter().any(|known| known == name)).collect();
    if !absent.is_empty() {
        url.query_pairs_mut().extend_pairs(absent);
    }
}

/// Removes a parameter from the query; the rest stays as it is written.
pub(crate) fn remove_query_param(url: &mut Url, name: &str) {
    let Some(query) = url.query() else { return };
    let named = |pair: &&str| {
        let key = pair.split('=').next().unwrap_or_default();
        key == name || form_urlencoded::parse(key.as_bytes()).any(|(key, _)| key == name)
    };
    if query.split('&').any(|pair| named(&pair)) {
        let rest = query.split('&').filter(|pair| !named(pair)).collect::<Vec<_>>().join("&");
        url.set_query(Some(rest.as_str()).filter(|rest| !rest.is_empty()));
    }
}

/// The target of a link or a redirect, which may be relative to the page (RFC 3986, section 5), without user name and
/// password: the declaration alone has credentials.
///
/// # Errors
/// Why it is refused: it leaves HTTP, or goes from https to http.
pub(crate) fn follow(page: &Url, target: &str) -> Result<Url, String> {
    let next = page.join(target).map_err(|error| format!("it is not a URL: {error}"))?;
    match (page.scheme(), next.scheme()) {
        ("https", "http") => Err("it goes from https to http".to_owned()),
        (_, "http" | "https") => Ok(without_userinfo(next)),
        (_, other) => Err(format!("its scheme is `{other}`")),
    }
}

/// The URL without user name and password.
pub(crate) fn without_userinfo(mut url: Url) -> Url {
    // Neither can fail on a URL with a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// The URL as it may be printed: values of parameters that usually hold a credential are redacted.
pub(crate) fn display_url(url: &Url) -> String {
    let mut shown = without_userinfo(url.clone());
    let Some(query) = url.query() else {
        return shown.into();
    };
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if is_credential(name) => format!("{name}={REDACTED}"),
        _ => pair.to_owned(),
    });
    shown.set_query(Some(&pairs.collect::<Vec<_>>().join("&")));
    shown.into()
}

/// Whether a parameter or a header of this name usually holds a credential.
pub(crate) fn is_credential(name: &str) -> bool {
    const WORDS: &[&str] = &["secret", "password", "passwd", "apikey", "api_key", "api-key", "signature", "credential"];
    /// Credentials, unless a harmless word shows that it is a page position or a person.
    const DOUBTFUL: &[&str] = &["token", "auth"];
    const HARMLESS: &[&str] = &["page", "next", "skip", "continuation", "cursor", "scroll", "sync", "resum", "author"];
    let name = name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    has(WORDS) || (has(DOUBTFUL) && !has(HARMLESS)) || matches!(name.as_str(), "key" | "sig" | "pwd")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_below_the_base() {
        for (base, path, expected) in [
            ("https://a.example", "/v1/x", "https://a.example/v1/x"),
            ("https://a.example/api/", "/v1/x", "https://a.example/api/v1/x"),
            ("https://a.example/api", "v1/a%2Fb", "https://a.example/api/v1/a%2Fb"),
        ] {
            let url = base_url(base).and_then(|base| page_url(&base, path, &[("q", "a b&c")]));
            assert_eq!(url.map(String::from).ok(), Some(format!("{expected}?q=a+b%26c")));
        }
    }

    #[test]
    fn urls_are_kept_and_relative_ones_are_below_the_base() {
        for (url, expected) in [
            ("https://b.example/x?a=%20&q=1#top", Ok("https://b.example/x?a=%20&q=2#top")),
            ("https://u:p@b.example/x", Ok("https://b.example/x?q=2")),
            ("/x", Ok("https://a.example/x?q=2")),
            ("x", Ok("https://a.example/api/x?q=2")),
            ("http://a.example/x", Err("from https to http")),
            ("mailto:a@a.example", Err("its scheme is `mailto`")),
            ("https://", Err("not a URL")),
        ] {
            let base = base_url("https://a.example/api").unwrap_or_else(|_| unreachable!());
            match (whole_url(&base, url, &[("q", "2")]), expected) {
                (Ok(url), Ok(expected)) => assert_eq!(url.as_str(), expected),
                (Err(why), Err(expected)) => assert!(why.contains(expected), "{why}"),
                (found, _) => panic!("{url}: {found:?}"),
            }
        }
    }

    #[test]
    fn unusable_bases_are_refused() {
        for text in [
            "",
            "api.example.com",
            "ftp://a.example",
            "https://u:p@a.example",
            "https://a.example?x=1",
            "https://a.example#x",
            "file:///etc",
        ] {
            assert!(base_url(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn links_and_redirects_stay_within_http_and_never_leave_tls() {
        for (page, target, expected) in [
            ("https://a.example/x?page=1", "?page=2", Ok("https://a.example/x?page=2")),
            ("https://a.example/x?y=1", "/z", Ok("https://a.example/z")),
            ("https://a.example/x", "//b.example/z", Ok("https://b.example/z")),
            ("https://a.example/x", "https://b.example/y", Ok("https://b.example/y")),
            ("https://a.example/x", "https://u:p@b.example/y", Ok("https://b.example/y")),
            ("http://a.example/x", "https://a.example/y", Ok("https://a.example/y")),
            ("https://a.example/x", "http://a.example/y", Err("from https to http")),
            ("http://a.example/x", "file:///etc/passwd", Err("its scheme is `file`")),
            ("http://a.example/x", "javascript:alert(1)", Err("its scheme is `javascript`")),
            ("http://a.example/x", "http://", Err("not a URL")),
            ("http://a.example/x", "http://[", Err("not a URL")),
        ] {
            let page = Url::parse(page).unwrap_or_else(|_| unreachable!());
            match (follow(&page, target), expected) {
                (Ok(next), Ok(expected)) => assert_eq!(next.as_str(), expected),
                (Err(why), Err(expected)) => assert!(why.contains(expected), "{why}"),
                (next, _) => panic!("{target}: {next:?}"),
            }
        }
    }

    #[test]
    fn credentials_in_a_query_are_not_shown() {
        let url = Url::parse("https://u:pw@a.example/x?api_key=1&access_token=2&page=3&sort_key=4&X-Amz-Signature=5");
        assert_eq!(
            url.map(|url| display_url(&url)).ok().as_deref(),
            Some("https://a.example/x?api_key=***&access_token=***&page=3&sort_key=4&X-Amz-Signature=***")
        );
        let url = "https://a.example/x?page_token=1&%24skiptoken=2&continuationToken=3&nextToken=4&author=5";
        assert_eq!(Url::parse(url).map(|url| display_url(&url)).ok().as_deref(), Some(url));
    }
}
