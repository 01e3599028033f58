//! Declare a REST API as annotated structs: a typed client, checked at compile time, that keeps a database in step.
//!
//! # A source
//!
//! A module under [`source`](macro@source) declares an API, the structs in it under `#[resource(…)]` its resources. The macro
//! adds to the module a `Client`, its builder, and a request type for each resource:
//!
//! ```no_run
//! /// SonarQube-style analytics.
//! #[declarest::source(
//!     base_url = "https://api.example.com",
//!     auth = bearer(token = secret(user_token)),
//!     resource_defaults(
//!         primary_key = key,
//!         write_disposition = merge,
//!         rename_all = "camelCase",
//!         paginator = page_number(page_param = "p", limit_param = "ps", limit = 100, total_path = "paging.total"),
//!     ),
//! )]
//! pub mod analytics {
//!     /// A finding in a file.
//!     #[resource(
//!         name = issues, path = "/v1/issues/search", data_selector = "issues",
//!         params(severities: Option<String>),
//!     )]
//!     #[derive(Debug, Clone)]
//!     pub struct Issue {
//!         pub key: String,
//!         pub message: String,
//!         pub line: Option<u32>,
//!         pub creation_date: declarest::jiff::Timestamp,
//!         pub flows: declarest::Json,
//!     }
//! }
//!
//! #[tokio::main]
//! async fn main() -> declarest::Result<()> {
//!     let client = analytics::Client::builder().user_token("squ_…").build()?;
//!
//!     // Every row of every page,
//!     let blockers: Vec<analytics::Issue> = client.issues().severities("BLOCKER").await?;
//!
//!     // or row by row, with memory for a few pages,
//!     let mut issues = client.issues().page_size(500).concurrency(8).stream();
//!     while let Some(issue) = issues.next().await {
//!         println!("{}", issue?.message);
//!     }
//!
//!     // or into a database, again and again.
//!     let mut db = declarest::Sqlite::open("analytics.db")?;
//!     let report = client.sync(&mut db).await?;
//!     println!("{} blockers\n{report}", blockers.len());
//!     Ok(())
//! }
//! ```
//!
//! The words are those of dlt's `rest_api` source: source, resource, `data_selector`, paginator, `primary_key`, write
//! disposition. [`docs::reference`] lists all that a declaration can say, [`docs::cookbook`] has one for each style of API. A declaration with a mistake does not compile, and the
//! error points at the mistake; [`docs::checks`] says what is checked, and when.
//!
//! # Requests
//!
//! A fetch method makes a request and sends nothing. Awaited, a request gives a `Vec` of all rows; `.stream()` gives them one by
//! one, `.pages()` page by page, `.first_page()` the first page alone. The streams implement [`Stream`], and have a `next`
//! of their own for programs without the `futures` crates. Pages that can be known ahead are asked for `concurrency` at a time
//! (4 by default) and still handed over in order; otherwise the next page or two are on their way while a page is in use.
//!
//! A walk over pages ends when the latest total is reached, when the API says that there is no more, at an answer that `response_actions`
//! ignores, at the declared maximum, or, with page numbers and offsets, at an empty page. Ending short of the total is an error
//! ([`ErrorKind::Incomplete`]), unless the declared maximum ended it. So is a server that sends the same page again
//! ([`ErrorKind::PaginationLoop`]).
//!
//! # Syncs
//!
//! `client.sync(&mut destination)` reads all selected resources into a [`Destination`]. See [`SyncBuilder`] for what is
//! committed when and [`Sqlite`] for the tables. The [`SyncReport`] says for each resource how many rows were promised, came, and
//! were new or changed.
//!
//! # Verifications
//!
//! The compiler checks a declaration against itself, and against a recorded response where it has one. Whether the API is still as it
//! is declared, only the API can say: `client.verify()` reads the first page of each resource and reports every difference at
//! once, with what to do about it. In a test of your CI:
//!
//! ```no_run
//! # #[declarest::source(base_url = "https://api.example.com")]
//! # pub mod analytics {
//! #     #[resource(path = "/issues")]
//! #     pub struct Issue { pub key: String }
//! # }
//! # #[tokio::main]
//! # async fn main() -> declarest::Result<()> {
//! let report = analytics::Client::builder().build()?.verify().await?;
//! assert!(report.is_ok(), "{report}");
//! # Ok(())
//! # }
//! ```
//!
//! See [`VerifyBuilder`] for what is read, [`Difference`] for what is told.
//!
//! # Errors
//!
//! There is one [`Error`], with a [kind](Error::kind) to match on. It names resource, page and URL and says what to do. What may pass by
//! itself was tried again before: statuses as declared, connections that failed or broke, time-outs. See `retry` in
//! [`docs::reference`].
//!
//! # Secrets
//!
//! `secret(name)` in a declaration stands for a credential that the program gets elsewhere: from the builder's setter of that name, else
//! from the environment variable in upper case (`USER_TOKEN`), else from the file that the same variable with `_FILE` names. `build()`
//! lists all that are missing. An empty variable counts as unset, and trailing line breaks of a secret's file are dropped. No secret
//! appears in an error, a log, a `Debug`, a displayed URL or a database, and none is sent to an origin other than the base URL's and those
//! in `trust`, by a link or a redirect.
//!
//! # Features
//!
//! | feature | default | adds |
//! | --- | --- | --- |
//! | `sqlite` | yes | [`Sqlite`], with SQLite built in |
//! | `jsonpath` | yes | RFC 9535 queries as `data_selector`; plain paths do not need it |
//! | `brotli`, `zstd` | yes | bodies in these encodings; gzip is always read |
//! | `chrono` | no | fields, keys, cursors and params of `chrono`'s types |
//! | `openapi` | no | checks against OpenAPI files, and structs from them, at compile time |
//! | `progress` | no | `progress_bars()` for a sync on a terminal |
//!
//! Requests need a [tokio](https://docs.rs/tokio) runtime. What happens is told to [`tracing`](https://docs.rs/tracing): within spans
//! `source`, `resource` and, at debug level, `page` and `attempt`; retries as warnings.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod auth;
#[cfg(feature = "chrono")]
mod chrono;
mod client;
mod declare;
mod decode;
mod destination;
#[cfg(any(doc, doctest))]
pub mod docs;
mod error;
mod fetch;
mod fingerprint;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
#[path = "../../fuzz/runtime.rs"]
pub mod fuzz;
mod http;
mod incremental;
mod json;
pub mod paginate;
mod params;
mod printable;
mod schema;
mod sync;
mod text;
mod verify;

pub use declarest_macros::source;
pub use futures_core::Stream;
pub use jiff;
pub use secrecy::SecretString;

pub use self::declare::resource::Resource;
pub use self::destination::Destination;
#[cfg(feature = "sqlite")]
pub use self::destination::Sqlite;
pub use self::error::{BoxError, Error, ErrorKind, Result};
pub use self::fetch::request::{CollectRows, FirstPage, Page, PageStream, Request, RowStream};
pub use self::incremental::cursor::{CursorKind, CursorValue, Position, SliceableCursor};
pub use self::json::extra::Extra;
pub use self::json::raw::Json;
pub use self::paginate::EndReason;
pub use self::params::param::Param;
pub use self::schema::child_table::ChildRow;
pub use self::schema::column::{Column, ColumnType, Key};
pub use self::sync::SyncBuilder;
#[cfg(feature = "progress")]
pub use self::sync::progress::progress_bars;
pub use self::sync::progress::{Progress, Stage};
pub use self::sync::report::{ResourceReport, SyncReport};
pub use self::verify::{Difference, Location, ResourceVerification, VerifyBuilder, VerifyReport};

/// The README's program compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// What generated code is made of. Not for other programs: it changes with every version.
#[doc(hidden)]
pub mod __private {
    pub use std::option::Option::Some;
    pub use std::string::String;
    pub use std::vec::Vec;

    pub use serde;
    pub use serde::de::{Deserialize, Deserializer, Error as DeError, MapAccess};
    pub use serde::ser::{Serialize, Serializer};

    pub use crate::auth::credential::Credential;
    pub use crate::auth::custom::CustomAuthDef;
    pub use crate::auth::oauth2::{ClientAuth, OAuth2};
    pub use crate::auth::scheme::{ApiKeyLocation, Auth};
    pub use crate::client::resource_entry::ResourceEntry;
    pub use crate::client::source::{SourceDef, SourceParam};
    pub use crate::client::{Client, ClientBuilder};
    pub use crate::declare::parent::{ParentDef, ParentField};
    pub use crate::declare::process::yield_map;
    pub use crate::declare::resource::{
        Action, Method, MissingRows, On, OnBadRow, ResourceDef, ResponseAction, WriteDisposition,
    };
    pub use crate::http::retry::Retry;
    pub use crate::http::throttle::RateLimit;
    pub use crate::incremental::cursor::{Format, IncrementalDef, Lag};
    pub use crate::json::path::Step;
    pub use crate::params::body::{DataDef, JsonDef};
    pub use crate::params::param::Segment;
    pub use crate::schema::cell::ColumnReader;
    pub use crate::schema::child_table::{ChildRows, ChildTableDef};
    pub use crate::schema::column::ColumnDef;
    pub use crate::schema::object::{FieldKeys, FieldNames, Object, field_json, object, required_json, skip};
    pub use crate::schema::row::Row;
    pub use crate::schema::text_enum::{TextEnum, text_enum};
    pub use crate::schema::verbatim::{NotVerbatim, OptionalVerbatim, RawText, Verbatim, text_enum_verbatim};

    /// The options of the language, for editors to choose from.
    #[cfg(rust_analyzer)]
    pub mod options {
        declarest_macros::__options!();
    }

    /// Compiles for types that can be a key.
    pub const fn key<T: crate::Key>() {}

    /// Compiles for types that can be the cursor of a windowed resource.
    pub const fn sliceable<T: crate::SliceableCursor>() {}
}
