//! `auth = bearer(token = secret(user_token))`.

use syn::parse::ParseStream;
use syn::{Ident, LitStr};

use super::auth_kinds::{ApiKeyOptions, BearerOptions, HttpBasicOptions};
use super::client_text::{AuthPlace, AuthText};
use super::custom::{self, Custom, Role};
use super::login::{self, Login, TokenPlace};
use super::oauth2::{self, OAuth2};
use super::one_of;
use super::secret::{Credential, Password, Secret, Username};
use super::words::{AuthKind, Location};
use crate::diagnostic::{Sink, feature_off};
use crate::literal::WireName;
use crate::literal::header::{is_own, named, odd};
use crate::syntax::{Form, OptionValue, Text, choice, group, needed};

/// How requests are authorized.
#[derive(Clone)]
pub(crate) enum Auth {
    None,
    Bearer(Secret),
    HttpBasic(Credential, Credential),
    ApiKey(ApiKey),
    OAuth2(Box<OAuth2>),
    Login(Box<Login>),
    /// The first whose secrets are all there.
    OneOf(Vec<Auth>),
    Custom(Custom),
    /// Reported when it was read.
    Broken {
        oauth2: bool,
    },
}

/// A key under a name of the API's choice.
#[derive(Clone)]
pub(crate) struct ApiKey {
    pub(crate) name: LitStr,
    pub(crate) key: Secret,
    pub(crate) location: Location,
}

impl Auth {
    /// The secrets that it sends.
    pub(crate) fn secrets(&self) -> Vec<&Secret> {
        match self {
            Self::None | Self::Broken { .. } => Vec::new(),
            Self::Bearer(secret) | Self::ApiKey(ApiKey { key: secret, .. }) => vec![secret],
            Self::HttpBasic(username, password) => {
                [username, password].into_iter().filter_map(Credential::secret).collect()
            }
            Self::OAuth2(oauth2) => oauth2.secrets(),
            Self::Login(login) => login.secrets(),
            Self::OneOf(choices) => choices.iter().flat_map(Self::secrets).collect(),
            Self::Custom(custom) => custom.secrets.iter().collect(),
        }
    }

    /// Its texts, which client-wide params are filled in to.
    pub(crate) fn texts(&self) -> Vec<AuthText> {
        match self {
            Self::HttpBasic(username, _) => {
                username.text().map(|name| AuthPlace::Needed("user name").of(name)).into_iter().collect()
            }
            Self::OAuth2(oauth2) => oauth2.texts(),
            Self::Login(login) => login.texts(),
            Self::OneOf(choices) => choices.iter().flat_map(Self::texts).collect(),
            Self::None | Self::Bearer(_) | Self::ApiKey(_) | Self::Custom(_) | Self::Broken { .. } => Vec::new(),
        }
    }

    fn of_tokens(oauth2: OAuth2) -> Self {
        Self::OAuth2(Box::new(oauth2))
    }

    /// Itself, or the kinds that are chosen from.
    pub(crate) fn choices(&self) -> &[Self] {
        match self {
            Self::OneOf(choices) => choices,
            auth => std::slice::from_ref(auth),
        }
    }

    /// Whether the client can renew what it sends; none where that is not known.
    pub(crate) fn is_renewable(&self) -> Option<bool> {
        match self {
            Self::None | Self::Bearer(_) | Self::HttpBasic(..) | Self::ApiKey(_) => Some(false),
            Self::OAuth2(_) | Self::Login(_) | Self::Custom(_) => Some(true),
            Self::OneOf(choices) => {
                let of_each: Vec<_> = choices.iter().map(Self::is_renewable).collect();
                if of_each.contains(&Some(true)) {
                    Some(true)
                } else {
                    of_each.into_iter().collect::<Option<Vec<_>>>().map(|_| false)
                }
            }
            Self::Broken { .. } => None,
        }
    }

    /// The names of the query parameters that keys and tokens are sent as.
    pub(crate) fn in_query(&self) -> Vec<&LitStr> {
        let in_query = self.choices().iter().filter_map(|auth| match auth {
            Self::ApiKey(ApiKey { name, location: Location::Query, .. }) => Some(name),
            Self::Login(login) => match &login.place {
                TokenPlace::Param(name) => Some(name),
                TokenPlace::Bearer | TokenPlace::Header(_) => None,
            },
            _ => None,
        });
        in_query.collect()
    }

    /// Whether it requests access tokens, even if it is broken.
    pub(crate) fn is_oauth2(&self) -> bool {
        self.choices().iter().any(|auth| matches!(auth, Self::OAuth2(_) | Self::Broken { oauth2: true }))
    }

    /// Whether it sends what the program has, without another request.
    pub(super) fn is_simple(&self) -> bool {
        matches!(self, Self::None | Self::Bearer(_) | Self::HttpBasic(..) | Self::ApiKey(_) | Self::Broken { .. })
    }
}

impl OptionValue for Auth {
    const FORM: Form = Form::Value("bearer(token = secret(name))");
    const UNSET: Option<&'static str> = Some("none");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let (kind, word) = choice(input)?;
        let part = errors.child();
        let auth = match kind {
            AuthKind::None => return Ok(Self::None),
            AuthKind::Bearer => bearer(input, &word, &part)?,
            AuthKind::HttpBasic => http_basic(input, &word, &part)?,
            AuthKind::ApiKey => api_key(input, &word, &part)?,
            AuthKind::OAuth2 => oauth2::client_credentials(input, &word, &part)?.map(Auth::of_tokens),
            AuthKind::RefreshToken => oauth2::refresh_token(input, &word, &part)?.map(Auth::of_tokens),
            AuthKind::Password => oauth2::password(input, &word, &part)?.map(Auth::of_tokens),
            AuthKind::JwtBearer => {
                let jwt = oauth2::jwt_bearer(input, &word, &part)?;
                if !cfg!(feature = "jwt") {
                    part.report(&word, feature_off("jwt"));
                }
                jwt.map(Auth::of_tokens)
            }
            AuthKind::SessionToken => login::read(input, &word, &part)?.map(|login| Auth::Login(Box::new(login))),
            AuthKind::OneOf => one_of::read(input, &word, &part)?,
            AuthKind::Custom => custom::read(input, &word, Role::Auth, &part)?.map(Auth::Custom),
        };
        Ok(auth.filter(|_| part.is_sound()).unwrap_or(Self::Broken { oauth2: kind.is_oauth2() }))
    }
}

impl AuthKind {
    fn is_oauth2(self) -> bool {
        matches!(self, Self::OAuth2 | Self::RefreshToken | Self::Password | Self::JwtBearer)
    }
}

fn bearer(input: ParseStream<'_>, word: &Ident, errors: &Sink) -> syn::Result<Option<Auth>> {
    let BearerOptions { token } = group(input, errors)?;
    needed(word, &[("token", token.is_absent())], "write `bearer(token = secret(name))`", errors);
    Ok(token.get().cloned().map(Auth::Bearer))
}

fn http_basic(input: ParseStream<'_>, word: &Ident, errors: &Sink) -> syn::Result<Option<Auth>> {
    const HELP: &str =
        "write `http_basic(username = \"…\", password = secret(name))`, or `password = \"\"` where the API wants none";
    let HttpBasicOptions { username, password } = group(input, errors)?;
    needed(word, &[("username", username.is_absent()), ("password", password.is_absent())], HELP, errors);
    let (Some(Username(username)), Some(Password(password))) = (username.get(), password.get()) else {
        return Ok(None);
    };
    if let (Credential::Text(name), Credential::Text(_)) = (username, password) {
        errors.report(
            &name.token,
            "without a password the user name is the secret, and secrets do not belong in source code\nhelp: write `username = secret(name)`",
        );
    }
    Ok(Some(Auth::HttpBasic(username.clone(), password.clone())))
}

fn api_key(input: ParseStream<'_>, word: &Ident, errors: &Sink) -> syn::Result<Option<Auth>> {
    const HELP: &str = "write `api_key(name = \"X-Api-Key\", api_key = secret(name))`";
    let ApiKeyOptions { name, api_key, location } = group(input, errors)?;
    needed(word, &[("name", name.is_absent()), ("api_key", api_key.is_absent())], HELP, errors);
    let (Some(name), Some(key)) = (name.get(), api_key.get()) else { return Ok(None) };
    let location = location.get().copied().unwrap_or(Location::Header);
    named_for(location, name, errors);
    Ok(Some(Auth::ApiKey(ApiKey { name: name.token.clone(), key: key.clone(), location })))
}

/// Reports a name that cannot stand where it is to go.
fn named_for(location: Location, name: &Text<WireName>, errors: &Sink) {
    let text = name.token.value();
    let of = match location {
        Location::Header if is_own(&text) => {
            return errors
                .report(&name.token, format!("`{text}` is set by the client itself\nhelp: choose another header"));
        }
        Location::Header => "header",
        Location::Cookie => "cookie",
        Location::Query => return,
    };
    if let Some(odd) = odd(&text) {
        errors.report(&name.token, format!("a {of}'s name has no {}", named(odd)));
    }
}
