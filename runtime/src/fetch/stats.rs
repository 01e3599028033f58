//! What a fetch has taken: requests, waits, bytes; and the signs that rows may be missing.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::page::PageMeta;
use crate::http::stats::{Stats, Waits};

/// What a fetch has taken so far: from [`PageStream::stats`](crate::PageStream::stats) and
/// [`RowStream::stats`](crate::RowStream::stats) at any time, from [`Request::with_stats`](crate::Request::with_stats)
/// at its end.
///
/// Pages are requested ahead: `requests` and `bytes` may count more than the pages that were handed over.
///
/// ```
/// # #[declarest::source(base_url = "https://api.example.com")]
/// # pub mod shop {
/// #     #[resource(path = "/orders")]
/// #     pub struct Order { pub id: u64 }
/// # }
/// # async fn orders(client: shop::Client) -> declarest::Result<()> {
/// let mut pages = client.order().pages();
/// while let Some(page) = pages.next().await {
///     let orders = page?.len();
///     let stats = pages.stats();
///     println!("{orders} orders, {} in all; waited {:?}", stats.rows, stats.waited);
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchStats {
    /// Requests sent, retries and those for access tokens included.
    pub requests: u64,
    /// Requests that were retried.
    pub retries: u64,
    /// Time in which at least one request waited: before retries, for `rate_limit` or a quota, and because the server asked for
    /// fewer requests. It never exceeds the time that passed.
    pub waited: Duration,
    /// What they waited for.
    pub waits: Waits,
    /// Bytes of the responses' bodies, after decompression.
    pub bytes: u64,
    /// Responses that `response_actions` ignores: what they would have held is not in the rows.
    pub ignored: u64,
    /// Pages handed over. A page of which a first row has been handed over counts.
    pub pages: u64,
    /// Rows handed over: without those that a declared `filter` removes and bad ones that are skipped.
    pub rows: u64,
    /// Of the rows that came, how many had the primary key of an earlier one. Rows have moved from page to page while they
    /// were read, and others may be missing: have the API sort by something unique. From the millionth row on, some are not
    /// counted. 0 where no `primary_key` is declared.
    pub repeated: u64,
    /// How often the API's total (`total_path`, `total_pages_path`, or the header) changed from one page to the next: rows came or went
    /// meanwhile, and others may be missing or have come twice.
    pub total_changes: u64,
    /// Pages without rows that others followed.
    pub empty_pages: u64,
}

/// What the pages handed over so far add up to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PageCounts {
    pages: u64,
    rows: u64,
    repeated: u64,
    total_changes: u64,
    empty_pages: u64,
}

impl PageCounts {
    /// Adds what a page says besides its rows.
    pub(super) fn add(&mut self, page: &PageMeta) {
        self.repeated += page.repeated;
        self.total_changes += u64::from(page.total_changed);
        self.empty_pages += u64::from(page.is_empty_inner);
    }

    /// Adds a page that was handed over, with so many rows.
    pub(super) fn hand_over(&mut self, rows: usize) {
        self.pages += 1;
        self.rows += rows as u64;
    }
}

impl FetchStats {
    pub(super) fn new(stats: &Stats, counts: PageCounts) -> Self {
        let PageCounts { pages, rows, repeated, total_changes, empty_pages } = counts;
        Self {
            requests: stats.requests.load(Relaxed),
            retries: stats.retries.load(Relaxed),
            waited: stats.waited(),
            waits: stats.waits(),
            bytes: stats.bytes.load(Relaxed),
            ignored: stats.ignored.load(Relaxed),
            pages,
            rows,
            repeated,
            total_changes,
            empty_pages,
        }
    }
}
