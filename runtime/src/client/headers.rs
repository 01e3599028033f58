//! Declared headers, with their placeholders filled in.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::error::{Error, ErrorKind, Result};
use crate::params::template::Values;

/// The headers whose placeholders have values; the others are left out.
pub(crate) fn header_map(headers: &[(&'static str, &'static str)], values: &Values) -> Result<HeaderMap> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let Some(value) = values.fill(value) else { continue };
        // The macro has checked what is declared: only the value of a param can be wrong.
        let (Ok(key), Ok(value)) = (HeaderName::try_from(*name), HeaderValue::try_from(&value)) else {
            let message = format!("the header `{name}` has a value that cannot be sent");
            return Err(Error::new(ErrorKind::Config, message)
                .with_help("a header holds no line breaks and no other control characters"));
        };
        map.insert(key, value);
    }
    Ok(map)
}
