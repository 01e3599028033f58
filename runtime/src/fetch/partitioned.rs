//! The pages of a resource with partitions: those of one combination of values after the other, in the declared order.

use std::collections::VecDeque;
use std::sync::Arc;

use super::combinations::Combinations;
use super::page::UntypedPage;
use super::page_source::{self, PageFuture, PageSource};
use super::planned_request::PlannedRequest;
use super::query::FetchQuery;
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::decode::batch_plan::BatchPlan;
use crate::error::Result;
use crate::http::stats::Stats;
use crate::paginate::EndReason;
use crate::schema::value::ColumnValue;

/// The pages of all combinations. Several are read at a time, and handed over one after the other.
pub(super) struct Partitioned {
    client: Client,
    entry: ResourceEntry,
    query: FetchQuery,
    stats: Arc<Stats>,
    combinations: Combinations,
    /// The first combination that has not begun.
    next: usize,
    /// Those that have: the pages of the first are handed over.
    begun: VecDeque<Box<dyn PageSource>>,
    concurrency: usize,
    /// Why the last one ended.
    end: Option<EndReason>,
}

impl Partitioned {
    /// Sends nothing yet.
    pub(super) fn new(client: &Client, entry: ResourceEntry, query: FetchQuery, stats: Arc<Stats>) -> Result<Self> {
        let combinations = Combinations::new(client, entry.def, &query)?;
        let concurrency = query.concurrency.unwrap_or(client.concurrency()).max(1);
        let client = client.clone();
        let begun = VecDeque::new();
        Ok(Self { client, entry, query, stats, combinations, next: 0, begun, concurrency, end: None })
    }

    /// Begins the next combination, if there is one.
    fn begin(&mut self) -> Result<bool> {
        if self.next >= self.combinations.count() {
            return Ok(false);
        }
        let values = self.combinations.get(self.next);
        self.next += 1;
        let mut query = self.query.clone();
        self.combinations.set(&mut query, &values);
        if let Some(plan) = &query.batch {
            let BatchPlan { schema, mut included, projection } = (**plan).clone();
            let columns = self.combinations.columns(&values)?;
            // The columns of partitions are the last ones but those of the range.
            let ranges = self.entry.def.range_columns().count();
            included.truncate(included.len().saturating_sub(columns.len() + ranges));
            included.extend(columns);
            included.extend(std::iter::repeat_n(ColumnValue::Null, ranges));
            query.batch = Some(Arc::new(BatchPlan { schema, included, projection }));
        }
        self.begun.push_back(page_source::open(&self.client, self.entry, query, None, Arc::clone(&self.stats))?);
        Ok(true)
    }

    /// Begins as many as may be read at a time, and requests their first pages.
    fn begin_ahead(&mut self) -> Result<()> {
        let before = self.begun.len();
        while self.begun.len() < self.concurrency && self.begin()? {}
        // The last ones share the connections of those that are done.
        let each = (self.concurrency / self.begun.len().max(1)).max(1);
        for (index, pages) in self.begun.iter_mut().enumerate() {
            pages.set_concurrency(each);
            if index >= before {
                pages.start()?;
            }
        }
        Ok(())
    }

    async fn next_page(&mut self, wanted: Option<u64>) -> Result<Option<UntypedPage>> {
        let next = self.advance(wanted).await;
        if next.is_err() {
            self.begun.clear();
            self.next = self.combinations.count();
        }
        next
    }

    async fn advance(&mut self, wanted: Option<u64>) -> Result<Option<UntypedPage>> {
        loop {
            if wanted.is_none() {
                self.begin_ahead()?;
            } else if self.begun.is_empty() {
                self.begin()?;
            }
            let Some(pages) = self.begun.front_mut() else { return Ok(None) };
            let page = match wanted {
                None => pages.next().await?,
                Some(rows) => pages.next_up_to(rows).await?,
            };
            if page.is_some() {
                return Ok(page);
            }
            self.end = pages.end();
            self.begun.pop_front();
        }
    }
}

impl PageSource for Partitioned {
    fn planned(&mut self) -> Result<Option<PlannedRequest>> {
        self.begin()?;
        self.begun.front_mut().map_or(Ok(None), |pages| pages.planned())
    }

    fn start(&mut self) -> Result<()> {
        self.begin_ahead()
    }

    /// The first page of the first combination.
    fn first(&mut self) -> PageFuture<'_> {
        Box::pin(async {
            self.begin()?;
            match self.begun.front_mut() {
                Some(pages) => pages.first().await,
                None => Ok(None),
            }
        })
    }

    fn next(&mut self) -> PageFuture<'_> {
        Box::pin(self.next_page(None))
    }

    fn next_up_to(&mut self, rows: u64) -> PageFuture<'_> {
        Box::pin(self.next_page(Some(rows)))
    }

    fn end(&self) -> Option<EndReason> {
        self.end.filter(|_| self.begun.is_empty() && self.next >= self.combinations.count())
    }

    fn set_concurrency(&mut self, pages: usize) {
        self.concurrency = pages.max(1);
    }
}
