//! Refresh tokens in a file that its owner alone can read.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::token_store::{StoreFuture, TokenLock, TokenStore};
use crate::error::BoxError;

/// How often a file that another process keeps is tried.
const POLL: Duration = Duration::from_millis(20);

/// A [`TokenStore`] in a file, for all sources and programs that are given its path.
///
/// On Unix its mode is 0600. It is replaced as a whole, so that a process that is killed leaves the tokens before or those
/// after. A second file beside it, `….lock`, keeps processes from refreshing one token at the same time. The tokens are
/// not encrypted. The folder must exist.
///
/// ```no_run
/// # #[declarest::source(
/// #     base_url = "https://api.example.com",
/// #     auth = oauth2_refresh_token(
/// #         access_token_url = "/token", client_id = "app", refresh_token = secret(refresh_token), rotating = true,
/// #     ),
/// # )]
/// # mod crm {
/// #     #[resource(path = "/contacts")]
/// #     pub struct Contact {
/// #         pub id: u64,
/// #     }
/// # }
/// use declarest::auth::FileTokenStore;
///
/// # fn main() -> declarest::Result<()> {
/// let store = FileTokenStore::new("/var/lib/acme/tokens.json");
/// let client = crm::Client::builder().refresh_token("…").token_store(store).build()?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct FileTokenStore {
    path: Arc<Path>,
}

/// The tokens, by key.
type Tokens = BTreeMap<String, String>;

impl FileTokenStore {
    /// The store in this file, which is made when a token is stored first.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into().into() }
    }

    /// The path with this after its name.
    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.as_os_str().to_owned();
        name.push(ending);
        name.into()
    }

    fn read(&self) -> io::Result<Tokens> {
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Tokens::new()),
            Err(error) => return Err(self.named(&error)),
        };
        // What the parser says might quote a token.
        let other = |_| self.named(&io::Error::new(io::ErrorKind::InvalidData, "it holds no tokens"));
        serde_json::from_slice(&text).map_err(other)
    }

    fn write(&self, tokens: &Tokens) -> io::Result<()> {
        let new = self.beside(".new");
        let text = serde_json::to_vec_pretty(tokens)?;
        let replace = || {
            // What a killed process has left may have another mode.
            match fs::remove_file(&new) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = private().write(true).create_new(true).open(&new)?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&new, &self.path)?;
            sync_folder(&self.path)
        };
        replace().map_err(|error| self.named(&error))
    }

    fn open_lock(&self) -> io::Result<File> {
        private()
            .write(true)
            .create(true)
            .truncate(false)
            .open(self.beside(".lock"))
            .map_err(|error| self.named(&error))
    }

    /// The error with the file's name.
    fn named(&self, error: &io::Error) -> io::Error {
        io::Error::new(error.kind(), format!("{}: {error}", self.path.display()))
    }

    /// Does this where it may block.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> io::Result<T> + Send + 'static,
    ) -> Result<T, BoxError> {
        let store = self.clone();
        Ok(tokio::task::spawn_blocking(move || work(&store)).await??)
    }
}

/// A file that its owner alone can read.
fn private() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "elsewhere the folder says who may read"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a file's new name last.
fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        File::open(folder)?.sync_all()?;
    }
    let _ = path;
    Ok(())
}

impl TokenStore for FileTokenStore {
    fn load<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<SecretString>> {
        let key = key.to_owned();
        Box::pin(self.blocking(move |store| Ok(store.read()?.remove(&key).map(SecretString::from))))
    }

    fn store<'a>(&'a self, key: &'a str, token: SecretString) -> StoreFuture<'a, ()> {
        let key = key.to_owned();
        Box::pin(self.blocking(move |store| {
            let mut tokens = store.read()?;
            tokens.insert(key, token.expose_secret().to_owned());
            store.write(&tokens)
        }))
    }

    fn lock<'a>(&'a self, _: &'a str) -> StoreFuture<'a, TokenLock> {
        Box::pin(async move {
            let file = self.blocking(Self::open_lock).await?;
            loop {
                match file.try_lock() {
                    Ok(()) => return Ok(Box::new(file) as TokenLock),
                    Err(TryLockError::WouldBlock) => tokio::time::sleep(POLL).await,
                    Err(TryLockError::Error(error)) => return Err(self.named(&error).into()),
                }
            }
        })
    }
}
