//! The connection: made again where it breaks.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config};

use crate::error::{Fault, Remedy};
use crate::options::Options;
use crate::tls::{TlsMode, connector};

/// How often a transaction is tried again that met a lock or a deadlock.
const MOST_CONFLICTS: u32 = 5;

/// A connection to a server.
pub(crate) struct Link {
    options: Options,
    client: Option<Client>,
}

impl Link {
    /// Connects.
    pub(crate) async fn open(options: Options) -> Result<Self, Fault> {
        let mut link = Self { options, client: None };
        link.client().await?;
        Ok(link)
    }

    /// The connection, made where there is none.
    pub(crate) async fn client(&mut self) -> Result<&Client, Fault> {
        let client = match self.client.take().filter(|client| !client.is_closed()) {
            Some(client) => client,
            None => connect(&self.options).await?,
        };
        Ok(self.client.insert(client))
    }

    /// Undoes the open transaction, or gives the connection up.
    pub(crate) async fn reset(&mut self) {
        let Some(client) = &self.client else { return };
        let undone = tokio::time::timeout(Duration::from_secs(5), client.batch_execute("ROLLBACK")).await;
        if !matches!(undone, Ok(Ok(()))) {
            self.client = None;
        }
    }
}

/// Connects, and drives the connection until the client is dropped.
async fn connect(options: &Options) -> Result<Client, Fault> {
    match options.mode {
        TlsMode::Disable => connect_with(options, TlsMode::Disable).await,
        TlsMode::Allow => match connect_with(options, TlsMode::Disable).await {
            // Without TLS, the server lets nobody in.
            Err(fault) if fault.is(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => {
                connect_with(options, TlsMode::Require).await
            }
            connected => connected,
        },
        mode => connect_with(options, mode).await,
    }
}

async fn connect_with(options: &Options, mode: TlsMode) -> Result<Client, Fault> {
    let mut config: Config = options.config.clone();
    config.ssl_mode(Options::ssl_mode(mode));
    let (client, connection) = config.connect(connector(mode, &options.roots, options.identity.as_ref())?).await?;
    tokio::spawn(async move {
        // What breaks it is returned by the call that is waiting.
        let _ = connection.await;
    });
    Ok(client)
}

/// How often and how long something is tried.
pub(crate) struct Tries {
    until: Instant,
    conflicts: u32,
    wait: Duration,
    pub(crate) is_first: bool,
}

impl Tries {
    pub(crate) fn new(patience: Duration) -> Self {
        Self { until: Instant::now() + patience, conflicts: 0, wait: Duration::from_millis(50), is_first: true }
    }

    /// Waits before the next try; returns the fault where there is none.
    pub(crate) async fn again(&mut self, link: &mut Link, fault: Fault) -> Result<(), Fault> {
        link.reset().await;
        let is_worth_it = match fault.remedy() {
            Remedy::None => false,
            Remedy::Again => self.conflicts < MOST_CONFLICTS,
            Remedy::Reconnect => Instant::now() < self.until,
        };
        if !is_worth_it {
            return Err(fault);
        }
        self.conflicts += u32::from(fault.remedy() == Remedy::Again);
        self.is_first = false;
        sleep(self.wait).await;
        self.wait = (self.wait * 2).min(Duration::from_secs(2));
        Ok(())
    }
}
