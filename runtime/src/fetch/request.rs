//! A request for the rows of a resource: all at once, row by row, or page by page.

use std::fmt;
use std::future::{IntoFuture, poll_fn};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_util::stream::try_unfold;
use tracing::{Instrument as _, Span};

use super::page::UntypedPage;
use super::page_source::{self, PageFuture, PageSource};
use super::query::FetchQuery;
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::declare::resource::Resource;
use crate::decode::{BadRow, PageRows};
use crate::error::{Error, ErrorKind, Result};
use crate::http::stats::Stats;
use crate::incremental::range::Range;
use crate::paginate::Ahead;
use crate::params::param::Param;
use crate::params::template::{TemplateError, traversing_segment};
use crate::printable::printable;

/// A request for the rows of `T`: what is inside of the request types that the macro generates. Nothing is sent until it
/// is awaited, or its stream is polled.
///
/// Each generated type has these methods, and setters of its params; `Into` makes a `Request` of it, for code that is
/// written once for all resources.
#[must_use = "a request does nothing until it is awaited or its stream is polled"]
pub struct Request<T> {
    inner: UntypedRequest,
    rows: PhantomData<fn() -> T>,
}

/// A page of rows.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The page's number, as the paginator counts.
    pub number: u64,
    /// How many rows there are in all, if the API says so.
    pub total: Option<u64>,
}

impl<T: Resource> Request<T> {
    pub(super) fn new(client: &Client) -> Self {
        let (client, query, entry) = (client.clone(), FetchQuery::default(), ResourceEntry::new::<T>());
        Self { inner: UntypedRequest { client, query, invalid: None, entry }, rows: PhantomData }
    }

    pub(super) fn untyped(&mut self) -> &mut UntypedRequest {
        &mut self.inner
    }

    /// Requests this many rows per page (at least one), instead of the declared number.
    ///
    /// Needs a `limit_param` (`offset` has one), so not with `auto`, `single_page` or `custom`; with `result_window` it
    /// must divide the window. Otherwise a [`Config`](ErrorKind::Config) error when the request is sent.
    pub fn page_size(mut self, rows: u32) -> Self {
        if rows == 0 {
            self.inner
                .invalid
                .get_or_insert(Error::new(ErrorKind::Config, "`page_size` is 0: a page holds at least one row"));
        }
        self.inner.query.page_size = Some(rows);
        self
    }

    /// Reads this many pages at a time (at least one), instead of the declared number.
    pub fn concurrency(mut self, pages: usize) -> Self
    where
        T::Paginator: Ahead,
    {
        self.inner.query.concurrency = Some(pages);
        self
    }

    /// The rows, one by one, in the API's order.
    pub fn stream(self) -> RowStream<T> {
        RowStream { pages: self.pages(), rows: Vec::new().into_iter() }
    }

    /// The pages, in order.
    pub fn pages(self) -> PageStream<T> {
        PageStream { pages: self.inner.pages(), rows: PhantomData }
    }

    /// The first page alone: one request. Where the declared maximum allows no page at all, nothing is sent, and the
    /// page is empty, with the number 0.
    ///
    /// # Errors
    /// As listed at [`ErrorKind`].
    pub fn first_page(self) -> FirstPage<T> {
        FirstPage { page: Box::pin(self.inner.first()), rows: PhantomData }
    }
}

/// Pages without their row type.
type UntypedPages = Pin<Box<dyn Stream<Item = Result<UntypedPage>> + Send>>;

/// A request without its row type, so that this code is compiled once.
#[derive(Clone)]
pub(super) struct UntypedRequest {
    client: Client,
    query: FetchQuery,
    /// The first invalid setting: returned when the request is sent, so that the setters can be chained.
    invalid: Option<Error>,
    entry: ResourceEntry,
}

impl UntypedRequest {
    /// Fills in the path.
    pub(super) fn set_path(&mut self, path: String) {
        let template = self.entry.def.path;
        if let Some(segment) = traversing_segment(template, &path) {
            self.invalid.get_or_insert_with(|| TemplateError::Traversal(segment).in_path(template));
        }
        self.query.path = Some(path);
    }

    /// Sets the value of a param.
    pub(super) fn set(&mut self, name: &str, value: &dyn Param) {
        if let Some(param) = self.entry.def.param(name) {
            self.query.set(param, value);
        } else {
            let error = || Error::internal(ErrorKind::Config, format!("the resource has no param `{name}`"));
            self.invalid.get_or_insert_with(error);
        }
    }

    fn pages(self) -> UntypedPages {
        enum State {
            New(Box<UntypedRequest>),
            Reading(Box<dyn PageSource>, Span),
        }
        Box::pin(try_unfold(State::New(Box::new(self)), async |state| {
            let (mut source, span) = match state {
                State::New(request) => request.begin()?,
                State::Reading(source, span) => (source, span),
            };
            let page = source.next().instrument(span.clone()).await?;
            Ok(page.map(|page| (page, State::Reading(source, span))))
        }))
    }

    async fn first(self) -> Result<Option<UntypedPage>> {
        let (mut source, span) = self.begin()?;
        source.first().instrument(span).await
    }

    /// The pages, and the span they are read in.
    fn begin(self) -> Result<(Box<dyn PageSource>, Span)> {
        let span = self.client.def().span().in_scope(|| self.entry.def.span());
        let source = span.in_scope(|| self.source())?;
        Ok((source, span))
    }

    fn source(mut self) -> Result<Box<dyn PageSource>> {
        let def = self.entry.def;
        if let Some(error) = self.invalid {
            return Err(error.in_resource(def.name));
        }
        if let Some(incremental) = &def.incremental {
            self.query.filter.range =
                Range::declared(incremental, None).map_err(|error| error.in_resource(def.name))?;
        }
        page_source::open(&self.client, self.entry, self.query, None, Arc::new(Stats::default()))
    }
}

impl<T> Clone for Request<T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), rows: PhantomData }
    }
}

impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("query", &self.inner.query).finish_non_exhaustive()
    }
}

impl<T: Resource> Page<T> {
    fn typed(UntypedPage { meta, content, .. }: UntypedPage) -> Result<Self> {
        log_bad_rows(T::DEF.name, meta.number, &content.bad_rows);
        let rows = match content.rows {
            PageRows::Typed(rows, _) => rows.downcast().ok(),
            PageRows::Batch(_) => None,
        };
        let Some(rows) = rows else {
            return Err(Error::internal(ErrorKind::Decode, "the rows are of another type than the request's")
                .in_resource(T::DEF.name));
        };
        Ok(Self { rows: *rows, number: meta.number, total: meta.total })
    }
}

fn log_bad_rows(resource: &str, page: u64, bad_rows: &[BadRow]) {
    for BadRow { path, error, .. } in bad_rows {
        let (path, error) = (printable(path), printable(error));
        tracing::warn!(resource, page, %path, %error, "a bad row is skipped");
    }
}

impl<T: Resource> IntoFuture for Request<T> {
    type Output = Result<Vec<T>>;
    type IntoFuture = CollectRows<T>;

    /// Every row of every page.
    fn into_future(self) -> CollectRows<T> {
        CollectRows { pages: self.pages(), rows: Vec::new() }
    }
}

/// The future of every row: what awaiting a [`Request`] gives.
#[must_use = "futures do nothing unless polled"]
pub struct CollectRows<T> {
    pages: PageStream<T>,
    rows: Vec<T>,
}

// The rows of a page are moved, never pinned.
impl<T> Unpin for CollectRows<T> {}

impl<T: Resource> Future for CollectRows<T> {
    type Output = Result<Vec<T>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        while let Some(page) = ready!(Pin::new(&mut self.pages).poll_next(cx)) {
            self.rows.append(&mut page?.rows);
        }
        Poll::Ready(Ok(std::mem::take(&mut self.rows)))
    }
}

/// The future of one page: what [`Request::first_page`] gives.
#[must_use = "futures do nothing unless polled"]
pub struct FirstPage<T> {
    page: PageFuture<'static>,
    rows: PhantomData<fn() -> T>,
}

impl<T: Resource> Future for FirstPage<T> {
    type Output = Result<Page<T>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let page = ready!(self.page.as_mut().poll(cx))?;
        // Where the pager requests no page, there is an empty one.
        Poll::Ready(page.map_or(Ok(Page { rows: Vec::new(), number: 0, total: None }), Page::typed))
    }
}

/// The pages of a request, in order. After an error there are no more.
#[must_use = "streams do nothing unless polled"]
pub struct PageStream<T> {
    pages: UntypedPages,
    rows: PhantomData<fn() -> T>,
}

impl<T: Resource> PageStream<T> {
    /// The next page; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<Page<T>>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<T: Resource> Stream for PageStream<T> {
    type Item = Result<Page<T>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.pages.as_mut().poll_next(cx).map(|page| page.map(|page| page.and_then(Page::typed)))
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
            match ready!(Pin::new(&mut self.pages).poll_next(cx)) {
                Some(Ok(page)) => self.rows = page.rows.into_iter(),
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

opaque_debug!(CollectRows, FirstPage, PageStream, RowStream);
