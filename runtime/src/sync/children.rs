//! A resource that is read for each row of its parent, and each combination of values of its partitions: several of them
//! at a time, in the order in which pages arrive.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use super::deleted::is_cut;
use super::link_starts::{LinkStart, LinkStarts};
use super::load_reader::{ResumeFault, fault, moved_rows};
use super::parent_values::Link;
use super::plan::PlannedLoad;
use super::request_values::RequestValues;
use super::saved_links::EndedLink;
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::declare::resource::ResourceDef;
use crate::destination::StateStore;
use crate::error::{Error, ErrorKind, Result};
use crate::fetch::page::UntypedPage;
use crate::fetch::page_source::{self, PageSource};
use crate::fetch::query::FetchQuery;
use crate::http::stats::Stats;
use crate::paginate::EndReason;
use crate::paginate::resume_token::{ChildrenPosition, ResumeToken, SavedChild};
use crate::params::template::{TemplateError, Values};
use crate::text::url::whole_url;

/// The pages for all values that a resource is read for.
pub(super) struct ChildReader {
    client: Client,
    entry: ResourceEntry,
    query: FetchQuery,
    stats: Arc<Stats>,
    /// What the values are for.
    planned: PlannedLoad,
    concurrency: usize,
    /// The values that it is read for.
    values: RequestValues,
    /// Those that were read and not begun.
    waiting: VecDeque<Link>,
    /// Whether there are no more.
    exhausted: bool,
    active: Vec<ChildWalk>,
    /// The child that is polled first.
    turn: usize,
    progress: ChildrenPosition,
    /// What is wrong with the place where a child resumes: other rows may have been read before it.
    pub(super) fault: Option<ResumeFault>,
    end: Option<EndReason>,
    /// Whether a child ended before its last row, or may have.
    pub(super) is_cut: bool,
    /// Where each begins, if that is not the same place for all of them.
    starts: Option<LinkStarts>,
    /// How far those are that have ended.
    ended: Vec<EndedLink>,
}

/// The pages for some of these values.
struct ChildWalk {
    link: Link,
    pages: Box<dyn PageSource>,
    /// Where they begin, until their end is known.
    start: Option<LinkStart>,
    /// What goes into the checkpoint.
    saved: SavedChild,
    /// Whether a load can resume after the pages that were returned.
    resumable: bool,
    /// Whether it was interrupted, and no page has come since.
    resumed: bool,
}

impl ChildWalk {
    /// Whether it has ended, with no place where it could be resumed.
    fn is_over(&self) -> bool {
        self.pages.end().is_some() && self.saved.resume.is_none()
    }

    /// How far it is, once it has ended.
    fn ended(&mut self, def: &ResourceDef) -> Option<EndedLink> {
        let (start, watermark) = self.start.take().zip(self.saved.watermark.as_ref())?;
        let is_ignored = self.saved.rows == 0 && self.pages.end() == Some(EndReason::Ignored);
        start.ended(watermark, is_ignored, def)
    }
}

impl ChildrenPosition {
    fn finish(&mut self, child: &SavedChild) {
        self.promised = self.promised.zip(child.total).and_then(|(sum, total)| sum.checked_add(total));
    }
}

impl ChildReader {
    pub(super) fn new(
        client: &Client,
        planned: &PlannedLoad,
        query: FetchQuery,
        values: RequestValues,
        resume: Option<&ResumeToken>,
        stats: Arc<Stats>,
    ) -> Result<Self> {
        let progress = match resume {
            None => ChildrenPosition { promised: Some(0), ..ChildrenPosition::default() },
            Some(resume) => resume.children()?.clone(),
        };
        let concurrency = query.concurrency.unwrap_or(client.concurrency()).max(1);
        Ok(Self {
            client: client.clone(),
            entry: planned.entry,
            query,
            stats,
            planned: planned.clone(),
            concurrency,
            values,
            waiting: VecDeque::new(),
            exhausted: false,
            active: Vec::new(),
            turn: 0,
            progress,
            fault: None,
            end: None,
            is_cut: false,
            starts: None,
            ended: Vec::new(),
        })
    }

    /// With a place for each where it begins.
    pub(super) fn with_starts(self, starts: Option<LinkStarts>) -> Self {
        Self { starts, ..self }
    }

    /// How far those are that have ended since this was asked last.
    pub(super) fn ended_links(&mut self) -> Vec<EndedLink> {
        std::mem::take(&mut self.ended)
    }

    pub(super) fn end(&self) -> Option<EndReason> {
        self.end.filter(|_| self.exhausted && self.active.is_empty())
    }

    /// How many rows of the parent have no value for the request, and how many have one that makes another path.
    pub(super) fn skipped_parents(&self) -> (u64, u64) {
        (self.values.without_value(), self.progress.invalid_path_values)
    }

    /// How many rows the children that have ended hold, if all of them say so.
    pub(super) fn promised(&self) -> Option<u64> {
        self.progress.promised
    }

    /// The next page of any of them, `None` after the last. Dropping the future loses nothing.
    pub(super) async fn next(&mut self, store: &mut dyn StateStore) -> Result<Option<UntypedPage>> {
        loop {
            while !self.exhausted && self.waiting.len() < self.concurrency {
                let more = self.values.next(store).await?;
                self.exhausted = more.is_empty();
                self.waiting.extend(more);
            }
            self.begin()?;
            if self.active.is_empty() {
                if self.exhausted {
                    return Ok(None);
                }
                continue;
            }
            let (index, page) = self.any().await;
            // A child fails at its saved place only with the first page after it.
            let resumed = self.active.get_mut(index).is_some_and(|child| std::mem::take(&mut child.resumed));
            let page = page.and_then(|page| page.map(|page| self.account_for(index, page, resumed)).transpose());
            match page {
                Ok(Some(page)) => return Ok(Some(page)),
                Ok(None) => self.finish(index),
                Err(error) => {
                    self.fault = fault(&error).filter(|_| resumed);
                    return Err(error.in_resource(self.entry.def.name));
                }
            }
        }
    }

    /// The first page to arrive, and the index of its child.
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
        let resource = self.entry.def.name;
        while self.active.len() < self.concurrency {
            let Some(link) = self.waiting.pop_front() else { break };
            let interrupted = self.progress.active.iter().position(|saved| saved.number == link.number);
            let mut saved = match interrupted {
                Some(index) => self.progress.active.swap_remove(index),
                // Between those that were interrupted are those that were finished.
                None if link.number <= self.progress.last => continue,
                None => {
                    self.progress.last = link.number;
                    SavedChild { number: link.number, resume: None, rows: 0, total: None, watermark: None }
                }
            };
            let fields = self.planned.parent_fields.len();
            let Some((of_parent, of_partitions)) = link.values.split_at_checked(fields) else {
                let message = format!("link {} has another number of values than the declaration needs", link.number);
                return Err(Error::internal(ErrorKind::Destination, message).in_resource(resource));
            };
            let mut query = FetchQuery { concurrency: Some(1), ..self.query.clone() };
            for (field, value) in self.planned.parent_fields.iter().zip(of_parent) {
                query.values.set_json(field.name, value);
            }
            let start = match (&self.starts, &self.entry.def.incremental) {
                (Some(starts), Some(range)) => {
                    let start = starts.start(&self.planned, &self.client, range, &link.values)?;
                    query.filter = start.range.filter.clone();
                    saved.watermark.get_or_insert_with(|| start.range.watermark.clone());
                    Some(start)
                }
                _ => None,
            };
            self.values.combinations.set(&mut query, of_partitions);
            query.values = query.values.or(self.client.values());
            query.path = match self.path(&query.values) {
                Err(error @ (TemplateError::Traversal(_) | TemplateError::NoUrl(_))) => {
                    let error = error.in_path(self.entry.def.path);
                    tracing::warn!(resource, %error, "a row of the parent is skipped");
                    // Of the combinations with the values of one row, the first.
                    self.progress.invalid_path_values += u64::from(self.values.is_first(&link));
                    continue;
                }
                path => path.ok(),
            };
            query.batch = Some(self.planned.batch_plan(of_parent, self.values.combinations.columns(of_partitions)?)?);
            let resume = saved.resume.as_ref().map(|resume| (resume, saved.rows));
            let mut pages = page_source::open(&self.client, self.entry, query, resume, Arc::clone(&self.stats))?;
            pages.start()?;
            let resumed = saved.resume.is_some();
            self.active.push(ChildWalk { link, pages, start, saved, resumable: true, resumed });
        }
        // The last ones share the connections of those that are done.
        let each = if self.waiting.is_empty() { self.concurrency / self.active.len().max(1) } else { 1 };
        for child in &mut self.active {
            child.pages.set_concurrency(each.max(1));
        }
        Ok(())
    }

    /// The path, or the URL that a value of the parent's row is.
    fn path(&self, values: &Values) -> Result<String, TemplateError> {
        let template = self.entry.def.path;
        let path = values.path(template)?;
        if template.starts_with("{resources.") {
            whole_url(self.client.base(), &path, &[]).map_err(TemplateError::NoUrl)?;
        }
        Ok(path)
    }

    fn account_for(&mut self, index: usize, mut page: UntypedPage, resumed: bool) -> Result<UntypedPage> {
        let Some(child) = self.active.get_mut(index) else {
            return Err(Error::internal(ErrorKind::Destination, "a page belongs to no child"));
        };
        let ChildWalk { link, pages, saved, resumable, .. } = &mut *child;
        // A response that is declared to hold no rows promises none.
        let is_ignored = saved.rows == 0 && pages.end() == Some(EndReason::Ignored);
        let total = page.meta.total.or(is_ignored.then_some(0));
        if resumed && pages.has_moved(total, saved.total) {
            return Err(moved_rows());
        }
        saved.rows += page.content.facts.row_count;
        saved.total = total;
        *resumable = page.meta.resume.is_some() || pages.end().is_some();
        saved.resume = page.meta.resume.take();
        if let Some(watermark) = &mut saved.watermark {
            watermark.add(page.content.positions.watermark.clone());
        }
        page.parent_values.clone_from(&link.values);
        // For the checkpoint it has ended then, see `position`.
        if child.is_over() {
            self.ended.extend(child.ended(self.entry.def));
        }
        page.meta.total = self.total();
        page.meta.resume = self.position().map(ResumeToken::Children);
        Ok(page)
    }

    /// How many rows they have promised so far, if all do.
    fn total(&self) -> Option<u64> {
        let mut begun = self.active.iter().map(|child| &child.saved).filter(|child| child.rows > 0);
        begun.try_fold(self.progress.promised?, |total, child| total.checked_add(child.total?))
    }

    /// Where to resume, if all of them can.
    fn position(&self) -> Option<ChildrenPosition> {
        if !self.active.iter().all(|child| child.resumable) {
            return None;
        }
        let mut progress = self.progress.clone();
        for child in &self.active {
            // One that has ended may still turn out to be incomplete; one that cannot resume there promised nothing more.
            if child.is_over() {
                progress.finish(&child.saved);
            } else {
                progress.active.push(child.saved.clone());
            }
        }
        Some(progress)
    }

    fn finish(&mut self, index: usize) {
        let mut child = self.active.swap_remove(index);
        self.ended.extend(child.ended(self.entry.def));
        self.end = child.pages.end();
        self.is_cut |= is_cut(self.end);
        self.progress.finish(&child.saved);
    }
}
