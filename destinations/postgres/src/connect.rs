//! Connecting: a connection string, and what it leaves open.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;

use declarest::{Result, SecretString};

use crate::link::Link;
use crate::options::Options;
use crate::postgres::Postgres;

/// A connection that is about to be made: `.await` it. Made by [`Postgres::connect`].
#[must_use = "nothing is connected before it is awaited"]
pub struct Connect {
    pub(crate) url: SecretString,
    pub(crate) password: Option<SecretString>,
}

impl Connect {
    /// The password. It goes before all others: that of the URL, `PGPASSWORD`, the password file.
    pub fn password(mut self, password: impl Into<SecretString>) -> Self {
        self.password = Some(password.into());
        self
    }

    async fn open(self) -> Result<Postgres> {
        use secrecy::ExposeSecret as _;
        let explained = |place: &str| {
            let place = place.to_owned();
            move |fault: crate::error::Fault| fault.explain(&place)
        };
        let variable = |name: &str| std::env::var_os(name);
        let mut options = Options::parse(self.url.expose_secret(), variable).map_err(explained("Postgres"))?;
        if let Some(password) = &self.password {
            options.set_password(password);
        }
        options.find_password(variable).map_err(explained("Postgres"))?;
        let place = options.place();
        let link = Link::open(options).await.map_err(explained(&place))?;
        Ok(Postgres::new(link, place))
    }
}

impl IntoFuture for Connect {
    type Output = Result<Postgres>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.open())
    }
}

impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect").finish_non_exhaustive()
    }
}
