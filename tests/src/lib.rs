//! What the tests share: a server on loopback that does what it is told, rows for it to serve, databases in
//! directories of their own.
#![expect(clippy::missing_panics_doc, reason = "a fixture that cannot do its work fails the test, here and now")]
#![expect(clippy::must_use_candidate, reason = "said of each getter, it would say nothing")]

mod database;
pub mod faults;
mod forward_proxy;
mod full;
pub mod killed;
mod listed;
mod listing;
mod log;
mod logged;
mod nobody;
mod reply;
mod request;
mod running;
mod server;
pub mod suite;
mod until;

pub use database::Database;
pub use forward_proxy::ForwardProxy;
pub use full::Full;
pub use listed::{list, serve};
pub use listing::{Listing, row};
pub use log::Log;
pub use logged::Logged;
pub use nobody::Nobody;
pub use reply::{Reply, Step};
pub use request::Request;
pub use running::Running;
pub use server::Server;
pub use tracing_subscriber::filter::LevelFilter;
pub use until::{block_until, until};
