//! OAuth 2.0 (RFC 6749, RFC 7523): the declaration.

use std::time::Duration;

use serde::Serialize;

use super::credential::Credential;
use super::secrets::Secrets;
use crate::error::Result;
use crate::json::path::Step;
use crate::params::secret_text::SecretText;
use crate::params::template::placeholders;

/// `auth = oauth2_…(…)`: the options and their defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OAuth2 {
    /// What the client shows for a token.
    pub grant: Grant,
    /// The token endpoint: a URL, or a path below the base URL; a template.
    pub access_token_url: &'static str,
    /// The client's id. A grant may do without.
    pub client_id: Option<Credential>,
    /// The client's secret. A public client has none.
    pub client_secret: Option<SecretText>,
    /// The scopes of the token: templates.
    pub scopes: &'static [&'static str],
    /// Further fields of the request for a token: templates.
    pub request_data: &'static [(&'static str, &'static str)],
    /// How the fields of the request are written.
    pub request_format: RequestFormat,
    /// How id and secret are sent.
    pub client_auth: ClientAuth,
    /// Where in the response the token is.
    pub token_path: &'static [Step],
    /// Where its lifetime is, in seconds; `None`: at `expires_in` beside the token.
    pub expires_in_path: Option<&'static [Step]>,
    /// The lifetime of a token that does not state one.
    pub default_token_expiration: Duration,
}

impl OAuth2 {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        grant: Grant::ClientCredentials,
        access_token_url: "",
        client_id: None,
        client_secret: None,
        scopes: &[],
        request_data: &[],
        request_format: RequestFormat::Form,
        client_auth: ClientAuth::Body,
        token_path: &[Step::Key("access_token")],
        expires_in_path: None,
        default_token_expiration: Duration::from_hours(1),
    };

    /// The names in it, with the option of each.
    fn named(&self) -> Vec<(&'static str, Credential)> {
        let client = self.client_id.map(|id| ("client_id", id));
        let own = match self.grant {
            Grant::ClientCredentials | Grant::RefreshToken(_) => [None, None, None],
            Grant::Password { username, .. } => [Some(("username", username)), None, None],
            Grant::JwtBearer(jwt) => [
                Some(("issuer", jwt.issuer)),
                jwt.subject.map(|subject| ("subject", subject)),
                jwt.key_id.map(|key| ("key_id", key)),
            ],
        };
        client.into_iter().chain(own.into_iter().flatten()).collect()
    }

    /// Checks the values of client-wide params in names.
    ///
    /// # Errors
    /// `Config` where one cannot be there.
    pub(super) fn check(&self, secrets: &Secrets) -> Result<()> {
        self.named().into_iter().try_for_each(|(option, name)| name.check(option, None, secrets))
    }

    /// The names of the client-wide params that it is filled in with.
    pub(super) fn placeholders(&self) -> Vec<String> {
        let names = self.named().into_iter().flat_map(|(_, name)| name.placeholders());
        let mut texts = vec![self.access_token_url];
        texts.extend(self.scopes);
        texts.extend(self.request_data.iter().map(|(_, value)| *value));
        if let Grant::JwtBearer(jwt) = self.grant {
            texts.extend(jwt.audience);
            texts.extend(jwt.claims.iter().map(|(_, value)| *value));
        }
        names.chain(texts.into_iter().flat_map(placeholders)).collect()
    }

    /// The names of the secrets that a token is requested with, each once.
    pub(super) fn secrets(&self) -> Vec<&'static str> {
        let client = self.client_id.and_then(Credential::secret).into_iter();
        let mut names: Vec<_> = client.chain(self.client_secret.map(|secret| secret.name)).collect();
        match self.grant {
            Grant::ClientCredentials => {}
            Grant::RefreshToken(refresh) => names.push(refresh.refresh_token),
            Grant::Password { username, password } => {
                names.extend(username.secret().into_iter().chain([password.name]));
            }
            Grant::JwtBearer(jwt) => names.extend(jwt.secrets()),
        }
        let mut once = Vec::new();
        for name in names {
            if !once.contains(&name) {
                once.push(name);
            }
        }
        once
    }
}

/// What a client shows for an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Grant {
    /// Its own name and secret (RFC 6749, section 4.4).
    ClientCredentials,
    /// A refresh token (RFC 6749, section 6).
    RefreshToken(RefreshToken),
    /// A user's name and password (RFC 6749, section 4.3).
    Password {
        /// The user.
        username: Credential,
        /// The user's password.
        password: SecretText,
    },
    /// A token that it signs itself (RFC 7523, section 2.1).
    JwtBearer(JwtBearer),
}

/// A refresh token, and what is known of those that come after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RefreshToken {
    /// The name of the secret that is the first one.
    pub refresh_token: &'static str,
    /// Whether each answer holds another, after which the one before is no longer valid; `None`: not known.
    pub rotating: Option<bool>,
    /// Where in the answer the next one is; `None`: at `refresh_token` beside the access token.
    pub refresh_token_path: Option<&'static [Step]>,
}

/// A JSON web token that the client signs, and shows for an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct JwtBearer {
    /// Who signs it: the claim `iss`.
    pub issuer: Credential,
    /// For whom a token is requested: the claim `sub`.
    pub subject: Option<Credential>,
    /// Who reads it: the claim `aud`, a template; `None`: the token endpoint.
    pub audience: Option<&'static str>,
    /// The name of the secret that it is signed with.
    pub private_key: &'static str,
    /// The name of the key, in the header of the token.
    pub key_id: Option<Credential>,
    /// How it is signed.
    pub algorithm: Algorithm,
    /// Further claims: templates.
    pub claims: &'static [(&'static str, &'static str)],
    /// How long it is valid.
    pub lifetime: Duration,
}

impl JwtBearer {
    /// The default of each option.
    pub const DEFAULT: Self = Self {
        issuer: Credential::Literal(""),
        subject: None,
        audience: None,
        private_key: "",
        key_id: None,
        algorithm: Algorithm::Rs256,
        claims: &[],
        lifetime: Duration::from_mins(5),
    };

    fn secrets(&self) -> impl Iterator<Item = &'static str> {
        let named = [Some(self.issuer), self.subject, self.key_id].into_iter().flatten();
        named.filter_map(Credential::secret).chain([self.private_key])
    }
}

/// How a JSON web token is signed (RFC 7518, section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Algorithm {
    /// RSA, PKCS #1, with SHA-256.
    Rs256,
    /// RSA, PKCS #1, with SHA-384.
    Rs384,
    /// RSA, PKCS #1, with SHA-512.
    Rs512,
    /// The curve P-256 with SHA-256.
    Es256,
    /// The curve P-384 with SHA-384.
    Es384,
    /// HMAC with SHA-256: the key is shared with the server.
    Hs256,
    /// HMAC with SHA-384: the key is shared with the server.
    Hs384,
    /// HMAC with SHA-512: the key is shared with the server.
    Hs512,
}

/// How the fields of a request for a token are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum RequestFormat {
    /// As a form (RFC 6749, section 4.4.2).
    Form,
    /// As a JSON object of strings, which some APIs want.
    Json,
}

/// How a client authenticates when it requests a token (RFC 6749, section 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ClientAuth {
    /// Among the fields: `client_id` and `client_secret`.
    Body,
    /// In the header `Authorization`, as basic authentication.
    Header,
}
