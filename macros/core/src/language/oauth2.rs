//! `auth = oauth2_client_credentials(access_token_url = "…", client_id = "…", client_secret = secret(name))`.

use syn::{Ident, LitStr};

use super::client::ClientId;
use super::kinds::OAuth2Options;
use super::secret::{Credential, Secret};
use super::words::{ClientAuth, RequestFormat};
use crate::diagnostic::Sink;
use crate::literal::{Duration, Scope, Step, Steps};
use crate::syntax::{Slot, Text, needed};

/// A client that gets its access tokens by itself (RFC 6749, section 4.4).
#[derive(Clone)]
pub(crate) struct OAuth2 {
    pub(crate) access_token_url: LitStr,
    pub(crate) client_id: Credential,
    pub(crate) client_secret: Secret,
    pub(crate) scopes: Vec<Text<Scope>>,
    pub(crate) request_data: Vec<(LitStr, LitStr)>,
    pub(crate) request_format: RequestFormat,
    pub(crate) client_auth: ClientAuth,
    pub(crate) token_path: Option<Vec<Step>>,
    pub(crate) expires_in_path: Option<Vec<Step>>,
    pub(crate) default_token_expiration: Slot<Text<Duration>>,
}

impl OAuth2 {
    /// Reads the options, if they are complete.
    pub(crate) fn new(options: OAuth2Options, word: &Ident, errors: &Sink) -> Option<Self> {
        let absent = [
            ("access_token_url", options.access_token_url.is_absent()),
            ("client_id", options.client_id.is_absent()),
            ("client_secret", options.client_secret.is_absent()),
        ];
        let help = format!(
            "write `{word}(access_token_url = \"https://…\", client_id = \"…\", client_secret = secret(name))`"
        );
        needed(word, &absent, &help, errors);
        let ClientId(client_id) = options.client_id.get()?.clone();
        let steps = |slot: &Slot<Text<Steps>>| slot.get().map(|path| path.value.0.clone());
        Some(Self {
            access_token_url: options.access_token_url.get()?.token.clone(),
            client_id,
            client_secret: options.client_secret.get()?.clone(),
            scopes: options.scopes.get().cloned().unwrap_or_default(),
            request_data: options.access_token_request_data.get().map(|data| data.0.clone()).unwrap_or_default(),
            request_format: options.request_format.get().copied().unwrap_or(RequestFormat::Form),
            token_path: steps(&options.token_path),
            expires_in_path: steps(&options.expires_in_path),
            client_auth: options.client_auth.get().copied().unwrap_or(ClientAuth::Body),
            default_token_expiration: options.default_token_expiration,
        })
    }
}
