//! The credentials of a client: its secrets, its access tokens, the user's own types.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName};
use tokio::sync::RwLock;

use super::custom::{AuthRequest, CustomAuth, CustomAuthDef};
use super::oauth2::{Grant, OAuth2};
use super::options::AuthOptions;
use super::request_parts::RequestParts;
use super::rotation::Rotation;
use super::scheme::{Auth, header_value};
use super::secrets::Secrets;
use super::session_request::LoginRequest;
use super::token::TokenCache;
use super::token_request::TokenRequest;
use super::token_url;
use crate::error::{Error, ErrorKind, Result};
use crate::http::stats::Stats;
use crate::params::address::UrlOption;
use crate::params::secret_text::SecretText;
use crate::text::url::remove_query_param;

const ACCESS_TOKEN_URL: UrlOption = UrlOption { name: "access_token_url", setter: Some(".access_token_url(…)") };

/// The credentials of a client.
pub(crate) struct Credentials {
    secrets: Secrets,
    tokens: Vec<TokenCache>,
    custom: Vec<CustomScheme>,
}

/// The secrets that a resource's requests carry besides `auth`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResourceSecrets {
    pub(crate) headers: &'static [(&'static str, SecretText)],
    pub(crate) params: &'static [(&'static str, SecretText)],
    /// Whether the body holds any.
    pub(crate) in_body: bool,
}

/// A type of the user's, and its state.
struct CustomScheme {
    def: CustomAuthDef,
    auth: Box<dyn CustomAuth>,
    /// How often credentials were renewed. Locked meanwhile: requests that were refused together renew them once.
    renewed: RwLock<u64>,
    /// The query parameters that it has added so far: links to the next page often repeat them.
    params: Mutex<BTreeSet<String>>,
}

impl Credentials {
    /// Sends nothing.
    pub(crate) fn new(options: &AuthOptions<'_>, secrets: Secrets) -> Result<Self> {
        let mut credentials = Self { secrets, tokens: Vec::new(), custom: Vec::new() };
        // The builder's URL replaces one address: that of the source, or of the first resource that has one.
        let mut moved = None;
        for auth in options.schemes.iter().map(|auth| auth.chosen(&credentials.secrets)).collect::<Vec<_>>() {
            auth.check(&credentials.secrets)?;
            match auth {
                Auth::OAuth2(def) if credentials.tokens(auth).is_none() => {
                    let is_moved = *moved.get_or_insert(def.access_token_url) == def.access_token_url;
                    let url = match options.access_token_url.filter(|_| is_moved) {
                        Some(url) => token_url::given(url, options.base, ACCESS_TOKEN_URL),
                        None => token_url::declared(def.access_token_url, ACCESS_TOKEN_URL, options),
                    };
                    credentials.tokens.push(oauth2(def, url?, options)?);
                }
                Auth::SessionToken(def) if credentials.tokens(auth).is_none() => {
                    let login = LoginRequest::new(def, options)?;
                    // Made once to see that it can be.
                    login.call(&credentials.secrets)?;
                    credentials.tokens.push(TokenCache::login(login));
                }
                Auth::Custom(def) if credentials.custom(def).is_none() => {
                    credentials.custom.push(CustomScheme::new(def));
                }
                _ => {}
            }
        }
        Ok(credentials)
    }

    /// Adds the credentials to a request. Returns their number, which identifies them when they are refused.
    pub(crate) async fn authorize(&self, auth: Auth, parts: RequestParts<'_>, stats: &Stats) -> Result<u64> {
        match auth {
            Auth::OAuth2(_) | Auth::SessionToken(_) => {
                let tokens = self.tokens(auth).ok_or_else(|| unknown(auth.word()))?;
                let token = tokens.current(parts.refused, &self.secrets, stats).await?;
                token.add(parts.url, parts.headers);
                Ok(token.number)
            }
            Auth::Custom(def) => {
                let custom = self.custom(def).ok_or_else(|| unknown(def.name))?;
                custom.authorize(parts, &self.secrets).await
            }
            auth => auth.authorize(parts.url, parts.headers, &self.secrets).map(|()| 0),
        }
    }

    /// Adds the secrets of a resource that are headers and query parameters.
    pub(crate) fn add_secrets(&self, def: &ResourceSecrets, url: &mut Url, headers: &mut HeaderMap) -> Result<()> {
        for (name, secret) in def.headers {
            let name = HeaderName::try_from(*name)
                .map_err(|_| Error::new(ErrorKind::Config, format!("`{name}` is not a valid header name")))?;
            headers.insert(name, header_value(&self.secrets.text(*secret)?, &[secret.name])?);
        }
        for (name, secret) in def.params {
            url.query_pairs_mut().append_pair(name, &self.secrets.text(*secret)?);
        }
        Ok(())
    }

    /// A secret of a body, with the text around it.
    pub(crate) fn secret(&self, secret: SecretText) -> Option<String> {
        self.secrets.text(secret).ok()
    }

    /// Removes secrets of a resource from a URL, and the credentials: links to the next page often repeat those of the last request.
    pub(crate) fn strip_credentials(&self, auth: Auth, secrets: &ResourceSecrets, url: &mut Url) {
        secrets.params.iter().for_each(|(name, _)| remove_query_param(url, name));
        match auth {
            Auth::Custom(def) => {
                if let Some(custom) = self.custom(def) {
                    let params = custom.params.lock().unwrap_or_else(PoisonError::into_inner);
                    params.iter().for_each(|name| remove_query_param(url, name));
                }
            }
            auth => auth.strip_credentials(url),
        }
    }

    /// The credentials that were sent, for the message about a refusal: `renewed` for this request, or not.
    pub(crate) fn describe(&self, auth: Auth, renewed: bool) -> String {
        match auth {
            Auth::OAuth2(_) | Auth::SessionToken(_) => {
                self.tokens(auth).map(|tokens| tokens.describe(renewed)).unwrap_or_default()
            }
            auth => auth.describe(),
        }
    }

    /// Redacts credentials in a text from elsewhere.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.secrets.redact(text)
    }

    /// Redacts credentials in a text of this crate's, which should hold none.
    pub(crate) fn recheck(&self, text: &str) -> String {
        self.secrets.recheck(text)
    }

    /// What is used of the declared credentials: of several, those whose secrets are all set.
    pub(crate) fn chosen(&self, auth: Auth) -> Auth {
        auth.chosen(&self.secrets)
    }

    fn tokens(&self, auth: Auth) -> Option<&TokenCache> {
        self.tokens.iter().find(|tokens| tokens.auth == auth)
    }

    fn custom(&self, def: CustomAuthDef) -> Option<&CustomScheme> {
        self.custom.iter().find(|custom| custom.def == def)
    }
}

impl CustomScheme {
    fn new(def: CustomAuthDef) -> Self {
        Self { def, auth: (def.make)(), renewed: RwLock::new(0), params: Mutex::default() }
    }

    /// Adds the credentials, renewed if the latest ones were refused. Returns their number.
    async fn authorize(&self, mut parts: RequestParts<'_>, secrets: &Secrets) -> Result<u64> {
        if parts.refused.is_some() {
            let mut renewed = self.renewed.write().await;
            if parts.refused == Some(*renewed) {
                self.add(parts, secrets).await?;
                *renewed += 1;
                return Ok(*renewed);
            }
        }
        // Another request has renewed them.
        parts.refused = None;
        let renewed = self.renewed.read().await;
        self.add(parts, secrets).await?;
        Ok(*renewed)
    }

    async fn add(&self, parts: RequestParts<'_>, secrets: &Secrets) -> Result<()> {
        let timeout = parts.timeout;
        let what = format!("the authentication by `{}`", self.def.name);
        let mut request = AuthRequest::new(parts, self.def, secrets);
        let Ok(result) = tokio::time::timeout(timeout, self.auth.authorize(&mut request)).await else {
            let message = format!("{what} took longer than {timeout:?}");
            return Err(Error::new(ErrorKind::Timeout, message).with_help("raise `timeout` in the declaration"));
        };
        let mut params = self.params.lock().unwrap_or_else(PoisonError::into_inner);
        params.append(&mut request.into_params());
        result.map_err(|error| Error::by_user(ErrorKind::Unauthorized, &what, error))
    }
}

/// The tokens of OAuth 2.0. Nothing is sent.
fn oauth2(def: &'static OAuth2, url: Url, options: &AuthOptions<'_>) -> Result<TokenCache> {
    let rotation = match def.grant {
        Grant::RefreshToken(refresh) => {
            Some(Rotation::new(options.source, refresh, options.token_store.cloned(), options.timeout)?)
        }
        _ => None,
    };
    Ok(TokenCache::oauth2(TokenRequest::new(def, url, options), rotation))
}

/// Cannot happen: the credentials are those of all resources of the source.
fn unknown(auth: &str) -> Error {
    Error::new(ErrorKind::Config, format!("`{auth}` is not among the credentials of the source"))
}
