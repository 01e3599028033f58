//! An executor of a cluster.

use std::fmt;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::serde::{BallistaLogicalExtensionCodec, BallistaPhysicalExtensionCodec};
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use datafusion_proto::physical_plan::PhysicalExtensionCodec;
use declarest::{Client, Error, ErrorKind, Result, Source};

use crate::address::{host_and_port, scheduler_answers, to_listen_at};
use crate::logical::Logical;
use crate::node::Node;
use crate::physical::Physical;

/// An executor of a cluster: it requests the pages of its part of a query, and keeps the rows on disk until they are fetched.
#[must_use = "an executor does nothing until it is run"]
pub struct Executor {
    name: String,
    clients: Vec<Client>,
    bind: String,
    reachable_as: Option<String>,
    scheduler: String,
    wait: Duration,
    vcores: Option<usize>,
    work_dir: Option<PathBuf>,
    share_of: u32,
    logical: Arc<dyn LogicalExtensionCodec>,
    physical: Arc<dyn PhysicalExtensionCodec>,
}

/// An executor of a cluster, with a name that no other one has: see [`Executor`]. Errors name it.
pub fn executor(name: impl Into<String>) -> Executor {
    Executor {
        name: name.into(),
        clients: Vec::new(),
        bind: format!("{}:0", Ipv4Addr::LOCALHOST),
        reachable_as: None,
        scheduler: format!("{}:50050", Ipv4Addr::LOCALHOST),
        wait: Duration::from_secs(10),
        vcores: None,
        work_dir: None,
        share_of: 1,
        logical: Arc::new(BallistaLogicalExtensionCodec::default()),
        physical: Arc::new(BallistaPhysicalExtensionCodec::default()),
    }
}

impl Executor {
    /// Requests pages of this source. Call it for each that the scheduler has.
    ///
    /// Its secrets are those of this process, and need not be those of other nodes.
    pub fn source(mut self, source: &dyn Source) -> Self {
        self.clients.push(source.client().clone());
        self
    }

    /// Where it listens for those who fetch rows: other executors, and sessions. A host and a port; port 0 is a free one. Default:
    /// `127.0.0.1:0`, which other machines cannot reach. All who reach it can fetch the rows of all queries.
    pub fn bind(self, address: impl Into<String>) -> Self {
        Self { bind: address.into(), ..self }
    }

    /// The host by which others reach it. Default: that of [`bind`](Self::bind), or where this is every address of the machine, the one
    /// that its connection to the scheduler has.
    pub fn reachable_as(self, host: impl Into<String>) -> Self {
        Self { reachable_as: Some(host.into()), ..self }
    }

    /// The scheduler's address, as a host and a port. Default: `127.0.0.1:50050`.
    pub fn scheduler(self, address: impl Into<String>) -> Self {
        Self { scheduler: address.into(), ..self }
    }

    /// How long it waits for the scheduler to be there. Default: 10 seconds.
    pub fn wait_for_scheduler(self, time: Duration) -> Self {
        Self { wait: time, ..self }
    }

    /// How many parts of queries it works on at a time (at least one). Default: the machine's cores. No more than any of its clients has
    /// pages in flight, by its `concurrency`, which is shared out among the parts.
    pub fn vcores(self, count: usize) -> Self {
        Self { vcores: Some(count), ..self }
    }

    /// Where it keeps rows. Default: a folder in the system's place for temporary files, which is deleted when it ends.
    pub fn work_dir(self, folder: impl Into<PathBuf>) -> Self {
        Self { work_dir: Some(folder.into()), ..self }
    }

    /// Takes one of so many parts of the clients' declared rates and `concurrency`, as
    /// [`Client::share_of`](declarest::Client::share_of) does: give the number of executors. Default: 1, the whole.
    ///
    /// A share is fixed: executors that are gone leave theirs unused. The scheduler's few requests are not counted.
    pub fn share_of(self, executors: u32) -> Self {
        Self { share_of: executors, ..self }
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

    /// Runs it until the process is asked to end (Ctrl-C, SIGTERM), or it fails. On a runtime with several threads, as its work may
    /// hold one up.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) where there is no source, the name is none, or an address; [`Transport`](ErrorKind::Transport)
    /// where no scheduler answers, it cannot listen, or it fails.
    pub async fn run(self) -> Result<()> {
        let name = self.name;
        check(&name)?;
        let clients = self.clients.iter().map(|client| client.share_of(self.share_of)).collect();
        let cores = || thread::available_parallelism().map_or(1, usize::from);
        let node = Node::new(&name, clients)?.of_parts(self.vcores.unwrap_or_else(cores));
        let address = to_listen_at(&self.bind)?;
        let (scheduler_host, scheduler_port) = host_and_port(&self.scheduler)?;
        scheduler_answers(&self.scheduler, self.wait).await?;
        // The scheduler must know the port before it is bound.
        let listener = TcpListener::bind(address).and_then(|listener| listener.local_addr());
        let port = listener.map_err(|error| failed(&name, &format!("it cannot listen at {address}: {error}")))?.port();
        // Deleted when it is dropped.
        let temporary = match &self.work_dir {
            Some(_) => None,
            None => Some(tempfile::tempdir().map_err(|error| failed(&name, &error))?),
        };
        let work_dir = self.work_dir.as_deref().or(temporary.as_ref().map(tempfile::TempDir::path));
        let host = address.ip();
        let config = ExecutorProcessConfig {
            executor_id: name.clone(),
            bind_host: if host.is_ipv6() { format!("[{host}]") } else { host.to_string() },
            external_host: self.reachable_as.or_else(|| (!host.is_unspecified()).then(|| host.to_string())),
            port,
            scheduler_host: scheduler_host.to_owned(),
            scheduler_port,
            vcores: node.parts,
            task_scheduling_policy: TaskSchedulingPolicy::PullStaged,
            work_dir: work_dir.map(|folder| folder.to_string_lossy().into_owned()),
            override_logical_codec: Some(Arc::new(Logical::new(node.clone(), self.logical))),
            override_physical_codec: Some(Arc::new(Physical::new(node, self.physical))),
            ..ExecutorProcessConfig::default()
        };
        tracing::info!(executor = name, %host, port, "the executor listens");
        start_executor_process(Arc::new(config)).await.map_err(|error| failed(&name, &error))
    }
}

/// A name that errors can carry.
fn check(name: &str) -> Result<()> {
    if !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c)) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Config, format!("{name:?} cannot be the name of an executor"))
        .with_help("give it letters and digits of ASCII, `-`, `_`, `.` and `:`"))
}

fn failed(name: &str, error: &dyn fmt::Display) -> Error {
    Error::new(ErrorKind::Transport, format!("the executor `{name}` failed: {error}"))
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor")
            .field("name", &self.name)
            .field("clients", &self.clients)
            .field("bind", &self.bind)
            .field("scheduler", &self.scheduler)
            .field("vcores", &self.vcores)
            .field("work_dir", &self.work_dir)
            .field("share_of", &self.share_of)
            .finish_non_exhaustive()
    }
}
