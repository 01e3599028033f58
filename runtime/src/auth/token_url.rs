//! Where tokens are got: a URL, or a path below the base URL. The macro has checked what is declared
//! (`macros/core/src/literal/oauth2.rs`).

use reqwest::Url;

use super::options::AuthOptions;
use crate::error::{Error, ErrorKind, Result};
use crate::params::address::{UrlOption, url};
use crate::params::param::Segment;
use crate::params::template::only_placeholder;
use crate::text::url::page_url;

/// The place of a declaration, filled in with client-wide params: each is encoded for its place, and stays in it.
///
/// # Errors
/// `Config` where a value cannot be where it stands, or no place results.
pub(super) fn declared(template: &str, option: UrlOption, options: &AuthOptions<'_>) -> Result<Url> {
    let (base, values) = (options.base, options.values);
    if !template.contains('{') {
        return given(template, base, option);
    }
    if only_placeholder(template).is_some() {
        return given(&values.try_fill(template, |_, text| Ok(text.to_owned()))?, base, option);
    }
    let (place, query) = template.split_once('?').map_or((template, None), |(place, query)| (place, Some(query)));
    let mut filled = if place.starts_with('/') {
        page_url(base, &values.path(place).map_err(|error| error.in_path(place))?, &[])?
    } else {
        url(place, values, option)?
    };
    if let Some(query) = query {
        let query = values.try_fill(query, |_, text| Ok(Segment::new(text).to_string()))?;
        filled.set_query(Some(&query));
    }
    Ok(filled)
}

/// The place that a text names.
///
/// # Errors
/// `Config` where it is none.
pub(super) fn given(text: &str, base: &Url, option: UrlOption) -> Result<Url> {
    let url = if text.contains("://") {
        Url::parse(text).map_err(|error| error.to_string())
    } else {
        page_url(base, text, &[]).map_err(|error| error.message().to_owned())
    };
    let refuse = |why: &str| {
        Error::new(ErrorKind::Config, format!("`{}` is not usable: {why}", option.name))
            .with_help("write it as `https://host/path`, or as a path below the base URL")
    };
    let url = url.map_err(|why| refuse(&why))?;
    match url.scheme() {
        "http" | "https" if !url.username().is_empty() || url.password().is_some() => {
            Err(refuse("it holds credentials, which have options of their own"))
        }
        "http" | "https" => Ok(url),
        other => Err(refuse(&format!("the scheme is `{other}`, expected http or https"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTION: UrlOption = UrlOption { name: "access_token_url", setter: None };

    #[test]
    fn places_are_urls_or_paths_below_the_base() {
        let base = Url::parse("https://api.example.com/v1").unwrap_or_else(|_| unreachable!());
        for (text, expected) in [
            ("/oauth/token", Some("https://api.example.com/v1/oauth/token")),
            ("https://login.example.com/token?tenant=a", Some("https://login.example.com/token?tenant=a")),
            ("ftp://login.example.com", None),
            ("https://me:pw@login.example.com", None),
            ("https://", None),
        ] {
            assert_eq!(given(text, &base, OPTION).ok().map(String::from).as_deref(), expected, "{text}");
        }
    }
}
