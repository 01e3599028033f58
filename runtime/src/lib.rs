//! Generate a typed, compile-time-checked REST client from annotated structs, and sync the API into SQLite.
//!
//! # A source
//!
//! [`source`](macro@source) on a module declares an API; `#[resource(…)]` on a struct in it declares a resource. The
//! macro adds a `Client`, its builder, and a request type for each resource:
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
//!     // All rows of all pages,
//!     let blockers: Vec<analytics::Issue> = client.issues().severities("BLOCKER").await?;
//!
//!     // or row by row, in the memory of a few pages,
//!     let mut issues = client.issues().page_size(500).concurrency(8).stream();
//!     while let Some(issue) = issues.next().await {
//!         println!("{}", issue?.message);
//!     }
//!
//!     // or into a database; the next run resumes or updates it.
//!     let mut db = declarest::Sqlite::open("analytics.db")?;
//!     let report = client.sync(&mut db).await?;
//!     println!("{} blockers\n{report}", blockers.len());
//!     Ok(())
//! }
//! ```
#![doc = ""]
#![doc = include_str!("docs/overview.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod auth;
#[cfg(feature = "chrono")]
mod chrono;
mod client;
#[cfg(feature = "conformance")]
pub mod conformance;
mod declare;
mod decode;
pub mod destination;
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
pub use reqwest;
pub use secrecy::SecretString;

pub use self::client::Client;
pub use self::declare::filter::{FilterOperator, ParamFilter};
pub use self::declare::param::{ListStyle, ParamDef, ParamPlace, ParentColumn};
pub use self::declare::resource::Resource;
pub use self::declare::resource_name::ResourceName;
pub use self::declare::sort::SortDef;
pub use self::destination::Destination;
#[cfg(feature = "sqlite")]
pub use self::destination::Sqlite;
pub use self::destination::Tee;
pub use self::error::{BoxError, Error, ErrorKind, Result};
pub use self::fetch::batch_stream::BatchStream;
pub use self::fetch::planned_request::PlannedRequest;
pub use self::fetch::request::Request;
pub use self::fetch::scan::Scan;
pub use self::fetch::scan_pages::{Extent, Paging};
pub use self::fetch::source::Source;
pub use self::fetch::stats::FetchStats;
pub use self::fetch::streams::{CollectRows, CollectWithStats, FirstPage, PageStream, RowStream};
pub use self::fetch::typed_page::Page;
pub use self::http::retry_policy::RetryPolicy;
pub use self::http::stats::Waits;
pub use self::incremental::cursor::{CursorKind, CursorValue, Position, SliceableCursor};
pub use self::incremental::cursor_range::CursorRange;
pub use self::json::extra::Extra;
pub use self::json::raw::Json;
pub use self::paginate::EndReason;
pub use self::params::optional::IntoParam;
pub use self::params::param::Param;
pub use self::schema::batch::{Batch, ChildBatch, RowRef};
pub use self::schema::child_table::ChildRow;
pub use self::schema::column::{Column, ColumnType, Key};
pub use self::schema::column_ref::{ColumnRef, ColumnValues};
pub use self::schema::table::{ChildSchema, ColumnSchema, Deleted, TableSchema, WriteDisposition};
pub use self::schema::texts::Texts;
pub use self::schema::value::ColumnValue;
pub use self::sync::SyncBuilder;
#[cfg(feature = "progress")]
pub use self::sync::progress::progress_bars;
pub use self::sync::progress::{Progress, Stage};
pub use self::sync::report::{LeftOut, ResourceReport, SyncReport};
pub use self::verify::{Difference, Location, ResourceVerification, VerifyBuilder, VerifyReport};

#[doc(hidden)]
#[deprecated(note = "renamed to `EndReason`")]
pub type End = EndReason;
#[doc(hidden)]
#[deprecated(note = "renamed to `Location`")]
pub type Occurrence = Location;

/// The README's programs compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// For generated code alone: it changes with every version.
#[doc(hidden)]
pub mod __private {
    pub use std::option::Option::{None, Some};
    pub use std::string::String;
    pub use std::vec::Vec;

    pub use serde;
    pub use serde::de::{Deserialize, Deserializer, Error as DeError, MapAccess};
    pub use serde::ser::{Serialize, Serializer};

    pub use crate::__client_settings as client_settings;
    pub use crate::__request as request;
    pub use crate::auth::credential::Credential;
    pub use crate::auth::custom::CustomAuthDef;
    pub use crate::auth::oauth2::{Algorithm, ClientAuth, Grant, JwtBearer, OAuth2, RefreshToken, RequestFormat};
    pub use crate::auth::scheme::{ApiKeyLocation, Auth};
    pub use crate::auth::session::SessionToken;
    pub use crate::auth::token_place::TokenPlace;
    pub use crate::client::ClientBuilder;
    pub use crate::client::resource_entry::ResourceEntry;
    pub use crate::client::source::SourceDef;
    pub use crate::client::source_param::SourceParam;
    pub use crate::declare::bound::bound;
    pub use crate::declare::filter::{FilterOperator, ParamFilter, filter_fits};
    pub use crate::declare::format::{BodyFormat, CellDef, CsvDef};
    pub use crate::declare::lag::lag_param;
    pub use crate::declare::made_rows::{MadeRows, RowsFault, made_rows};
    pub use crate::declare::page_size::page_size_param;
    pub use crate::declare::param::{ParamDef, ParamPlace};
    pub use crate::declare::parent::{ParentDef, ParentField};
    pub use crate::declare::partition::{PartitionDef, PartitionValues};
    pub use crate::declare::process::{Processing, filter_rows, map_rows, yield_map, yield_map_with, yield_rows};
    pub use crate::declare::resource::{Action, Method, MissingRows, On, OnBadRow, ResourceDef, ResponseAction};
    pub use crate::declare::sort::{SortDef, sort_fits};
    pub use crate::declare::written_time::{TimeSource, WrittenTime};
    pub use crate::fetch::generated::{SentPageSize, request, set, set_optional, set_path};
    pub use crate::http::retry::Retry;
    pub use crate::http::throttle::RateLimit;
    pub use crate::incremental::cursor::{
        Format, IncrementalDef, Lag, MissingCursor, Order, Positions, RangeColumns, RangeEnd, RangeStep,
    };
    pub use crate::incremental::setting::{FromNow, Point, Setting};
    pub use crate::incremental::zone::ZoneDef;
    pub use crate::json::path::Step;
    pub use crate::paginate::{Advance, MissingFlag, Repeated};
    pub use crate::params::body::{DataDef, JsonDef};
    pub use crate::params::optional::{Items, OneOrItems, OneOrTexts, Text, Texts, Value};
    pub use crate::params::param::{ParamType, Segment, UntypedParam};
    pub use crate::params::read_param::{ReadTexts, moment_param, read_list, read_one, text_param};
    pub use crate::params::secret_text::SecretText;
    pub use crate::params::step_params::{MakeStepParams, StepParams, StepValues, params_of, step_params};
    pub use crate::params::written_time::written_time_param;
    pub use crate::schema::beside_extra::BesideExtra;
    pub use crate::schema::child_table::{ChildRows, ChildTableDef};
    pub use crate::schema::column::ColumnDef;
    pub use crate::schema::epoch::{EpochUnit, epoch_micros, epoch_millis, epoch_seconds, field_epoch};
    pub use crate::schema::object::{FieldKeys, FieldNames, Object, field_json, object, required_json, skip};
    pub use crate::schema::reader::ColumnReader;
    pub use crate::schema::row::Row;
    pub use crate::schema::table::{Deleted, WriteDisposition};
    pub use crate::schema::text_enum::{TextEnum, is_other, text_enum};
    pub use crate::schema::verbatim::{NotVerbatim, OptionalVerbatim, RawText, Verbatim, text_enum_verbatim};

    /// The options of the language, for editors to choose from.
    #[cfg(rust_analyzer)]
    pub mod options {
        declarest_macros::__options!();
    }

    /// Compiles for types that can be a key.
    pub const fn key<T: crate::Key>() {}

    /// Compiles for types that can be the cursor of a resource that is read in slices.
    pub const fn sliceable<T: crate::SliceableCursor>() {}
}
