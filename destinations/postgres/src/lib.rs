//! Sync declared REST APIs into Postgres, 13 or later.
//!
//! ```no_run
//! use declarest_postgres::Postgres;
//!
//! /// Posts.
//! #[declarest::source(base_url = "https://api.example.com", auth = none)]
//! mod blog {
//!     /// A post.
//!     #[resource(name = posts, path = "/posts", primary_key = id, write_disposition = merge)]
//!     pub(crate) struct Post {
//!         pub(crate) id: i64,
//!         pub(crate) title: String,
//!     }
//! }
//!
//! # async fn sync() -> declarest::Result<()> {
//! let client = blog::Client::builder().build()?;
//! let db = Postgres::connect("postgres://loader@db.example.com/warehouse?sslmode=verify-full").await?;
//! let mut db = db.schema("analytics");
//! println!("{}", client.sync(&mut db).await?);
//! # Ok(()) }
//! ```
//!
//! # Tables
//!
//! Each resource becomes a table of its name in the [schema](Postgres::schema), with a column for each field:
//!
//! | field | column |
//! | --- | --- |
//! | `bool` | `boolean` |
//! | integers but `u64` | `bigint` |
//! | `u64` | `numeric(20,0)` |
//! | `f32`, `f64` | `double precision` |
//! | `String`, enums of texts | `text` |
//! | `jiff::Timestamp` | `timestamp with time zone` |
//! | `jiff::civil::Date`, `Time`, `DateTime` | `date`, `time`, `timestamp` |
//! | `declarest::Json`, lists, maps, nested structs | `jsonb`, or [`json`](Postgres::json) |
//!
//! A field that is never absent is `NOT NULL`. Rows that are merged have the declared primary key. Further columns:
//!
//! - `_load_id`: which load last changed the row;
//! - `_row_id`, where rows are merged: a number that the row keeps, by which a load remembers which rows it has seen;
//! - `_deleted_at`, under `deleted = mark`: when the row was gone at the source.
//!
//! `_declarest_loads` and `_declarest_state` hold what was loaded when, and where to resume; `_declarest_quarantine` holds rows
//! that could not be read; `_declarest_seen` the rows that an unfinished load has seen.
//!
//! A table that is there is used as it is, where its types can hold the values (also `integer`, `smallint`, `numeric`,
//! `varchar`, `json` and `text` for JSON) and, where rows are merged, it has a primary key or unique constraint on the declared
//! key. **When the declaration changes**, columns are added, and a column that may be absent now loses its `NOT NULL`; another
//! type or key is a [`Schema`](declarest::ErrorKind::Schema) error before anything is written. Names of more than 63 bytes are
//! refused, too: Postgres would cut them.
//!
//! # Guarantees
//!
//! - Rows, the state and the fence against a second sync are one transaction, for every few pages. Pages are in memory before it
//!   begins: it never waits for the API. Rows go by binary COPY to a temporary table, and from there by one statement that inserts
//!   what is new, updates what differs, and counts both. A second sync of the same rows writes its state alone.
//! - Killed at any moment, a sync resumes after its last commit. A connection that breaks, or a server that restarts, is waited for
//!   ([60 s](Postgres::reconnect_for)). Where the answer to a commit was lost, the state says whether it has gone through.
//! - `replace` changes the rows of a table, in one transaction: its indexes, grants and views stay. `.full_refresh()` empties tables
//!   that are as declared, and drops others.
//! - Of two syncs of a resource at once, the later one takes over; the earlier one ends with
//!   [`lease_lost`](declarest::Error::lease_lost).
//! - A value that Postgres cannot hold is an error, never another value: NUL in texts and `\u0000` in `jsonb` (or as
//!   [`invalid_text`](Postgres::invalid_text) says), nanoseconds (or cut, by [`truncate_times`](Postgres::truncate_times)), times
//!   before 4714 BC, keys of more than about 2 700 bytes. `jsonb` does not keep the text: see [`JsonType`].
//! - It works behind a proxy that pools transactions, such as `PgBouncer`: nothing is expected to outlive a transaction. Each server
//!   connection keeps an empty temporary table for each table that was written through it.
//!
//! Memory is that of two commits' rows, and some bits for each merged row.
//!
//! # TLS
//!
//! `sslmode` in the URL is libpq's: `disable`, `allow`, `prefer`, `require` (encrypted, but any server may answer), `verify-ca` and
//! `verify-full`. The default is `prefer` for this machine and `require` for others; use `verify-full` where you can.
//! `sslrootcert=FILE` names the authority, and makes `verify-ca` of `require`; without it, or with `system`, those that the system
//! trusts are used. `sslcert=FILE` and `sslkey=FILE` are what the client shows to a server that asks for it. Where no certificate is
//! checked, a password is still bound to the connection, so that nobody between the two can
//! use it (SCRAM with channel binding).
//!
//! # Rights
//!
//! The user needs `CREATE` and `USAGE` on the schema (on the database, where the schema is missing) and `TEMPORARY` on the
//! database, which everybody has by default.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod apply;
mod buffer;
mod catalog;
mod columns;
mod connect;
mod conninfo;
mod encode;
mod end;
mod error;
mod identifier;
mod layout;
mod link;
mod load;
mod merge;
mod options;
mod passfile;
mod postgres;
mod settings;
mod state;
mod tables;
mod text;
mod tls;
mod writer;

pub use self::columns::JsonType;
pub use self::connect::Connect;
pub use self::postgres::Postgres;
pub use self::settings::InvalidText;
