//! The request that logs in, and gets a token for it.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};

use super::options::AuthOptions;
use super::request_parts::sensitive;
use super::secrets::Secrets;
use super::session::SessionToken;
use super::token_answer::TokenPaths;
use super::token_endpoint::{TokenCall, TokenEndpoint, Wording};
use super::token_request::sent;
use super::token_url;
use crate::error::{Error, ErrorKind, Result};
use crate::params::address::UrlOption;
use crate::params::body::{Filling, Payload};

const URL_OF_LOGIN: UrlOption = UrlOption { name: "session_token", setter: None };

/// No token lives as long: three centuries.
const UNTIL_REFUSED: Duration = Duration::from_secs(10_000_000_000);

/// How one declaration logs in.
pub(super) struct LoginRequest {
    pub(super) def: &'static SessionToken,
    pub(super) endpoint: TokenEndpoint,
    pub(super) paths: TokenPaths,
}

impl LoginRequest {
    /// Sends nothing.
    pub(super) fn new(def: &'static SessionToken, options: &AuthOptions<'_>) -> Result<Self> {
        let words = Wording { token: "session token", option: "session_token", media_type: None };
        let paths = TokenPaths {
            token: def.token_path,
            expires_in: def.expires_in_path,
            lifetime: def.expires_in.unwrap_or(UNTIL_REFUSED),
            refresh_token: None,
        };
        let url = token_url::declared(def.url, URL_OF_LOGIN, options)?;
        let endpoint = TokenEndpoint::new(url, words, sent(&def.secrets()), options);
        Ok(Self { def, endpoint, paths })
    }

    pub(super) fn call(&self, secrets: &Secrets) -> Result<TokenCall> {
        let def = self.def;
        let reveal = |secret| secrets.text(secret).ok();
        let filling = Filling { params: &[], values: secrets.params(), secrets: &reveal };
        let mut call = self.endpoint.call(if def.get { Method::GET } else { Method::POST });
        for (name, value) in def.headers {
            // A header whose placeholder has no value is left out.
            let Some(text) = filling.text(*value) else { continue };
            let header = HeaderName::try_from(*name).ok().zip(sensitive(text.as_bytes()));
            let header = header.ok_or_else(|| {
                let message = format!("the header `{name}` of the login has a value that no header can carry");
                Error::new(ErrorKind::Config, message).with_help("remove line breaks and other control characters")
            })?;
            call.headers.extend([header]);
        }
        def.auth.authorize(&mut call.url, &mut call.headers, secrets)?;
        if def.json.is_some() || def.data.is_some() {
            let Payload { bytes, content_type } = Payload::new((def.json, def.data), &filling, Vec::new())?;
            let media_type = HeaderValue::from_static(content_type.unwrap_or("text/plain"));
            call.body = Some((bytes, media_type));
        }
        Ok(call)
    }
}
