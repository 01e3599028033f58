//! A request for the rows of a resource: all at once, row by row, or page by page.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::ops;
use std::pin::Pin;
use std::sync::Arc;

use futures_core::Stream;
use futures_util::stream::try_unfold;
use jiff::Timestamp;
use tracing::{Instrument as _, Span};

use super::page::UntypedPage;
use super::page_source::{self, PageSource};
use super::query::FetchQuery;
use super::scan_pages::Paging;
use super::streams::{CollectRows, CollectWithStats, FirstPage, PageStream, RowStream};
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::declare::param::ParamDef;
use crate::declare::resource::Resource;
use crate::declare::sort::SortDef;
use crate::decode::batch_plan::BatchPlan;
use crate::error::{Error, ErrorKind, Result};
use crate::http::stats::Stats;
use crate::incremental::range::Range;
use crate::paginate::{Ahead, PagerOptions};
use crate::params::param::Param;
use crate::params::template::{TemplateError, traversing_segment};

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

impl<T: Resource> Request<T> {
    pub(super) fn new(client: &Client) -> Self {
        Self { inner: UntypedRequest::new(client, ResourceEntry::new::<T>()), rows: PhantomData }
    }

    pub(super) fn untyped(&mut self) -> &mut UntypedRequest {
        &mut self.inner
    }

    /// Requests this many rows per page (at least one), instead of the declared number.
    ///
    /// Needs a `limit_param` (`offset` has one) or a `limit_body_path`, so not with `auto`, `single_page` or `custom`: their
    /// generated requests have no such method. With `result_window` it must divide the window. Otherwise a [`Config`](ErrorKind::Config) error when the request is sent.
    pub fn page_size(mut self, rows: u32) -> Self {
        self.inner.set_page_size(rows);
        self
    }

    /// Reads this many pages at a time (at least one), instead of the declared number.
    pub fn concurrency(mut self, pages: usize) -> Self
    where
        T::Paginator: Ahead,
    {
        self.inner.set_concurrency(pages);
        self
    }

    /// The rows, one by one, in the API's order.
    pub fn stream(self) -> RowStream<T> {
        RowStream::new(self.pages())
    }

    /// The pages, in order.
    pub fn pages(self) -> PageStream<T> {
        let (client, stats) = (self.inner.client.clone(), Arc::default());
        PageStream::new(self.inner.pages(Arc::clone(&stats)), client, stats)
    }

    /// The first page alone: one request. There always is one: an API without rows sends a page without rows, and a
    /// declaration whose maximum allows no page does not compile.
    ///
    /// # Errors
    /// As listed at [`ErrorKind`].
    pub fn first_page(self) -> FirstPage<T> {
        let client = self.inner.client.clone();
        FirstPage::new(Box::pin(self.inner.first()), client)
    }

    /// Every row of every page, as awaiting the request gives them, and what it took to read them.
    ///
    /// After an error there are no statistics: read [`pages`](Self::pages) and call [`PageStream::stats`] where they are
    /// of interest, too.
    ///
    /// ```
    /// # #[declarest::source(base_url = "https://api.example.com")]
    /// # pub mod shop {
    /// #     #[resource(path = "/orders")]
    /// #     pub struct Order { pub id: u64 }
    /// # }
    /// # async fn orders(client: shop::Client) -> declarest::Result<()> {
    /// let (orders, stats) = client.order().with_stats().await?;
    /// println!("{} orders by {} requests, {} of them retries", orders.len(), stats.requests, stats.retries);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As listed at [`ErrorKind`].
    pub fn with_stats(self) -> CollectWithStats<T> {
        CollectWithStats::new(self.into_future())
    }
}

/// Pages without their row type.
pub(super) type UntypedPages = Pin<Box<dyn Stream<Item = Result<UntypedPage>> + Send>>;

/// A request without its row type, so that this code is compiled once.
#[derive(Clone)]
pub(super) struct UntypedRequest {
    client: Client,
    query: FetchQuery,
    /// The first invalid setting: returned when the request is sent, so that the setters can be chained.
    invalid: Option<Error>,
    entry: ResourceEntry,
    /// The part of the declared range that is wanted.
    range: Range,
}

impl UntypedRequest {
    /// All rows of the resource as it is declared.
    pub(super) fn new(client: &Client, entry: ResourceEntry) -> Self {
        Self { client: client.clone(), query: FetchQuery::default(), invalid: None, entry, range: Range::default() }
    }

    pub(super) fn entry(&self) -> ResourceEntry {
        self.entry
    }

    /// Reads rows into columns.
    pub(super) fn read_batches(&mut self, plan: BatchPlan) {
        self.query.batch = Some(Arc::new(plan));
    }

    pub(super) fn set_page_size(&mut self, rows: u32) {
        if rows == 0 {
            let error = || Error::new(ErrorKind::Config, "`page_size` is 0: a page holds at least one row");
            self.invalid.get_or_insert_with(error);
        }
        self.query.page_size = Some(rows);
    }

    pub(super) fn set_concurrency(&mut self, pages: usize) {
        self.query.concurrency = Some(pages);
    }

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
            self.set_declared(param, value);
        } else {
            let error = || Error::internal(ErrorKind::Config, format!("the resource has no param `{name}`"));
            self.invalid.get_or_insert_with(error);
        }
    }

    /// Leaves a param unset.
    pub(super) fn unset(&mut self, name: &str) {
        if let Some(param) = self.entry.def.param(name) {
            self.query.unset(param);
        }
    }

    pub(super) fn set_declared(&mut self, param: &ParamDef, value: &dyn Param) {
        self.query.set(param, value);
    }

    /// Limits the declared range.
    pub(super) fn set_range(&mut self, range: Range) {
        self.range = range;
    }

    /// Asks for an order.
    pub(super) fn sort(&mut self, sort: &SortDef) {
        let sent = sort.params.iter().map(|(name, value)| (*name, (*value).to_owned()));
        self.query.params.extend(sent);
        // Slices follow each other from the oldest to the newest.
        self.query.sorted = sort.descending || self.entry.def.cursor_column != Some(sort.column);
    }

    fn pages(self, stats: Arc<Stats>) -> UntypedPages {
        enum State {
            New(Box<UntypedRequest>, Arc<Stats>),
            Reading(Box<dyn PageSource>, Span),
        }
        Box::pin(try_unfold(State::New(Box::new(self), stats), async |state| {
            let (mut source, span) = match state {
                State::New(request, stats) => request.begin(stats)?,
                State::Reading(source, span) => (source, span),
            };
            let page = source.next().instrument(span.clone()).await?;
            Ok(page.map(|page| (page, State::Reading(source, span))))
        }))
    }

    async fn first(self) -> Result<Option<UntypedPage>> {
        let (mut source, span) = self.begin(Arc::default())?;
        source.first().instrument(span).await
    }

    /// The pages, and the span they are read in.
    pub(super) fn begin(self, stats: Arc<Stats>) -> Result<(Box<dyn PageSource>, Span)> {
        let span = self.client.def().span().in_scope(|| self.entry.def.span());
        let source = span.in_scope(|| self.source(stats))?;
        Ok((source, span))
    }

    /// The range of the cursor in a read that begins at a moment.
    pub(super) fn range(&self, begun: Timestamp) -> Result<Range> {
        let def = self.entry.def;
        let Some(incremental) = &def.incremental else { return Ok(Range::default()) };
        let range = self.client.declared_range(incremental, None, begun);
        Ok(range.map_err(|error| error.in_resource(def.name))?.within(&self.range))
    }

    /// How the pages follow each other.
    pub(super) fn paging(&self) -> Result<Paging> {
        let def = self.entry.def;
        let declared = self.client.page_size(def)?;
        let sized = PagerOptions { page_size: Some(1), ..PagerOptions::default() };
        Ok(Paging {
            page_size: self.query.page_size.or(declared),
            window: def.result_window,
            is_sizable: declared.is_some() && def.paginator.pager(sized).is_ok(),
            is_numbered: def.paginator.is_numbered() && def.partitions.is_empty(),
            concurrency: self.query.concurrency.unwrap_or(self.client.concurrency()).max(1),
        })
    }

    pub(super) fn set_pages(&mut self, pages: ops::Range<u64>) {
        self.query.pages = Some(pages);
    }

    pub(super) fn set_slow_start(&mut self) {
        self.query.slow_start = true;
    }

    fn source(mut self, stats: Arc<Stats>) -> Result<Box<dyn PageSource>> {
        let def = self.entry.def;
        if let Some(error) = self.invalid {
            return Err(error.in_resource(def.name));
        }
        let begun = Timestamp::now();
        self.query.begun = Some(begun);
        self.query.filter.range = self.range(begun)?;
        page_source::open_all(&self.client, self.entry, self.query, stats)
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

impl<T: Resource> IntoFuture for Request<T> {
    type Output = Result<Vec<T>>;
    type IntoFuture = CollectRows<T>;

    /// Every row of every page.
    fn into_future(self) -> CollectRows<T> {
        CollectRows::new(self.pages())
    }
}
