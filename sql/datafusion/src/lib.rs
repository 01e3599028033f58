//! SQL over declared REST APIs: each resource of a source is a table of `DataFusion`, and a query sends the requests that it needs.
//! No copy is made.
//!
//! ```no_run
//! use datafusion::prelude::SessionContext;
//!
//! /// Findings.
//! #[declarest::source(base_url = "https://api.example.com", auth = none)]
//! mod analytics {
//!     /// A finding.
//!     #[resource(
//!         name = issues,
//!         path = "/issues",
//!         params(severities: Option<Vec<String>> (style = csv, filters severity)),
//!         paginator = page_number(page_param = "p", limit_param = "ps", limit = 100, total_path = "total"),
//!         data_selector = "issues",
//!     )]
//!     pub(crate) struct Issue {
//!         pub(crate) key: String,
//!         pub(crate) severity: String,
//!         pub(crate) line: Option<u32>,
//!     }
//! }
//!
//! # async fn query() -> Result<(), Box<dyn std::error::Error>> {
//! let ctx = SessionContext::new();
//! declarest_datafusion::register(&ctx, &analytics::Client::builder().build()?)?;
//! // One request: `GET /issues?severities=MAJOR&ps=10&p=1`.
//! ctx.sql("select key, line from issues where severity = 'MAJOR' limit 10").await?.show().await?;
//! # Ok(()) }
//! ```
//!
//! # Tables
//!
//! A table has the columns of its resource, with the types of [`declarest_arrow`]. A param without which the resource cannot be
//! read, and a value of a parent's row, is a column, too: a query gives it by `=` or `IN`, and the resource is read once for each
//! value. An inner join gives it, too: `from analytics.posts p join analytics.comments c on c.posts_id = p.id` reads the comments
//! of each post.
//!
//! # What is pushed down
//!
//! | of the query | in the requests |
//! | --- | --- |
//! | `=`, `IN`, bounds, `BETWEEN` | a param that is declared to filter the column: `filters severity`, `filters >= line` |
//! | bounds of the cursor of `incremental` | its range: `start_param`, `end_param` |
//! | the columns | only these are decoded |
//! | `LIMIT` | a page no larger than that, and no page more; where all filters are exact |
//! | `ORDER BY` a number or a time | `sorts`, where the API is declared to list the rows in that order |
//! | `count(*)` | one page, where the API's total is exact: see [`Extent::is_exact`](declarest::Extent::is_exact) |
//! | a contradiction: `a = 1 and a = 2` | nothing |
//!
//! The declaration alone says what is pushed down, and `inexact` filters are checked again. Values that an API may read
//! otherwise are not sent: an empty text, a text with spaces at an end or with a comma in a list, a part of a second in a param.
//!
//! Pages are shared out among the partitions of a query, under the client's own concurrency and rate, and a query that ends
//! early requests nothing more. A read starts slowly: one page, then twice as many at a time.
//!
//! # Plans
//!
//! `EXPLAIN` shows the first request of each read, without sending it; `EXPLAIN ANALYZE` shows how many were sent. With
//! [`Options::plan_requests`], the first page is requested while the query is planned, and its total is known to the planner.
//!
//! # Several machines
//!
//! `declarest-ballista` runs these tables on a cluster. What its machines send each other of them is a [`TableSpec`] and a
//! [`FetchSpec`], without secrets; [`Options::distributed`] plans for it.
//!
//! # A shell
//!
//! With the feature `shell`, [`Shell`](https://docs.rs/declarest-datafusion/latest/declarest_datafusion/struct.Shell.html) reads
//! statements from a terminal, standard input or arguments, and prints what each of them took.
//!
//! # Errors
//!
//! An error of the API is a [`declarest::Error`] inside of a `DataFusionError::External`: its kind, its resource, its page and
//! its help are kept.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod check;
mod columns;
mod condition;
mod error;
mod exec;
mod explain;
mod joined;
mod literal;
mod opening;
mod options;
mod order;
mod pushdown;
mod query;
mod reader;
mod reading;
mod schema;
#[cfg(feature = "shell")]
mod shell;
mod spec;
mod table;
mod work;

use std::any::Any;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::{Result, TableReference, plan_datafusion_err};
use datafusion::prelude::SessionContext;
use declarest::Source;

pub use self::exec::FetchExec;
pub use self::options::Options;
pub use self::schema::SourceSchema;
#[cfg(feature = "shell")]
pub use self::shell::{Format, Shell};
pub use self::spec::{FetchSpec, TableSpec};
pub use self::table::ResourceTable;
use crate::error::external;

/// Makes the resources of a source tables of a session: `analytics.issues` in a schema named as the source, and `issues` alone in
/// the session's default schema, unless that name is taken by a table of the program's or of another source.
///
/// Sends nothing. Registered again, the source's tables are replaced.
///
/// # Errors
/// Where the session has no default catalog, or its default schema cannot have tables added.
pub fn register(ctx: &SessionContext, source: &dyn Source) -> Result<()> {
    let defaults = ctx.copied_config().options().catalog.clone();
    let name = &defaults.default_catalog;
    let catalog = ctx.catalog(name).ok_or_else(|| plan_datafusion_err!("the session has no catalog `{name}`"))?;
    let schema = SourceSchema::new(source).map_err(external)?;
    if defaults.default_schema != source.name() {
        for (name, table) in schema.tables() {
            let replaced = ctx.deregister_table(TableReference::bare(name))?;
            let table = replaced.filter(|other| !is_of(source, &**other)).unwrap_or(table);
            ctx.register_table(TableReference::bare(name), table)?;
        }
    }
    catalog.register_schema(source.name(), Arc::new(schema))?;
    Ok(())
}

/// Whether a table is one of a source's.
fn is_of(source: &dyn Source, table: &dyn TableProvider) -> bool {
    let table = (table as &dyn Any).downcast_ref::<ResourceTable>();
    table.is_some_and(|table| table.source() == source.name())
}
