//! The processes of a cluster.

use std::env;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use datafusion::prelude::SessionContext;
use declarest::Source;
use declarest_tests::block_until;
use declarest_tests::killed::Process;

use crate::api::{Api, TOKEN, newer, shop};

/// The program: this test, in a process that a test below has started.
#[tokio::test(flavor = "multi_thread")]
async fn a_node() {
    let [Ok(name), Ok(base_url), Ok(scheduler), Ok(bind)] =
        ["NAME", "API", "SCHEDULER", "BIND"].map(|variable| env::var(format!("NODE_{variable}")))
    else {
        return;
    };
    // Its token is that of its environment.
    let (current, next) = (shop::Client::builder(), newer::shop::Client::builder());
    let rate = env::var("NODE_RATE").ok().map(|rate| rate.parse().expect("a number"));
    let current = rate.into_iter().fold(current, |builder, rate| builder.rate_limit(rate, Duration::from_secs(1)));
    let current = current.base_url(&base_url).user_agent(&name).build().expect("a client");
    let next = next.base_url(&base_url).user_agent(&name).build().expect("a client");
    let source: &dyn Source = if env::var("NODE_NEWER").is_ok() { &next } else { &current };
    let ran = if name == "scheduler" {
        declarest_ballista::scheduler().source(source).bind(bind).executor_timeout(Duration::ZERO).run().await
    } else {
        let executor = declarest_ballista::executor(name).source(source).scheduler(scheduler).bind(bind).vcores(2);
        executor.share_of(if rate.is_some() { 2 } else { 1 }).run().await
    };
    ran.expect("it runs until it is killed");
}

/// How a node is started.
#[derive(Clone, Copy, Default)]
pub(crate) struct Setup {
    pub(crate) token: Option<&'static str>,
    /// The scheduler's.
    pub(crate) planning_token: Option<&'static str>,
    pub(crate) is_newer: bool,
    /// Requests a second, which both executors share.
    pub(crate) rate: Option<u32>,
}

/// A scheduler and two executors. Dropped, they are killed.
pub(crate) struct Cluster {
    scheduler: String,
    base_url: String,
    pub(crate) executors: Vec<Process>,
    _scheduler: Process,
}

impl Cluster {
    /// A cluster whose nodes are alike.
    pub(crate) fn start(api: &Api) -> Self {
        Self::start_with(api, Setup::default())
    }

    /// A cluster of which one node is set up like this: the second executor, or where it says so, others.
    pub(crate) fn start_with(api: &Api, second: Setup) -> Self {
        let base_url = api.server.base_url();
        let scheduler = free_address();
        let node = |name: &str, bind: &str, setup: &Setup| start(name, bind, &scheduler, &base_url, setup);
        let planning = Setup { token: second.planning_token, ..Setup::default() };
        let process = node("scheduler", &scheduler, &planning);
        let [one, two] = [free_address(), free_address()];
        let first = Setup { rate: second.rate, ..Setup::default() };
        let executors = vec![node("executor-1", &one, &first), node("executor-2", &two, &second)];
        // Each asks for work before it listens.
        block_until("the nodes are there", || {
            [&scheduler, &one, &two].iter().all(|node| TcpStream::connect(node).is_ok())
        });
        Self { scheduler, base_url, executors, _scheduler: process }
    }

    /// A session, whose queries have at most this many parts.
    pub(crate) async fn session(&self, partitions: usize) -> SessionContext {
        let client = shop::Client::builder().base_url(&self.base_url).shop_token("none").user_agent("session").build();
        let client = client.expect("a client");
        let session = declarest_ballista::session().source(&client).scheduler(&self.scheduler).partitions(partitions);
        session.connect().await.expect("a session")
    }
}

fn start(name: &str, bind: &str, scheduler: &str, base_url: &str, setup: &Setup) -> Process {
    let mut command = Command::new(env::current_exe().expect("this program"));
    command.args(["--exact", "process::a_node", "--nocapture"]).stdout(Stdio::null());
    command.env("NODE_NAME", name).env("NODE_BIND", bind).env("NODE_SCHEDULER", scheduler).env("NODE_API", base_url);
    command.env("SHOP_TOKEN", setup.token.unwrap_or(TOKEN));
    if setup.is_newer {
        command.env("NODE_NEWER", "1");
    }
    if let Some(rate) = setup.rate {
        command.env("NODE_RATE", rate.to_string());
    }
    Process(command.spawn().expect("this program"))
}

pub(crate) fn free_address() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    listener.expect("a free port").to_string()
}
