//! The scheduler of a cluster.

use std::fmt;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::error::BallistaError;
use ballista_core::extension::SessionConfigExt as _;
use ballista_core::serde::{BallistaLogicalExtensionCodec, BallistaPhysicalExtensionCodec};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::{SchedulerConfig, TaskDistributionPolicy};
use ballista_scheduler::scheduler_process::{create_scheduler, start_grpc_service_with_listener};
use datafusion::prelude::SessionConfig;
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use datafusion_proto::physical_plan::PhysicalExtensionCodec;
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use declarest::{Client, Error, ErrorKind, Result, Source};
use declarest_datafusion::Options;
use tokio::sync::oneshot;

use crate::address::to_listen_at;
use crate::logical::Logical;
use crate::node::Node;
use crate::physical::Physical;

/// What it is called in errors.
const NAME: &str = "scheduler";

/// Plans are walked by recursion, as deep as a query is nested: Ballista's own program has as much.
const STACK: usize = 32 << 20;

/// The scheduler of a cluster: it plans queries and hands out the work. One for each cluster; what it knows is in its memory.
///
/// Its client sends requests, too: where a plan depends on how many rows there are, the first page's.
#[must_use = "a scheduler does nothing until it is run"]
pub struct Scheduler {
    clients: Vec<Client>,
    bind: String,
    executor_timeout: Duration,
    logical: Arc<dyn LogicalExtensionCodec>,
    physical: Arc<dyn PhysicalExtensionCodec>,
}

/// The scheduler of a cluster: see [`Scheduler`].
pub fn scheduler() -> Scheduler {
    Scheduler {
        clients: Vec::new(),
        bind: format!("{}:50050", Ipv4Addr::LOCALHOST),
        executor_timeout: Duration::from_mins(3),
        logical: Arc::new(BallistaLogicalExtensionCodec::default()),
        physical: Arc::new(BallistaPhysicalExtensionCodec::default()),
    }
}

impl Scheduler {
    /// Plans queries of this source. Call it for each.
    pub fn source(mut self, source: &dyn Source) -> Self {
        self.clients.push(source.client().clone());
        self
    }

    /// Where it listens, as a host and a port. Default: `127.0.0.1:50050`, which other machines cannot reach. All who reach it can
    /// run queries with this cluster's secrets.
    pub fn bind(self, address: impl Into<String>) -> Self {
        Self { bind: address.into(), ..self }
    }

    /// How long an executor may be silent before its work is given to others. Default: 3 minutes; less than 10 seconds counts as
    /// that, as an executor that is busy is heard of every 5 seconds.
    pub fn executor_timeout(self, time: Duration) -> Self {
        Self { executor_timeout: time.max(Duration::from_secs(10)), ..self }
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

    /// Runs it until it fails. Dropped, it ends.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) where there is no source, or the address is none; [`Transport`](ErrorKind::Transport) where it
    /// cannot listen there, or fails.
    pub async fn run(self) -> Result<()> {
        let address = to_listen_at(&self.bind)?;
        Node::new(NAME, self.clients.clone())?;
        let listener = TcpListener::bind(address).map_err(|error| {
            let message = format!("the scheduler cannot listen at {address}: {error}");
            Error::new(ErrorKind::Transport, message)
                .with_help("give it another address: `.bind(…)`")
                .with_source(error)
        })?;
        self.run_on(listener).await
    }

    /// The same with a listener, which is used instead of [`bind`](Self::bind).
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn run_on(self, listener: TcpListener) -> Result<()> {
        let node = Node::new(NAME, self.clients)?;
        let address = listener.local_addr().map_err(|error| failed(&error))?;
        listener.set_nonblocking(true).map_err(|error| failed(&error))?;
        let config = SchedulerConfig {
            bind_host: address.ip().to_string(),
            external_host: address.ip().to_string(),
            bind_port: address.port(),
            // An executor that cannot read a plan says why only where it asks for work. It listens at one port less, too.
            scheduling_policy: TaskSchedulingPolicy::PullStaged,
            // Of the work of one query, each executor gets as much.
            task_distribution: TaskDistributionPolicy::RoundRobin,
            executor_timeout_seconds: self.executor_timeout.as_secs(),
            expire_dead_executor_interval_seconds: 1,
            no_executors_grace_period_seconds: self.executor_timeout.as_secs(),
            override_config_producer: Some(Arc::new(planning)),
            override_logical_codec: Some(Arc::new(Logical::new(node.clone(), self.logical))),
            override_physical_codec: Some(Arc::new(Physical::new(node, self.physical))),
            ..SchedulerConfig::default()
        };
        let (ended, end) = oneshot::channel();
        // Dropped with the future.
        let (_running, mut stopped) = oneshot::channel::<()>();
        let thread = thread::Builder::new().name("ballista-scheduler".to_owned()).stack_size(STACK);
        let spawned = thread.spawn(move || {
            let outcome = on_large_stacks(async {
                tokio::select! {
                    outcome = serve(config, listener) => outcome,
                    _ = &mut stopped => Ok(()),
                }
            });
            // Nobody may be waiting any more.
            drop(ended.send(outcome));
        });
        spawned.map_err(|error| failed(&error))?;
        tracing::info!(%address, "the scheduler listens");
        end.await.map_err(|error| failed(&error))?
    }
}

/// How queries are planned.
fn planning() -> SessionConfig {
    let mut options = Options::default();
    options.distributed = true;
    SessionConfig::new_with_ballista().with_option_extension(options)
}

/// Runs this on a runtime of its own.
fn on_large_stacks(serve: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build();
    let runtime = runtime.map_err(|error| failed(&error))?;
    let outcome = runtime.block_on(serve);
    runtime.shutdown_background();
    outcome
}

async fn serve(config: SchedulerConfig, listener: TcpListener) -> Result<()> {
    let serve = async {
        let cluster = BallistaCluster::new_from_config(&config).await?;
        let scheduler = create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(cluster, Arc::new(config)).await?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        start_grpc_service_with_listener(listener, scheduler).await
    };
    serve.await.map_err(|error: BallistaError| failed(&error))
}

fn failed(error: &dyn fmt::Display) -> Error {
    Error::new(ErrorKind::Transport, format!("the scheduler failed: {error}"))
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler")
            .field("clients", &self.clients)
            .field("bind", &self.bind)
            .field("executor_timeout", &self.executor_timeout)
            .finish_non_exhaustive()
    }
}
