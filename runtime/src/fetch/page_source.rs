//! The pages of a resource: read in one walk, or slice by slice.

use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;

use super::page::UntypedPage;
use super::partitioned::Partitioned;
use super::planned_request::PlannedRequest;
use super::query::FetchQuery;
use super::slices::Slices;
use super::walk::{Walk, WalkStart};
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::error::{Error, ErrorKind, Result};
use crate::http::stats::Stats;
use crate::paginate::EndReason;
use crate::paginate::resume_token::ResumeToken;

/// The future of a page; `None` after the last.
pub(crate) type PageFuture<'a> = Pin<Box<dyn Future<Output = Result<Option<UntypedPage>>> + Send + 'a>>;

/// The pages of a resource, in order.
pub(crate) trait PageSource: Send {
    /// What the first request would be. A source that was asked reads nothing.
    fn planned(&mut self) -> Result<Option<PlannedRequest>>;

    /// Requests the first page, without waiting for it.
    fn start(&mut self) -> Result<()>;

    /// The first page, and no request beyond it.
    fn first(&mut self) -> PageFuture<'_>;

    /// The next page. Dropping the future loses nothing.
    fn next(&mut self) -> PageFuture<'_>;

    /// The next page, where only this many more rows are wanted: no page is requested that these rule out.
    fn next_up_to(&mut self, rows: u64) -> PageFuture<'_>;

    /// Why the pages ended; `None` before they have.
    fn end(&self) -> Option<EndReason>;

    /// Sets how many pages may be in flight at a time.
    fn set_concurrency(&mut self, pages: usize);

    /// Whether rows have been added or removed since the load was interrupted, by the totals of its next page and of the
    /// checkpoint: then other rows may be before the resume position. Where there are no totals, the walk itself has looked.
    fn has_moved(&self, total: Option<u64>, saved: Option<u64>) -> bool {
        total != saved
    }
}

/// All that a request is for: the pages of each combination of values of the partitions, if there are any. Sends nothing yet.
pub(super) fn open_all(
    client: &Client,
    entry: ResourceEntry,
    query: FetchQuery,
    stats: Arc<Stats>,
) -> Result<Box<dyn PageSource>> {
    if let Some(pages) = query.pages.clone() {
        let walk = open_range(client, entry, query, pages, stats);
        return walk.map(|walk| Box::new(walk) as _).map_err(|error| error.in_resource(entry.def.name));
    }
    if entry.def.partitions.is_empty() {
        return open(client, entry, query, None, stats);
    }
    let pages = Partitioned::new(client, entry, query, stats).map_err(|error| error.in_resource(entry.def.name))?;
    Ok(Box::new(pages))
}

/// Some of the pages. Sends nothing yet.
fn open_range(
    client: &Client,
    entry: ResourceEntry,
    query: FetchQuery,
    pages: Range<u64>,
    stats: Arc<Stats>,
) -> Result<Walk> {
    let size = query.page_size.or(client.page_size(entry.def)?);
    let last = size.and_then(|size| pages.end.checked_mul(size.into()));
    let is_counted = last.is_some_and(|last| i64::try_from(last).is_ok());
    if !entry.def.paginator.is_numbered() || !entry.def.partitions.is_empty() || !is_counted || pages.is_empty() {
        let message = format!("the pages {} to {} cannot be read by themselves", pages.start, pages.end);
        return Err(Error::new(ErrorKind::Config, message).with_help(
            "that needs a paginator that numbers pages or rows, a page size, no `partition_by`, and one page at least, none of them after 2^63 rows",
        ));
    }
    let start = WalkStart { skip: pages.start, end: Some(pages.end), ..WalkStart::default() };
    Walk::new(client, entry, query, start, stats)
}

/// The pages of one combination. Sends nothing yet. With a token, resumes after the `rows` that came before it.
pub(crate) fn open(
    client: &Client,
    entry: ResourceEntry,
    query: FetchQuery,
    resume: Option<(&ResumeToken, u64)>,
    stats: Arc<Stats>,
) -> Result<Box<dyn PageSource>> {
    let source: Result<Box<dyn PageSource>> = if let Some(incremental) = entry.def.sliced() {
        let resume = resume.map(|(resume, _)| resume);
        let incremental = client.zoned(&incremental);
        let slices = incremental.and_then(|range| Slices::new(client, entry, query, range, resume, stats));
        slices.map(|slices| Box::new(slices) as _)
    } else {
        let (resume, rows) = resume.map_or((None, 0), |(resume, rows)| (Some(resume), rows));
        let start = WalkStart { resume, rows, ..WalkStart::default() };
        Walk::new(client, entry, query, start, stats).map(|walk| Box::new(walk) as _)
    };
    source.map_err(|error| error.in_resource(entry.def.name))
}
