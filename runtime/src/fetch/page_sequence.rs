//! What leads through the pages of a walk: the pager, and what keeps it from being led astray.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde_json::Value;

use super::fetcher::{Fetcher, PageResponse};
use crate::client::transport::Response;
use crate::decode::PageFacts;
use crate::error::{Error, ErrorKind, Result};
use crate::paginate::{EndReason, PageRequest, Pager, Prefetched, ResponseView};
use crate::text::url::display_url;

/// More pages than this without rows, one after the other, are no gap: they never end.
const MAX_EMPTY_PAGES: u32 = 1000;

/// The pager of a walk. It sees each page once, in order.
pub(crate) struct PageSequence {
    pager: Box<dyn Pager>,
    /// The rows of the page before, as the server sent them.
    previous: Vec<Bytes>,
    /// Pages without rows since the last one that had some.
    empty: u32,
    rows: u64,
    /// Pages that have been seen, and not handed over.
    waiting: u64,
    /// Why the walk ended before the pager had seen a last page.
    ended: Option<EndReason>,
}

/// The lead, whatever has become of those who had it before.
pub(crate) fn lock(lead: &Mutex<PageSequence>) -> MutexGuard<'_, PageSequence> {
    lead.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is made of a page.
pub(crate) struct PageVerdict {
    pub(crate) total: Option<u64>,
    /// From where to go on behind it.
    pub(crate) position: Option<Value>,
    /// Whether the pages that were asked for ahead are given up.
    pub(crate) discards_prefetched: bool,
    /// Whether the API promises another number of rows than on the page before.
    pub(crate) total_changed: bool,
    /// Whether it has no rows, and another page comes behind it.
    pub(crate) is_empty_inner: bool,
}

impl PageSequence {
    /// With this many rows before the first page.
    pub(crate) fn new(pager: Box<dyn Pager>, rows: u64) -> Self {
        Self { pager, previous: Vec::new(), empty: 0, rows, waiting: 0, ended: None }
    }

    /// The next request, if it is known already; none while two pages of a chain wait for their turn: no more are read ahead.
    pub(crate) fn next(&mut self) -> Option<PageRequest> {
        if self.ended.is_some() || self.waiting > 1 { None } else { self.pager.next() }
    }

    /// Looks at the next page of a chain, and says what to ask behind it.
    pub(crate) fn observe_and_advance(
        &mut self,
        answer: &PageResponse,
        outline: &PageFacts,
        fetch: &Fetcher,
    ) -> (Result<PageVerdict>, Option<PageRequest>) {
        let sight = self.observe(answer, outline, fetch);
        let next = if sight.is_ok() { self.next() } else { None };
        (sight, next)
    }

    /// A page has been handed over.
    pub(crate) fn page_consumed(&mut self) {
        self.waiting = self.waiting.saturating_sub(1);
    }

    /// Whether only the answer to a page tells what to ask next.
    pub(crate) fn is_chained(&self) -> bool {
        self.pager.is_chained()
    }

    /// How many of the promised rows the declaration leaves out at the start.
    pub(crate) fn skipped(&self) -> u64 {
        self.pager.skipped()
    }

    /// Why the walk ended; `None` before its last page has been seen.
    pub(crate) fn end(&self) -> Option<EndReason> {
        self.ended.or(self.pager.end())
    }

    /// Looks at the next page.
    pub(crate) fn observe(
        &mut self,
        answer: &PageResponse,
        outline: &PageFacts,
        fetch: &Fetcher,
    ) -> Result<PageVerdict> {
        let PageResponse { number, response: Response { url, headers, body, ignored }, .. } = answer;
        let PageFacts { row_count: received, found, raw, .. } = outline;
        let (number, received) = (*number, *received);
        self.waiting += 1;
        if *ignored {
            self.ended = Some(EndReason::Ignored);
            let total = self.pager.total();
            return Ok(PageVerdict {
                total,
                position: None,
                discards_prefetched: true,
                total_changed: false,
                is_empty_inner: false,
            });
        }
        if received > 0 && *raw == self.previous {
            return Err(Error::new(ErrorKind::PaginationLoop, "the server sent the same rows as on the page before")
                .with_help("check the paginator's parameters: a server that does not know them answers each request with the same page")
                .on_page(number, display_url(url)));
        }
        self.empty = if received == 0 { self.empty + 1 } else { 0 };
        if self.empty > MAX_EMPTY_PAGES {
            let message =
                format!("the server sent more than {MAX_EMPTY_PAGES} pages without rows, one after the other");
            return Err(Error::new(ErrorKind::PaginationLoop, message)
                .with_help("check the paginator's options, or set a maximum to end the walk at")
                .on_page(number, display_url(url)));
        }
        self.previous.clone_from(raw);
        self.rows += received;
        let promised = self.pager.total();
        let seen = ResponseView { rows: received, found, headers, url, body };
        let flow = self.pager.observe(&seen).map_err(|error| error.on_page(number, display_url(url)))?;
        self.pager.strip_credentials(&|url| fetch.strip_credentials(url));
        // A position that holds a credential is not saved.
        let position = self.pager.position()?.filter(|position| {
            let text = position.to_string();
            fetch.redact(&text) == text
        });
        // What the latest page rules out is not waited for.
        let is_last = self.pager.end().is_some();
        let gives_up_ahead = flow == Prefetched::Discard || is_last;
        let total = self.pager.total();
        let total_changed = promised.zip(total).is_some_and(|(before, now)| before != now);
        Ok(PageVerdict {
            total,
            position,
            discards_prefetched: gives_up_ahead,
            total_changed,
            is_empty_inner: received == 0 && !is_last,
        })
    }

    /// A walk that ends short of what was promised has lost rows.
    pub(crate) fn complete(&self) -> Result<()> {
        if self.end().is_none() {
            let message = format!(
                "the API gives out no more than its result window, {} rows have come, and did not say that these are all",
                self.rows
            );
            return Err(Error::new(ErrorKind::WindowExceeded, message).with_help(
                "check the paginator's `total_path`; where rows have come while they were read, run it again",
            ));
        }
        let allowed = self.end() == Some(EndReason::Maximum);
        match self.pager.total() {
            Some(total) if total > self.rows + self.pager.skipped() && !allowed => {
                let end = self.end().map_or("end".to_owned(), |end| end.to_string());
                let message = format!("the API promised {total} rows, {} came (the walk ended: {end})", self.rows);
                Err(Error::new(ErrorKind::Incomplete, message)
                    .with_help("run it again: rows may have moved while they were read; if it stays so, check the paginator's options"))
            }
            _ => Ok(()),
        }
    }
}
