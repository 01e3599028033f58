//! Credentials by a type of the user's: signatures, login tokens, and the like.

use std::collections::BTreeSet;
use std::fmt;
use std::pin::Pin;

use bytes::Bytes;
use reqwest::header::{COOKIE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;

use super::request_parts::{RequestParts, sensitive};
use super::secrets::Secrets;
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::text::url::{display_url, remove_query_param};

/// Authorises requests in its own way: `auth = custom(path::To::Type, secret(name), …)`.
///
/// A client creates one by [`Default`] and shares it with its clones. It is called for each request, those of next
/// pages and redirects included, to an origin that may receive credentials: that of the base URL, and those in `trust`.
/// After a 401, or a response that `response_actions(… = renew)` takes for one, it is called once more for the same request;
/// [`AuthRequest::refused`] is then true.
///
/// ```
/// use std::time::SystemTime;
///
/// use aws_lc_rs::hmac;
/// use base64::Engine as _;
/// use base64::prelude::BASE64_STANDARD;
/// use declarest::auth::{AuthFuture, AuthRequest, CustomAuth};
///
/// /// `X-Signature`: the method, the date, the URL with its query and the body, signed with a shared key (HMAC).
/// #[derive(Default)]
/// pub struct Signed;
///
/// impl CustomAuth for Signed {
///     fn authorize<'a>(&'a self, request: &'a mut AuthRequest<'_>) -> AuthFuture<'a> {
///         Box::pin(async move {
///             let date = httpdate::fmt_http_date(SystemTime::now());
///             let mut text = format!("{}\n{date}\n{}\n", request.method(), request.url()).into_bytes();
///             text.extend_from_slice(request.body());
///             let key = hmac::Key::new(hmac::HMAC_SHA256, request.secret("signing_key")?.as_bytes());
///             let signature = BASE64_STANDARD.encode(hmac::sign(&key, &text));
///             request.header("Date", &date)?;
///             request.header("X-Signature", &signature)?;
///             Ok(())
///         })
///     }
/// }
/// ```
///
/// The request is then in its final form: nothing but what the type adds, and the headers `Host`, `Content-Length` and
/// `Accept-Encoding`, which are of the connection.
///
/// A token that has to be fetched first is stored in the type. A lock that is held meanwhile has it fetched once:
///
/// ```
/// use declarest::auth::{AuthFuture, AuthRequest, CustomAuth};
/// use tokio::sync::Mutex;
///
/// #[derive(Default)]
/// pub struct Login(Mutex<Option<String>>);
///
/// impl CustomAuth for Login {
///     fn authorize<'a>(&'a self, request: &'a mut AuthRequest<'_>) -> AuthFuture<'a> {
///         Box::pin(async move {
///             let mut session = self.0.lock().await;
///             if session.is_none() || request.refused() {
///                 *session = Some(log_in(request.secret("password")?).await?);
///             }
///             request.cookie("session", session.as_deref().unwrap_or_default())?;
///             Ok(())
///         })
///     }
/// }
/// # async fn log_in(password: &str) -> std::io::Result<String> {
/// #     Ok(password.to_owned())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot authorise requests",
    label = "does not implement `declarest::auth::CustomAuth`",
    note = "implement `declarest::auth::CustomAuth` and `Default` for it"
)]
pub trait CustomAuth: Send + Sync + 'static {
    /// Adds credentials to a request.
    ///
    /// # Errors
    /// The request is not sent, and fails with what is returned as its source. An [`Error`] is passed on as it is.
    fn authorize<'a>(&'a self, request: &'a mut AuthRequest<'_>) -> AuthFuture<'a>;
}

/// What [`CustomAuth::authorize`] returns: `Box::pin(async move { … Ok(()) })`.
pub type AuthFuture<'a> = Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send + 'a>>;

/// A request that is about to be sent.
///
/// The values that are added to it are secrets: they are redacted in logs and errors, unless they are shorter than four
/// bytes.
pub struct AuthRequest<'a> {
    parts: RequestParts<'a>,
    def: CustomAuthDef,
    secrets: &'a Secrets,
    /// The names of the query parameters that were added.
    params: BTreeSet<String>,
}

impl<'a> AuthRequest<'a> {
    pub(super) fn new(parts: RequestParts<'a>, def: CustomAuthDef, secrets: &'a Secrets) -> Self {
        Self { parts, def, secrets, params: BTreeSet::new() }
    }

    pub(super) fn into_params(self) -> BTreeSet<String> {
        self.params
    }

    /// `GET` or `POST`.
    #[must_use]
    pub fn method(&self) -> &str {
        self.parts.method.as_str()
    }

    /// The whole URL, encoded, with the parameters added so far.
    #[must_use]
    pub fn url(&self) -> &str {
        self.parts.url.as_str()
    }

    /// The path, encoded.
    #[must_use]
    pub fn path(&self) -> &str {
        self.parts.url.path()
    }

    /// The query, encoded, with the parameters added so far.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.parts.url.query()
    }

    /// The headers so far: the declared ones, those of the builder, `Accept`, and the `Content-Type` of a body.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.parts.headers
    }

    /// The body; empty where there is none.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.parts.body.map(Bytes::as_ref).unwrap_or_default()
    }

    /// Whether the server has refused this same request, with 401 or a response that is declared as `renew`. A stored token has
    /// to be renewed now.
    #[must_use]
    pub fn refused(&self) -> bool {
        self.parts.refused.is_some()
    }

    /// A secret that the declaration gives to this type.
    ///
    /// # Errors
    /// When `auth = custom(…)` does not name it.
    pub fn secret(&self, name: &str) -> Result<&'a str> {
        let (def, secrets) = (self.def, self.secrets);
        if def.secrets.contains(&name) {
            return secrets.expose(name);
        }
        let message = format!("`{}` uses the secret `{name}`, which the declaration does not give to it", def.name);
        Err(Error::new(ErrorKind::MissingSecret, message)
            .with_help(format!("declare `auth = custom({}, secret({name}))`", def.name)))
    }

    /// Sets a header.
    ///
    /// # Errors
    /// When the name or the value cannot be sent.
    pub fn header(&mut self, name: &str, value: &str) -> Result<()> {
        self.secrets.register(value);
        let header =
            HeaderName::try_from(name).map_err(|_| self.unusable(&format!("`{name}` is not a valid header name")))?;
        let value = self.value(value, &format!("the header `{name}`"))?;
        self.parts.headers.insert(header, value);
        Ok(())
    }

    /// Sets a query parameter.
    ///
    /// # Errors
    /// None yet.
    pub fn param(&mut self, name: &str, value: &str) -> Result<()> {
        self.secrets.register(value);
        remove_query_param(self.parts.url, name);
        self.parts.url.query_pairs_mut().append_pair(name, value);
        self.params.insert(name.to_owned());
        Ok(())
    }

    /// Adds a cookie.
    ///
    /// # Errors
    /// When the name or the value cannot be sent.
    pub fn cookie(&mut self, name: &str, value: &str) -> Result<()> {
        self.secrets.register(value);
        let cookie = self.value(&format!("{name}={value}"), &format!("the cookie `{name}`"))?;
        let cookies = match self.parts.headers.get(COOKIE) {
            None => cookie,
            // Two values joined are a value.
            Some(before) => sensitive(&[before.as_bytes(), b"; ", cookie.as_bytes()].concat()).unwrap_or(cookie),
        };
        self.parts.headers.insert(COOKIE, cookies);
        Ok(())
    }

    fn value(&self, value: &str, what: &str) -> Result<HeaderValue> {
        let unusable = || self.unusable(&format!("{what} has a value with characters that no header can carry"));
        sensitive(value.as_bytes()).ok_or_else(unusable)
    }

    fn unusable(&self, why: &str) -> Error {
        Error::new(ErrorKind::Config, format!("`{}` adds what cannot be sent: {why}", self.def.name))
            .with_help("remove line breaks and other control characters")
    }
}

impl fmt::Debug for AuthRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.secrets.redact(&display_url(self.parts.url));
        f.debug_struct("AuthRequest").field("method", &self.method()).field("url", &url).finish_non_exhaustive()
    }
}

/// `auth = custom(…)`, as the macro writes it.
#[derive(Clone, Copy, Serialize)]
pub struct CustomAuthDef {
    /// The type, as the declaration names it.
    pub(super) name: &'static str,
    /// The secrets that it may use.
    pub(super) secrets: &'static [&'static str],
    #[serde(skip)]
    pub(super) make: fn() -> Box<dyn CustomAuth>,
}

impl CustomAuthDef {
    /// The definition of a type.
    #[must_use]
    pub const fn new<T: CustomAuth + Default>(name: &'static str, secrets: &'static [&'static str]) -> Self {
        Self { name, secrets, make: || Box::new(T::default()) }
    }
}

impl fmt::Debug for CustomAuthDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomAuthDef")
            .field("name", &self.name)
            .field("secrets", &self.secrets)
            .finish_non_exhaustive()
    }
}

/// Equal if type and secrets are the same.
impl PartialEq for CustomAuthDef {
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.secrets) == (other.name, other.secrets)
    }
}

impl Eq for CustomAuthDef {}
