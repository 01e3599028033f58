//! `auth = bearer(token = secret(user_token))`.

use syn::parse::ParseStream;
use syn::{Ident, LitStr};

use super::custom::{self, Custom, Role};
use super::kinds::{ApiKeyOptions, BearerOptions, HttpBasicOptions, OAuth2Options};
use super::oauth2::OAuth2;
use super::secret::{Credential, Password, Secret, Username};
use super::words::{AuthKind, Location};
use crate::diagnostic::Sink;
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
            Self::OAuth2(oauth2) => oauth2.client_id.secret().into_iter().chain([&oauth2.client_secret]).collect(),
            Self::Custom(custom) => custom.secrets.iter().collect(),
        }
    }

    /// Whether the client can renew what it sends; none where that is not known.
    pub(crate) fn is_renewable(&self) -> Option<bool> {
        match self {
            Self::None | Self::Bearer(_) | Self::HttpBasic(..) | Self::ApiKey(_) => Some(false),
            Self::OAuth2(_) | Self::Custom(_) => Some(true),
            Self::Broken { .. } => None,
        }
    }

    /// The name of the query parameter that the key is sent as.
    pub(crate) fn in_query(&self) -> Option<&LitStr> {
        match self {
            Self::ApiKey(ApiKey { name, location: Location::Query, .. }) => Some(name),
            _ => None,
        }
    }

    /// Whether it requests access tokens, even if it is broken.
    pub(crate) fn is_oauth2(&self) -> bool {
        matches!(self, Self::OAuth2(_) | Self::Broken { oauth2: true })
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
            AuthKind::OAuth2 => {
                let options = group::<OAuth2Options>(input, &part)?;
                OAuth2::new(options, &word, &part).map(|oauth2| Auth::OAuth2(Box::new(oauth2)))
            }
            AuthKind::Custom => custom::read(input, &word, Role::Auth, &part)?.map(Auth::Custom),
        };
        Ok(auth.filter(|_| part.is_sound()).unwrap_or(Self::Broken { oauth2: kind == AuthKind::OAuth2 }))
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
    if let (Credential::Literal(name), Credential::Literal(_)) = (username, password) {
        errors.report(
            name,
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
