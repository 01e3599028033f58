//! Rows of declared REST APIs as Arrow record batches, and as Parquet files.
//!
//! [`RecordBatches`] reads a declared resource as a stream of record batches, for Polars, `DuckDB`, `DataFusion` and others:
//!
//! ```no_run
//! use declarest_arrow::RecordBatches as _;
//!
//! /// Posts.
//! #[declarest::source(base_url = "https://api.example.com", auth = none)]
//! mod blog {
//!     /// A post.
//!     #[resource(name = posts, path = "/posts", primary_key = id)]
//!     pub(crate) struct Post {
//!         pub(crate) id: i64,
//!         pub(crate) title: String,
//!     }
//! }
//!
//! # async fn read() -> declarest::Result<()> {
//! let client = blog::Client::builder().build()?;
//! let mut batches = client.scan("posts")?.record_batches();
//! while let Some(batch) = batches.next().await {
//!     println!("{} rows", batch?.num_rows());
//! }
//! # Ok(()) }
//! ```
//!
//! [`Parquet`] (feature `parquet`, on by default) is a destination of syncs: tables of Parquet files in a folder or an object store.
//!
//! [`ArrowTable`] makes record batches of any pages, and [`arrow_schema`](fn@arrow_schema) the schema of a table.
//!
//! # Types
//!
//! | field | Arrow |
//! | --- | --- |
//! | `bool` | `Boolean` |
//! | integers but `u64` | `Int64` |
//! | `u64` | `UInt64`, or `Decimal128(20, 0)`: see [`Unsigned`] |
//! | `f32`, `f64` | `Float64` |
//! | `String`, enums of texts | `Utf8` |
//! | `jiff::Timestamp` | `Timestamp(µs, "UTC")` |
//! | `jiff::civil::Date`, `Time`, `DateTime` | `Date32`, `Time64(µs)`, `Timestamp(µs)` |
//! | `declarest::Json`, lists, maps, nested structs | `Utf8`, marked as the extension type `arrow.json` |
//!
//! A field that is never absent is not nullable. A time with nanoseconds, which microseconds cannot hold, is an error, never
//! another value; `truncate_times` cuts it.
//!
//! The types in this crate's public functions are those of arrow 59.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod columns;
#[cfg(feature = "parquet")]
mod parquet;
mod scan;
mod table;
mod times;
mod types;

#[cfg(feature = "parquet")]
pub use self::parquet::{Parquet, ParquetFile};
pub use self::scan::{RecordBatchStream, RecordBatches};
pub use self::table::ArrowTable;
pub use self::types::{Unsigned, arrow_field, arrow_schema};
