//! A session: where queries are written, and their results read.

use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use ballista_core::extension::{SessionConfigExt as _, SessionStateExt as _};
use ballista_core::serde::{BallistaLogicalExtensionCodec, BallistaPhysicalExtensionCodec};
use datafusion::common::DataFusionError;
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use datafusion_proto::physical_plan::PhysicalExtensionCodec;
use declarest::{Client, Error, ErrorKind, Result, Source};

use crate::address::scheduler_answers;
use crate::logical::Logical;
use crate::node::Node;
use crate::physical::Physical;

/// A session of a cluster: a [`SessionContext`] of `DataFusion` whose queries the cluster runs.
#[must_use = "a session does nothing until it is connected"]
pub struct Session {
    clients: Vec<Client>,
    scheduler: String,
    wait: Duration,
    partitions: Option<usize>,
    logical: Arc<dyn LogicalExtensionCodec>,
    physical: Arc<dyn PhysicalExtensionCodec>,
}

/// A session of a cluster: see [`Session`].
pub fn session() -> Session {
    Session {
        clients: Vec::new(),
        scheduler: format!("{}:50050", Ipv4Addr::LOCALHOST),
        wait: Duration::from_secs(10),
        partitions: None,
        logical: Arc::new(BallistaLogicalExtensionCodec::default()),
        physical: Arc::new(BallistaPhysicalExtensionCodec::default()),
    }
}

impl Session {
    /// Makes this source's resources tables, in a schema of its name. Call it for each.
    ///
    /// The client sends nothing: the cluster's nodes do, with their own. What its secrets are does not matter.
    pub fn source(mut self, source: &dyn Source) -> Self {
        self.clients.push(source.client().clone());
        self
    }

    /// The scheduler's address, as a host and a port. Default: `127.0.0.1:50050`.
    pub fn scheduler(self, address: impl Into<String>) -> Self {
        Self { scheduler: address.into(), ..self }
    }

    /// How long [`connect`](Self::connect) waits for the scheduler to be there. Default: 10 seconds.
    pub fn wait_for_scheduler(self, time: Duration) -> Self {
        Self { wait: time, ..self }
    }

    /// Into how many parts a query's work is divided, at most (at least 1). Default: 16, as with Ballista. Where an executor dies, the
    /// parts that it had are done again.
    pub fn partitions(self, count: usize) -> Self {
        Self { partitions: Some(count.max(1)), ..self }
    }

    /// Reads and writes other extensions of logical plans with this. Default: Ballista's own. A node has one such codec, so those of
    /// several crates wrap each other.
    pub fn logical_codec(self, codec: Arc<dyn LogicalExtensionCodec>) -> Self {
        Self { logical: codec, ..self }
    }

    /// The same for physical plans.
    pub fn physical_codec(self, codec: Arc<dyn PhysicalExtensionCodec>) -> Self {
        Self { physical: codec, ..self }
    }

    /// Makes the session, and sees that the scheduler is there.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) where there is no source, or the address is none; [`Transport`](ErrorKind::Transport) where no
    /// scheduler answers.
    pub async fn connect(self) -> Result<SessionContext> {
        let node = Node::new("session", self.clients)?;
        scheduler_answers(&self.scheduler, self.wait).await?;
        let mut config = SessionConfig::new_with_ballista()
            .with_ballista_logical_extension_codec(Arc::new(Logical::new(node.clone(), self.logical)))
            .with_ballista_physical_extension_codec(Arc::new(Physical::new(node.clone(), self.physical)));
        if let Some(count) = self.partitions {
            config = config.with_target_partitions(count);
        }
        let state = SessionStateBuilder::new().with_config(config).with_default_features().build();
        let state = state.upgrade_for_ballista(format!("http://{}", self.scheduler)).map_err(|error| failed(&error))?;
        let session = SessionContext::new_with_state(state);
        for client in node.clients() {
            declarest_datafusion::register(&session, client).map_err(|error| failed(&error))?;
        }
        Ok(session)
    }
}

fn failed(error: &DataFusionError) -> Error {
    Error::new(ErrorKind::Config, format!("the session cannot be made: {error}"))
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("clients", &self.clients)
            .field("scheduler", &self.scheduler)
            .field("partitions", &self.partitions)
            .finish_non_exhaustive()
    }
}
