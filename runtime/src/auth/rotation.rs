//! Refresh tokens that change: each answer of the token endpoint may hold the next one, which is stored before anything
//! else is done.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};

use super::oauth2::RefreshToken;
use super::secrets::Secrets;
use super::token_store::{StoreFuture, TokenLock, TokenStore};
use crate::error::{Error, ErrorKind, Result};

/// The refresh tokens of one declaration.
pub(super) struct Rotation {
    source: &'static str,
    def: RefreshToken,
    store: Option<Arc<dyn TokenStore>>,
    /// How long the store may take.
    timeout: Duration,
    /// One that the store has not taken yet.
    unsaved: Mutex<Option<SecretString>>,
}

/// A refresh token that nothing else uses meanwhile.
pub(super) struct Turn<'r> {
    rotation: &'r Rotation,
    token: SecretString,
    key: String,
    _lock: Option<TokenLock>,
}

impl Rotation {
    /// # Errors
    /// `Config` where tokens rotate by declaration, and there is no store.
    pub(super) fn new(
        source: &'static str,
        def: RefreshToken,
        store: Option<Arc<dyn TokenStore>>,
        timeout: Duration,
    ) -> Result<Self> {
        if def.rotating == Some(true) && store.is_none() {
            let name = def.refresh_token;
            let message = format!(
                "the refresh token `{name}` rotates, `rotating = true`, and there is no token store to keep the next one in"
            );
            return Err(Error::new(ErrorKind::Config, message).with_help(STORE));
        }
        // Those that come with an answer are not used.
        let store = store.filter(|_| def.rotating != Some(false));
        Ok(Self { source, def, store, timeout, unsaved: Mutex::new(None) })
    }

    /// The latest refresh token: the stored one, else the secret. A secret that was changed has no stored one.
    pub(super) async fn begin(&self, secrets: &Secrets) -> Result<Turn<'_>> {
        let secret = secrets.expose(self.def.refresh_token)?;
        let key = format!("{}/{}/{}", self.source, self.def.refresh_token, hash(secret));
        let Some(store) = &self.store else {
            let token = self.unsaved().clone().unwrap_or_else(|| secret.into());
            return Ok(Turn { rotation: self, token, key, _lock: None });
        };
        let lock = self.ask("locking", store.lock(&key)).await?;
        let unsaved = self.unsaved().clone();
        let stored = match unsaved {
            Some(token) => {
                self.save(store.as_ref(), &key, &token).await?;
                Some(token)
            }
            None => self.ask("reading", store.load(&key)).await?,
        };
        let token = stored.unwrap_or_else(|| secret.into());
        secrets.register(token.expose_secret());
        Ok(Turn { rotation: self, token, key, _lock: Some(lock) })
    }

    async fn save(&self, store: &dyn TokenStore, key: &str, token: &SecretString) -> Result<()> {
        *self.unsaved() = Some(token.clone());
        let written = self.ask("writing to", store.store(key, token.clone())).await;
        written.map_err(|error| {
            let help = format!(
                "this client keeps the new token, and stores it before it requests another; if it ends before, set `{}` to a new one",
                self.def.refresh_token
            );
            error.with_help(help)
        })?;
        *self.unsaved() = None;
        Ok(())
    }

    fn unsaved(&self) -> std::sync::MutexGuard<'_, Option<SecretString>> {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the store answers, within the time that a request has.
    async fn ask<T>(&self, what: &str, answer: StoreFuture<'_, T>) -> Result<T> {
        let (name, timeout) = (self.def.refresh_token, self.timeout);
        let doing = format!("{what} the token store of the refresh token `{name}`");
        match tokio::time::timeout(timeout, answer).await {
            Ok(answer) => answer.map_err(|error| Error::by_user(ErrorKind::Config, &doing, error)),
            Err(_) => Err(Error::new(ErrorKind::Timeout, format!("{doing} took longer than {timeout:?}"))
                .with_help("check whether another process keeps it, or raise `timeout` in the declaration")),
        }
    }
}

impl Turn<'_> {
    /// The refresh token to send.
    pub(super) fn token(&self) -> &SecretString {
        &self.token
    }

    /// Keeps the next refresh token, if the answer holds another than was sent.
    pub(super) async fn end(self, next: Option<SecretString>, secrets: &Secrets) -> Result<()> {
        let Self { rotation, token, key, _lock } = self;
        let Some(next) = next.filter(|next| next.expose_secret() != token.expose_secret()) else { return Ok(()) };
        secrets.register(next.expose_secret());
        if rotation.def.rotating == Some(false) {
            return Ok(());
        }
        let Some(store) = &rotation.store else {
            *rotation.unsaved() = Some(next);
            let message = format!(
                "the token endpoint has replaced the refresh token `{}`, and there is no token store to keep the next one in",
                rotation.def.refresh_token
            );
            let help = format!(
                "{STORE}; declare `rotating = true`, or, where the API keeps the refresh token valid, `rotating = false`; the secret may have to be set again, to a new refresh token"
            );
            return Err(Error::new(ErrorKind::Config, message).with_help(help));
        };
        rotation.save(store.as_ref(), &key, &next).await
    }
}

const STORE: &str = "give the builder one: `.token_store(FileTokenStore::new(path))`, from `declarest::auth`, which every run uses again";

/// Another one for each secret, from which the secret cannot be found.
fn hash(secret: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, secret.as_bytes()))
}
