//! SQL over declared REST APIs on a [Ballista](https://datafusion.apache.org/ballista/) cluster: one query, its pages requested by
//! several machines.
//!
//! Ballista's programs know no declaration, so a cluster is made of your own: [`scheduler()`], [`executor()`] and [`session()`] take the
//! clients, and each is a line of a `main`.
//!
//! ```no_run
//! /// SonarQube-style analytics.
//! #[declarest::source(base_url = "https://api.example.com", auth = bearer(token = secret(user_token)), rate_limit = "10/s")]
//! pub mod analytics {
//!     /// A finding in a file.
//!     #[resource(name = issues, path = "/v1/issues/search", data_selector = "issues", primary_key = key)]
//!     pub struct Issue {
//!         pub key: String,
//!         pub severity: String,
//!     }
//! }
//!
//! # async fn cluster(role: &str) -> Result<(), Box<dyn std::error::Error>> {
//! // The same client in each program: of the token, each reads its own environment.
//! let client = analytics::Client::builder().build()?;
//! match role {
//!     "scheduler" => declarest_ballista::scheduler().source(&client).bind("10.0.0.1:50050").run().await?,
//!     "executor" => {
//!         let executor = declarest_ballista::executor("executor-1").source(&client).scheduler("10.0.0.1:50050");
//!         // Two executors share the declared rate.
//!         executor.bind("10.0.0.2:50051").share_of(2).run().await?;
//!     }
//!     _ => {
//!         let session = declarest_ballista::session().source(&client).scheduler("10.0.0.1:50050").connect().await?;
//!         session.sql("select severity, count(*) from analytics.issues group by severity").await?.show().await?;
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! # What a query does
//!
//! The session sends the query to the scheduler, which plans it: where a plan depends on how many rows there are, it requests the
//! first page. The executors request the pages, each those of its part of the work, and the session fetches the result from them.
//!
//! - **Rows**: what one machine would return, as long as the API's rows stay as they are. A page that moves while two executors
//!   read (a row is inserted) is noticed by neither: where that matters, sync the resource first.
//! - **Failures**: when an executor dies, the scheduler notices it after [`executor_timeout`](Scheduler::executor_timeout), and
//!   another one requests the dead one's pages again. A read may thus be repeated; a declaration only reads. An error of the API is
//!   not repeated by the scheduler: the client has done so. [`NodeError::find`] says of what kind it is, and on which node.
//! - **Files**: `copy (select …) to '/lake/issues/' stored as parquet` writes the rows of an API without the session having them, where
//!   one of the executors has that folder: give them the same disk.
//! - **Joins** are as on one machine, but for a param that only a join gives a value to (a parent's row): it is refused.
//! - **Limits** are kept by each process for itself: [`share_of`](Executor::share_of) divides them.
//! - **Secrets** are in no plan. Each node's client has its own.
//! - **Declarations** must be the same everywhere, as must the base URL and the client's params: a plan carries their
//!   [fingerprints](declarest::Client::fingerprint), and a node with others refuses it. Give all nodes the same version of this
//!   crate, too.
//!
//! The ports of all nodes are open to everybody who reaches them, as Ballista has no authentication: see `SECURITY.md`. The default
//! is this machine alone.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod address;
mod executor;
mod logical;
mod named_scan;
mod named_table;
mod node;
mod node_error;
mod physical;
#[cfg(test)]
mod plan_tests;
mod scheduler;
mod seal;
mod session;

pub use self::executor::{Executor, executor};
pub use self::node_error::NodeError;
pub use self::scheduler::{Scheduler, scheduler};
pub use self::session::{Session, session};
