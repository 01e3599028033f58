//! Where rotating refresh tokens are kept between runs.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;

use crate::error::BoxError;

/// Keeps rotating refresh tokens between runs: `.token_store(…)` of a client's builder.
///
/// Some token endpoints answer each refresh with another refresh token, and take the one before no more. The client stores
/// the next one before it uses the access token that came with it. A key names a source, a secret and, by a hash, the
/// value that the secret has: a secret that is set to another value starts from that. The key holds no secret; the token is one.
///
/// [`FileTokenStore`](super::FileTokenStore) is one in a file, [`MemoryTokenStore`] one for the clients of a process.
pub trait TokenStore: Send + Sync + 'static {
    /// The token that was stored last under a key.
    ///
    /// # Errors
    /// Nothing is requested with an older one: the request that needs a token fails with this as its source.
    fn load<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<SecretString>>;

    /// Stores a token in place of the one before, to last.
    ///
    /// # Errors
    /// The request that needs a token fails with this as its source. The client keeps the token, and stores it before it
    /// requests the next one.
    fn store<'a>(&'a self, key: &'a str, token: SecretString) -> StoreFuture<'a, ()>;

    /// Keeps others who would refresh this token waiting until what it returns is dropped: `load`, the request and `store`
    /// happen meanwhile. Default: nobody waits, which is right where one client alone uses the store.
    ///
    /// # Errors
    /// Nothing is requested.
    fn lock<'a>(&'a self, _key: &'a str) -> StoreFuture<'a, TokenLock> {
        Box::pin(async { Ok(Box::new(()) as TokenLock) })
    }
}

/// What the methods of a [`TokenStore`] return: `Box::pin(async move { … })`.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send + 'a>>;

/// What [`TokenStore::lock`] returns: others may go on when it is dropped.
pub type TokenLock = Box<dyn Send + Sync>;

/// One store for several clients.
impl<S: TokenStore + ?Sized> TokenStore for Arc<S> {
    fn load<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<SecretString>> {
        (**self).load(key)
    }

    fn store<'a>(&'a self, key: &'a str, token: SecretString) -> StoreFuture<'a, ()> {
        (**self).store(key, token)
    }

    fn lock<'a>(&'a self, key: &'a str) -> StoreFuture<'a, TokenLock> {
        (**self).lock(key)
    }
}

/// A [`TokenStore`] for the clients of one process, for tests above all: what it keeps ends with it. Its clones share it.
#[derive(Clone, Default)]
pub struct MemoryTokenStore {
    tokens: Arc<Mutex<BTreeMap<String, SecretString>>>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl std::fmt::Debug for MemoryTokenStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryTokenStore").finish_non_exhaustive()
    }
}

impl TokenStore for MemoryTokenStore {
    fn load<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<SecretString>> {
        Box::pin(async move { Ok(self.tokens.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()) })
    }

    fn store<'a>(&'a self, key: &'a str, token: SecretString) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), token);
            Ok(())
        })
    }

    fn lock<'a>(&'a self, _: &'a str) -> StoreFuture<'a, TokenLock> {
        Box::pin(async move { Ok(Box::new(Arc::clone(&self.turn).lock_owned().await) as TokenLock) })
    }
}
