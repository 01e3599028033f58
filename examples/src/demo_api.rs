//! A SonarQube-style analytics API on loopback, over a bundled set of real rows.
//!
//! It accepts, refuses and words its errors as `SonarQube` does:
//!
//! | path | rows at | total at |
//! | --- | --- | --- |
//! | `/v1/components/search` | `components` | `paging.total` |
//! | `/v1/issues/search` | `issues` | `paging.total`, and `total` |
//! | `/v1/metrics/search` | `metrics` | `total`, after the rows |
//!
//! The parameters of a page are `p` (from 1) and `ps` (default 100, at most 500). Issues can be narrowed by
//! `createdAfter` (inclusive), `createdBefore` (exclusive; a plain date means the end of that day), `severities`,
//! `types` and `statuses`, and are sorted by `s` (`CREATION_DATE` or `UPDATE_DATE`) and `asc` (default `true`). Every request
//! needs the bearer token.
//!
//! ```
//! use declarest_examples::demo_api::{DemoApi, Options, Resource};
//!
//! let server = DemoApi::new(Options { window: Some(10_000), ..Options::default() }).start(None)?;
//! assert!(server.base_url().starts_with("http://127.0.0.1:"));
//! assert_eq!(Resource::Issues.rows().len(), 17_366);
//! # Ok::<(), std::io::Error>(())
//! ```

mod data;
mod date;
mod error;
mod faults;
mod filter;
mod gzip;
mod log;
mod page;
mod rate;
mod routes;
mod server;
mod sort;

pub use data::Resource;
pub use faults::Faults;
pub use log::Request;
pub use rate::Rate;
pub use server::{DemoApi, Server};

/// How the server behaves. The default is a well-behaved one that serves the whole data set.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Options {
    /// The bearer token that requests must carry. Default: [`Options::TOKEN`].
    pub token: String,
    /// Respond with 403 even to the right token, as to a user who lacks the permission.
    pub forbid: bool,
    /// The largest `ps` that is accepted. Default: 500.
    pub max_page_size: u32,
    /// Refuse pages of components and issues unless `p * ps` is within this. `SonarQube`'s own window is 10 000; default: none.
    pub window: Option<u64>,
    /// Report no total above the window, as the cloud does; the server itself reports the true one.
    pub clamp_total: bool,
    /// Serve this many issues. Those past the data set are its rows again, each under a key of its own.
    pub issues: Option<usize>,
    /// Compress responses for clients that accept gzip. Off by default: it costs more than all the rest.
    pub gzip: bool,
    /// Keep a [log](Server::requests) of all requests. On by default, for tests; it grows with every request.
    pub log: bool,
    /// The faults.
    pub faults: Faults,
}

impl Options {
    /// The default token.
    pub const TOKEN: &str = "squ_demo";
}

impl Default for Options {
    fn default() -> Self {
        Self {
            token: Self::TOKEN.to_owned(),
            forbid: false,
            max_page_size: 500,
            window: None,
            clamp_total: false,
            issues: None,
            gzip: false,
            log: true,
            faults: Faults::default(),
        }
    }
}
