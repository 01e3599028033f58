//! What a request gives: futures of rows and pages, and streams of them.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::page::UntypedPage;
use super::page_source::PageFuture;
use super::request::UntypedPages;
use super::stats::{FetchStats, PageCounts};
use super::typed_page::{Page, typed_rows};
use crate::client::Client;
use crate::declare::resource::Resource;
use crate::error::Result;
use crate::http::stats::Stats;

/// The future of every row: what awaiting a [`Request`](crate::Request) gives.
#[must_use = "futures do nothing unless polled"]
pub struct CollectRows<T> {
    pages: PageStream<T>,
    rows: Vec<T>,
}

impl<T> CollectRows<T> {
    pub(super) fn new(pages: PageStream<T>) -> Self {
        Self { pages, rows: Vec::new() }
    }
}

// The rows of a page are moved, never pinned.
impl<T> Unpin for CollectRows<T> {}

impl<T: Resource> Future for CollectRows<T> {
    type Output = Result<Vec<T>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        while let Some(rows) = ready!(self.pages.poll_rows(cx)) {
            self.rows.append(&mut rows?);
        }
        Poll::Ready(Ok(std::mem::take(&mut self.rows)))
    }
}

/// The future of every row and of the statistics: what [`Request::with_stats`](crate::Request::with_stats) gives.
#[must_use = "futures do nothing unless polled"]
pub struct CollectWithStats<T>(CollectRows<T>);

impl<T> CollectWithStats<T> {
    pub(super) fn new(rows: CollectRows<T>) -> Self {
        Self(rows)
    }
}

impl<T: Resource> Future for CollectWithStats<T> {
    type Output = Result<(Vec<T>, FetchStats)>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let rows = ready!(Pin::new(&mut self.0).poll(cx))?;
        Poll::Ready(Ok((rows, self.0.pages.stats())))
    }
}

/// The future of one page: what [`Request::first_page`](crate::Request::first_page) gives.
#[must_use = "futures do nothing unless polled"]
pub struct FirstPage<T> {
    page: PageFuture<'static>,
    client: Client,
    rows: PhantomData<fn() -> T>,
}

impl<T> FirstPage<T> {
    pub(super) fn new(page: PageFuture<'static>, client: Client) -> Self {
        Self { page, client, rows: PhantomData }
    }
}

impl<T: Resource> Future for FirstPage<T> {
    type Output = Result<Page<T>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let page = ready!(self.page.as_mut().poll(cx))?;
        let credentials = self.client.transport().credentials();
        Poll::Ready(page.map_or_else(|| Ok(Page::not_requested()), |page| Page::of_response(page, credentials)))
    }
}

/// The pages of a request, in order. After an error there are no more.
#[must_use = "streams do nothing unless polled"]
pub struct PageStream<T> {
    pages: UntypedPages,
    client: Client,
    stats: Arc<Stats>,
    /// What was handed over.
    counts: PageCounts,
    rows: PhantomData<fn() -> T>,
}

impl<T> PageStream<T> {
    pub(super) fn new(pages: UntypedPages, client: Client, stats: Arc<Stats>) -> Self {
        Self { pages, client, stats, counts: PageCounts::default(), rows: PhantomData }
    }

    /// What the read has taken so far; all of it after the last page, and after an error.
    #[must_use]
    pub fn stats(&self) -> FetchStats {
        FetchStats::new(&self.stats, self.counts)
    }
}

impl<T: Resource> PageStream<T> {
    /// The next page; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<Page<T>>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// The rows of the next page alone.
    fn poll_rows(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Vec<T>>>> {
        self.poll_page(cx, |page, _| typed_rows(page).map(|(rows, ..)| rows), Vec::len)
    }

    /// The next page as what `make` makes of it, which holds `len` rows.
    fn poll_page<P>(
        &mut self,
        cx: &mut Context<'_>,
        make: impl FnOnce(UntypedPage, &Client) -> Result<P>,
        len: impl FnOnce(&P) -> usize,
    ) -> Poll<Option<Result<P>>> {
        let page = ready!(self.pages.as_mut().poll_next(cx));
        if let Some(Ok(page)) = &page {
            self.counts.add(&page.meta);
        }
        let page = page.map(|page| make(page?, &self.client));
        if let Some(Ok(page)) = &page {
            self.counts.hand_over(len(page));
        }
        Poll::Ready(page)
    }
}

impl<T: Resource> Stream for PageStream<T> {
    type Item = Result<Page<T>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let typed = |page, client: &Client| Page::of_response(page, client.transport().credentials());
        self.poll_page(cx, typed, Page::len)
    }
}

/// The rows of a request, one by one. After an error there are no more.
#[must_use = "streams do nothing unless polled"]
pub struct RowStream<T> {
    pages: PageStream<T>,
    rows: std::vec::IntoIter<T>,
}

// The rows of a page are moved, never pinned.
impl<T> Unpin for RowStream<T> {}

impl<T> RowStream<T> {
    pub(super) fn new(pages: PageStream<T>) -> Self {
        Self { pages, rows: Vec::new().into_iter() }
    }

    /// What the read has taken so far; all of it after the last row, and after an error.
    #[must_use]
    pub fn stats(&self) -> FetchStats {
        let stats = self.pages.stats();
        FetchStats { rows: stats.rows - self.rows.len() as u64, ..stats }
    }
}

impl<T: Resource> RowStream<T> {
    /// The next row; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<T>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<T: Resource> Stream for RowStream<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(row) = self.rows.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            match ready!(self.pages.poll_rows(cx)) {
                Some(Ok(rows)) => self.rows = rows.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

macro_rules! opaque_debug {
    ($($type:ident),*) => {$(
        impl<T> fmt::Debug for $type<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($type)).finish_non_exhaustive()
            }
        }
    )*};
}

opaque_debug!(CollectRows, CollectWithStats, FirstPage, PageStream, RowStream);
