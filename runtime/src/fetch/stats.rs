//! What a fetch has taken: requests, waits, bytes.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::http::stats::Stats;

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
    /// Time that requests spent waiting: before retries, for `rate_limit`, and because the server asked for fewer
    /// requests. The sum over concurrent requests, so it can exceed the time that passed.
    pub waited: Duration,
    /// Bytes of the responses' bodies, after decompression.
    pub bytes: u64,
    /// Pages handed over. A page of which a first row has been handed over counts.
    pub pages: u64,
    /// Rows handed over: without those that a declared `filter` removes and bad ones that are skipped.
    pub rows: u64,
}

impl FetchStats {
    pub(super) fn new(stats: &Stats, (pages, rows): (u64, u64)) -> Self {
        Self {
            requests: stats.requests.load(Relaxed),
            retries: stats.retries.load(Relaxed),
            waited: stats.waited(),
            bytes: stats.bytes.load(Relaxed),
            pages,
            rows,
        }
    }
}
