//! A resource that is read for each row of its parent: several of them at a time, whichever has come first.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::declare::parent::ParentField;
use crate::destination;
use crate::error::{Error, ErrorKind, Result};
use crate::fetch::page::UntypedPage;
use crate::fetch::page_source::{self, PageSource};
use crate::fetch::query::FetchQuery;
use crate::http::stats::Stats;
use crate::paginate::EndReason;
use crate::params::template::{TemplateError, Values};

/// The children of one parent's rows.
pub(super) struct ChildReader {
    client: Client,
    entry: ResourceEntry,
    query: FetchQuery,
    stats: Arc<Stats>,
    /// What the values of a link are known by.
    parent_fields: Vec<ParentField>,
    concurrency: usize,
    /// Links that were taken from the destination and not begun.
    waiting: VecDeque<destination::Link>,
    /// Whether the destination has no more.
    exhausted: bool,
    active: Vec<ChildWalk>,
    /// Whose turn it is.
    turn: usize,
    progress: ChildrenPosition,
    /// Whether a child that was interrupted promises other rows than it did.
    moved: bool,
    end: Option<EndReason>,
}

/// One walk.
struct ChildWalk {
    link: destination::Link,
    pages: Box<dyn PageSource>,
    /// What goes into the checkpoint.
    place: SavedChild,
    /// Whether a load can go on behind the pages that have been handed over.
    resumable: bool,
    /// Whether it goes on with what was interrupted, and no page has come yet.
    resumed: bool,
}

/// How far the children have been read.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct ChildrenPosition {
    /// The last link that was begun.
    last: i64,
    /// Those that were begun and not finished.
    active: Vec<SavedChild>,
    /// How many rows of the parent have a value that would lead to another path.
    invalid_path_values: u64,
    /// How many rows the finished ones have promised; `None` once one has not said it.
    promised: Option<u64>,
}

impl ChildrenPosition {
    fn finish(&mut self, child: &SavedChild) {
        self.promised = self.promised.zip(child.total).and_then(|(sum, total)| sum.checked_add(total));
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct SavedChild {
    number: i64,
    position: Option<String>,
    rows: u64,
    total: Option<u64>,
}

impl ChildReader {
    pub(super) fn new(
        client: &Client,
        entry: ResourceEntry,
        (query, given): (FetchQuery, Vec<ParentField>),
        position: Option<&str>,
        stats: Arc<Stats>,
    ) -> Result<Self> {
        let progress = match position {
            None => ChildrenPosition { promised: Some(0), ..ChildrenPosition::default() },
            Some(position) => serde_json::from_str(position).map_err(|error| {
                Error::new(ErrorKind::Destination, "the saved position is not one of a resource with a parent")
                    .with_help("sync with `.full_refresh()`, which starts anew")
                    .with_source(error)
            })?,
        };
        let concurrency = query.concurrency.unwrap_or(client.concurrency()).max(1);
        Ok(Self {
            client: client.clone(),
            entry,
            query,
            stats,
            parent_fields: given,
            concurrency,
            waiting: VecDeque::new(),
            exhausted: false,
            active: Vec::new(),
            turn: 0,
            progress,
            moved: false,
            end: None,
        })
    }

    pub(super) fn end(&self) -> Option<EndReason> {
        self.end.filter(|_| self.exhausted && self.active.is_empty())
    }

    /// How many rows of the parent have a value that would lead to another path.
    pub(super) fn invalid_path_values(&self) -> u64 {
        self.progress.invalid_path_values
    }

    /// Whether a child that was interrupted promises other rows than it did: those before its place may be others too.
    pub(super) fn has_moved(&self) -> bool {
        self.moved
    }

    fn has_other_rows(&self) -> Error {
        let message = "the API promises other rows than before the load was interrupted";
        Error::new(ErrorKind::Incomplete, message).in_resource(self.entry.def.name)
    }

    /// Behind which link more are wanted, if so.
    pub(super) fn wants_links_after(&self) -> Option<i64> {
        if self.exhausted || self.waiting.len() >= self.concurrency {
            return None;
        }
        let resumed = self.progress.active.iter().map(|saved| saved.number - 1).min();
        let begun = resumed.map_or(self.progress.last, |resumed| resumed.min(self.progress.last));
        Some(self.waiting.back().map_or(begun, |link| link.number))
    }

    /// Takes more links; none means that there are no more.
    pub(super) fn feed(&mut self, links: Vec<destination::Link>) {
        self.exhausted = links.is_empty();
        self.waiting.extend(links);
    }

    /// The next page of any of them, `None` behind the last. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Result<Option<UntypedPage>> {
        loop {
            self.begin()?;
            if self.active.is_empty() {
                return Ok(None);
            }
            let (index, page) = self.any().await;
            match page? {
                Some(page) => {
                    let page = self.account_for(index, page);
                    return if self.moved { Err(self.has_other_rows()) } else { Ok(Some(page)) };
                }
                None => self.finish(index),
            }
        }
    }

    /// The first page to come, and whose it is.
    async fn any(&mut self) -> (usize, Result<Option<UntypedPage>>) {
        let count = self.active.len();
        self.turn = (self.turn + 1) % count.max(1);
        let turn = self.turn;
        poll_fn(|cx| {
            for index in (0..count).map(|offset| (turn + offset) % count) {
                if let Some(child) = self.active.get_mut(index)
                    && let Poll::Ready(page) = pin!(child.pages.next()).poll(cx)
                {
                    return Poll::Ready((index, page));
                }
            }
            Poll::Pending
        })
        .await
    }

    /// Begins as many as may be read at a time.
    fn begin(&mut self) -> Result<()> {
        while self.active.len() < self.concurrency {
            let Some(link) = self.waiting.pop_front() else { break };
            let resumed = self.progress.active.iter().position(|saved| saved.number == link.number);
            let place = match resumed {
                Some(index) => self.progress.active.swap_remove(index),
                // Between those that were interrupted are those that were finished.
                None if link.number <= self.progress.last => continue,
                None => {
                    self.progress.last = link.number;
                    SavedChild { number: link.number, position: None, rows: 0, total: None }
                }
            };
            let mut values = Values::default();
            for (given, value) in self.parent_fields.iter().zip(&link.values) {
                values.set_json(given.name, value);
            }
            let values = values.or(self.client.values());
            let path = match values.path(self.entry.def.path) {
                Err(TemplateError::Traversal(segment)) => {
                    let resource = self.entry.def.name;
                    tracing::warn!(resource, segment, "a row of the parent has a value that leads to another path");
                    self.progress.invalid_path_values += 1;
                    continue;
                }
                path => path.ok(),
            };
            let query = FetchQuery { path, values, concurrency: Some(1), ..self.query.clone() };
            let position = place.position.as_deref().map(|position| (position, place.rows));
            let mut pages = page_source::open(&self.client, self.entry, query, position, Arc::clone(&self.stats))?;
            pages.start()?;
            let resumed = place.position.is_some();
            self.active.push(ChildWalk { link, pages, place, resumable: true, resumed });
        }
        // The last ones have the connections of those that are done.
        let each = if self.waiting.is_empty() { self.concurrency / self.active.len().max(1) } else { 1 };
        for child in &mut self.active {
            child.pages.set_concurrency(each.max(1));
        }
        Ok(())
    }

    fn account_for(&mut self, index: usize, mut page: UntypedPage) -> UntypedPage {
        if let Some(child) = self.active.get_mut(index) {
            // An answer that is declared to hold no rows promises none.
            let is_nothing = child.place.rows == 0 && child.pages.end() == Some(EndReason::Ignored);
            let total = page.meta.total.or(is_nothing.then_some(0));
            self.moved |= std::mem::take(&mut child.resumed) && child.pages.has_moved(total, child.place.total);
            child.place.rows += page.content.facts.row_count;
            child.place.total = total;
            child.resumable = page.meta.position.is_some() || child.pages.end().is_some();
            child.place.position = page.meta.position.take();
            page.parent_values.clone_from(&child.link.values);
        }
        page.meta.total = self.total();
        page.meta.position = self.position();
        page
    }

    /// How many rows they have promised so far, if all do.
    fn total(&self) -> Option<u64> {
        self.active
            .iter()
            .filter(|child| child.place.rows > 0)
            .try_fold(self.progress.promised?, |total, child| total.checked_add(child.place.total?))
    }

    /// From where to go on, if all of them can.
    fn position(&self) -> Option<String> {
        if !self.active.iter().all(|child| child.resumable) {
            return None;
        }
        let mut progress = self.progress.clone();
        for child in &self.active {
            // One that has come to its end has yet to be found complete; without a place to go on from, it promised nothing more.
            if child.pages.end().is_some() && child.place.position.is_none() {
                progress.finish(&child.place);
            } else {
                progress.active.push(child.place.clone());
            }
        }
        serde_json::to_string(&progress).ok()
    }

    fn finish(&mut self, index: usize) {
        let child = self.active.swap_remove(index);
        self.end = child.pages.end();
        self.progress.finish(&child.place);
    }
}
