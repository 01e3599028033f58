//! Sync declared REST APIs into [Delta](https://delta.io) tables, on a disk or in an object store.
//!
//! ```no_run
//! use declarest_delta::Delta;
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
//! let mut lake = Delta::open("/data/lake")?;
//! println!("{}", client.sync(&mut lake).await?);
//! # Ok(()) }
//! ```
//!
//! # Tables
//!
//! Each resource becomes a Delta table in a directory of its name, with a column for each field:
//!
//! | field | column |
//! | --- | --- |
//! | `bool` | `boolean` |
//! | integers but `u64` | `long` |
//! | `u64` | `decimal(20,0)` |
//! | `f32`, `f64` | `double` |
//! | `String`, enums of texts | `string` |
//! | `jiff::Timestamp` | `timestamp` (in UTC) |
//! | `jiff::civil::Date` | `date` |
//! | `jiff::civil::DateTime` | `timestamp_ntz`, a table feature that readers of before 2023 lack |
//! | `jiff::civil::Time` | `string`: Delta has no times of day |
//! | `declarest::Json`, lists, maps, nested structs | `string`, as JSON |
//!
//! Any column may be null. Further columns are `_load_id`, which load last changed the row, and, under `deleted = mark`,
//! `_deleted_at`, when the row was gone at the source. Rows that could not be read are in the table `_declarest_quarantine`.
//! Declarest's own files are in the directory `_declarest`: leave them alone.
//!
//! **When the declaration changes**, columns are added; another type or primary key is a
//! [`Schema`](declarest::ErrorKind::Schema) error before anything is written. Columns of your own stay, null in new rows.
//! Spark reads columns with spaces or any of `,;{}()=` only where column mapping is on, which this crate does not write: name
//! such columns otherwise.
//!
//! # Guarantees
//!
//! - A commit is one file of a log, `_declarest/log`, that is made exclusively: it has the changes of the state and names the
//!   data files of its rows, also those of lists in tables of their own. It counts only while the lease against a second sync
//!   is held, which is in the same log. Where an entry changes tables, they follow at once, each by one Delta commit that has the
//!   rows and again the state, with a transaction of the application `declarest/SOURCE/RESOURCE` whose version is the entry's
//!   number: so it is done once, however often it is tried. Concurrent commits of others, such as `OPTIMIZE`, are no conflict.
//! - Killed at any moment, a sync resumes after its last commit. A reader may meet a table that has not followed the latest entry
//!   yet; the next call of any handle makes it follow, before anything else. A reader never sees rows that are not committed.
//! - `append` stages its rows as data files of the table, and shows what is committed by one commit of the table each
//!   [minute](Delta::commit_every) or 64 MiB, and at the end of the load, also where it is interrupted. **A reader of the table sees
//!   rows up to a minute after their commit**, and what a load that was killed or dropped has left when the next one resumes: it
//!   is not read again. At the end of a load, small files are merged into larger ones.
//! - `replace` stages its rows as data files of the table, and shows them by one commit at the end of the load.
//! - `merge` stages its rows in `_declarest/stage`, and merges them once, at the end of the load: the last row of a key counts.
//!   Only rows that differ are changed; a load that changes nothing writes no data file. Delta copies on write: a file with a row
//!   that changes is written again as a whole.
//! - Of two syncs of a resource at once, the later one takes over; the earlier one ends with
//!   [`lease_lost`](declarest::Error::lease_lost).
//! - A value that Delta cannot hold is an error, never another value: nanoseconds (or cut, by
//!   [`truncate_times`](Delta::truncate_times)), more than 2 GiB of text in a column of one commit.
//!
//! Old data files are deleted by `VACUUM` alone, which is yours to run; keep its retention above the longest load. A store must
//! be able to make a file only where there is none: disks, S3, Azure and GCS are. On a disk, nothing is flushed: after a loss of
//! power, the last commits may be gone or damaged.
//!
//! # Memory
//!
//! Loading takes the rows of one commit. A merge takes the staged rows that count, as columns in a hash table, and some bytes for
//! each key; not the table, which is read once, in a stream. Rows that do not fit into memory are loaded incrementally, in several
//! loads.
//!
//! # Object stores
//!
//! Depend on `deltalake` of the same version with the feature `s3`, `azure` or `gcs`: URLs of that store are then known.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod apply;
mod delta;
mod engine;
mod entry;
mod error;
#[cfg(test)]
mod follow_tests;
mod gather;
mod inspect;
mod ledger;
mod load;
mod merge;
mod merge_sql;
mod place;
mod quarantine;
mod shape;
mod stage;
mod tables;
mod tidy;
mod types;

pub use self::delta::Delta;
