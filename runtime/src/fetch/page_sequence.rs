//! The order of a walk's pages: the pager, and checks that the pages do not repeat.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde_json::Value;

use super::page::PageMeta;
use crate::auth::Auth;
use crate::auth::credentials::Credentials;
use crate::client::call::PageResponse;
use crate::declare::resource::ResourceDef;
use crate::decode::PageFacts;
use crate::error::{Error, ErrorKind, Result};
use crate::paginate::resume_token::{LastPage, ResumeToken};
use crate::paginate::{EndReason, PageRequest, Pager, Prefetched, ResponseView, refused_after_last};
use crate::text::url::display_url;

/// More consecutive pages without rows than this are an endless sequence.
const MAX_EMPTY_PAGES: u32 = 1000;

/// So many pages with rows are read where only a page without rows is the end, and no key shows whether rows come again.
const MAX_OPEN_ENDED_PAGES: u64 = 10_000;

/// The pager of a walk. It sees each page once, in order.
pub(super) struct PageSequence {
    pager: Box<dyn Pager>,
    /// How the resource is authorised: credentials are stripped from its links.
    auth: Auth,
    def: &'static ResourceDef,
    /// The body of the page before.
    body: Bytes,
    /// The rows of the page before, as the server sent them.
    previous: Vec<Bytes>,
    /// Consecutive pages without rows.
    empty: u32,
    rows: u64,
    /// Pages of this run.
    pages: u64,
    /// Pages that have been observed, but not consumed.
    waiting: u64,
    /// Why the walk ended before the pager had seen a last page.
    ended: Option<EndReason>,
    /// Where the pages seen so far have led.
    place: Place,
    /// How many rows and pages there were when the walk began, where the newest rows come first: those that came since are in
    /// nobody's way.
    at_start: Totals,
    /// The row after the last that is wanted, where only a range of pages is read.
    last: Option<u64>,
}

/// How many rows and pages the API says there are.
#[derive(Clone, Copy, Default)]
struct Totals {
    rows: Option<u64>,
    pages: Option<u64>,
}

/// Where a walk stands.
enum Place {
    Start,
    At(Value),
    /// At a place that cannot be saved.
    Unsaved,
}

/// The sequence, also after a panic of another holder.
pub(super) fn lock(sequence: &Mutex<PageSequence>) -> MutexGuard<'_, PageSequence> {
    sequence.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The place of a page in its sequence.
pub(super) struct PageVerdict {
    pub(super) meta: PageMeta,
    /// Whether the pages in flight are the next ones.
    pub(super) prefetched: Prefetched,
}

impl PageSequence {
    /// With this many rows before the first page, which is at this position.
    pub(super) fn new(
        pager: Box<dyn Pager>,
        def: &'static ResourceDef,
        auth: Auth,
        rows: u64,
        position: Option<&Value>,
    ) -> Self {
        let place = position.map_or(Place::Start, |position| Place::At(position.clone()));
        Self {
            pager,
            auth,
            def,
            body: Bytes::new(),
            previous: Vec::new(),
            empty: 0,
            rows,
            pages: 0,
            waiting: 0,
            ended: None,
            place,
            at_start: Totals::default(),
            last: None,
        }
    }

    /// Expects only the rows from a first one to a last one, both counted from 0, the last one excluded.
    pub(super) fn narrow(&mut self, first: u64, last: u64) {
        self.rows = first;
        self.last = Some(last + self.def.paginator.skipped());
    }

    /// The next request, if it is known already; none while two pages of a chain wait to be consumed, which bounds how
    /// far it is read ahead.
    pub(super) fn next(&mut self) -> Option<PageRequest> {
        if self.ended.is_some() || self.waiting > 1 { None } else { self.pager.next() }
    }

    /// A page has been handed to the reader.
    pub(super) fn page_consumed(&mut self) {
        self.waiting = self.waiting.saturating_sub(1);
    }

    /// Whether only the response to a page names the next one.
    pub(super) fn is_chained(&self) -> bool {
        self.pager.is_chained()
    }

    /// Why the walk ended; `None` before its last page has been observed.
    pub(super) fn end(&self) -> Option<EndReason> {
        self.ended.or(self.pager.end())
    }

    /// Whether the walk ends by a total, whatever its pages bring.
    pub(super) fn is_bounded(&self) -> bool {
        self.pager.total().is_some()
    }

    /// Takes the next page into account.
    pub(super) fn observe(
        &mut self,
        response: &PageResponse,
        facts: &PageFacts,
        credentials: &Credentials,
    ) -> Result<PageVerdict> {
        let PageResponse { page: number, url, headers, body, ignored, .. } = response;
        let PageFacts { row_count, found, raw, is_absent, .. } = facts;
        let (number, rows) = (*number, *row_count);
        self.waiting += 1;
        if *ignored {
            self.ended = Some(EndReason::Ignored);
            let meta = PageMeta { number, total: self.totals().rows, ..PageMeta::default() };
            return Ok(PageVerdict { meta, prefetched: Prefetched::Discard });
        }
        let repeats = |message: String, help: &str| {
            Error::new(ErrorKind::PaginationLoop, message).with_help(help).on_page(number, display_url(url))
        };
        if rows > 0 && *raw == self.previous {
            let help = "check the paginator's options: a server ignores params that it does not know, and sends the same page again";
            return Err(repeats("the server sent the same rows as on the page before".to_owned(), help));
        }
        self.empty = if rows == 0 { self.empty + 1 } else { 0 };
        if self.empty > MAX_EMPTY_PAGES {
            let message = format!("the server sent more than {MAX_EMPTY_PAGES} consecutive pages without rows");
            let help = format!("declare how the API says that there are no more pages: {}", self.pager.stops());
            return Err(repeats(message, &help));
        }
        self.pages += 1;
        self.previous.clone_from(raw);
        self.rows += rows;
        let before = self.totals();
        self.body.clone_from(body);
        let view = ResponseView { rows, found, headers, url, body, rows_at: self.def.rows_at() };
        let prefetched = self.pager.observe(&view).map_err(|error| error.on_page(number, display_url(url)))?;
        self.pager.strip_credentials(&|url| credentials.strip_credentials(self.auth, &self.def.secrets(), url));
        // A position that holds a credential is not saved.
        let position = self.pager.position()?.filter(|position| {
            let text = position.to_string();
            credentials.redact(&text) == text
        });
        let is_last = self.pager.end().is_some();
        let is_first = matches!(self.place, Place::Start);
        let resume = self.resume(position, rows, is_last);
        if self.pages >= MAX_OPEN_ENDED_PAGES
            && !is_last
            && self.def.primary_key.is_empty()
            && self.pager.is_open_ended()
        {
            let message = format!("{MAX_OPEN_ENDED_PAGES} pages came, and nothing shows whether they have an end");
            let help = format!(
                "declare how the API says which page is the last, or how far to read: {}; or a `primary_key`, by which pages that bring nothing new are seen",
                self.pager.stops()
            );
            return Err(repeats(message, &help));
        }
        if self.def.is_newest_first() {
            self.at_start.rows = self.at_start.rows.or(self.pager.total());
            self.at_start.pages = self.at_start.pages.or(self.pager.total_pages());
        }
        let totals = self.totals();
        let total = totals.rows;
        let both = [before.rows.zip(totals.rows), before.pages.zip(totals.pages)];
        let total_changed = both.iter().flatten().any(|(before, now)| before != now);
        let total_sank = both.iter().flatten().any(|(before, now)| before > now);
        let is_empty_inner = rows == 0 && !is_last;
        let doubt = self.doubt(is_first, *is_absent, total);
        // What is known of its rows, and where it came from, is added where these are read.
        let pages = self.pager.known_pages();
        let meta = PageMeta {
            number,
            total,
            pages,
            total_changed,
            total_sank,
            doubt,
            is_empty_inner,
            resume,
            ..PageMeta::default()
        };
        // No page after the last is waited for.
        Ok(PageVerdict { meta, prefetched: if is_last { Prefetched::Discard } else { prefetched } })
    }

    /// Where to resume after the page that leads to this position. Where no total shows whether rows have come or gone
    /// meanwhile, only a cursor is sure to be the same place; else the page is read again, if it has rows to compare.
    fn resume(&mut self, position: Option<Value>, rows: u64, is_last: bool) -> Option<ResumeToken> {
        let place = position.clone().map_or(Place::Unsaved, Place::At);
        let before = std::mem::replace(&mut self.place, place);
        let position = position?;
        if is_last || self.pager.is_cursor() || self.pager.total().is_some() {
            return Some(ResumeToken::Pager(position));
        }
        let before = match before {
            _ if rows == 0 => return None,
            Place::Start => None,
            Place::At(position) => Some(position),
            Place::Unsaved => return None,
        };
        // The rows have not been read yet.
        Some(ResumeToken::Reread(Box::new(LastPage {
            before,
            rows,
            last: Vec::new(),
            pages: self.pager.total_pages(),
        })))
    }

    /// Why rows may be missing that nothing shows: only a total does, and a cursor keeps its place whatever comes or goes.
    fn doubt(&self, is_first: bool, is_absent: bool, total: Option<u64>) -> Option<&'static str> {
        let stops_by_itself =
            matches!(self.pager.end(), Some(EndReason::EmptyPage | EndReason::ShortPage | EndReason::Repeated));
        if self.def.paginator.may_hide_rows() {
            Some("the API hides rows")
        } else if stops_by_itself && self.pager.is_cursor() {
            // Another page may have been named.
            Some("the walk ended before the API said so")
        } else if total.is_some() {
            None
        } else if is_absent {
            Some("a response had no list of rows")
        } else if is_first || self.pager.is_cursor() {
            None
        } else {
            Some("the API gives no total: rows may have moved unseen")
        }
    }

    /// How many rows and pages there are, by the latest page; where the newest rows come first, no more than there were at the
    /// start.
    fn totals(&self) -> Totals {
        let at_most = |latest: Option<u64>, at_start: Option<u64>| {
            latest.map(|latest| at_start.map_or(latest, |at_start| at_start.min(latest)))
        };
        Totals {
            rows: at_most(self.pager.total(), self.at_start.rows),
            pages: at_most(self.pager.total_pages(), self.at_start.pages),
        }
    }

    /// Ends the walk before its last page.
    pub(super) fn stop(&mut self, reason: EndReason) {
        self.ended = Some(reason);
    }

    /// How many pages the API said there are.
    pub(super) fn total_pages(&self) -> Option<u64> {
        self.pager.total_pages()
    }

    /// The error of a page that was refused: with the advice for one that may be after the last.
    pub(super) fn refused(&self, error: Error) -> Error {
        const AFTER_LAST: [u16; 4] = [400, 404, 416, 422];
        let may_be_after_last = self.rows > 0 && !self.pager.is_chained() && !self.pager.is_counted();
        match error.status().filter(|status| may_be_after_last && AFTER_LAST.contains(status)) {
            Some(status) => {
                let help = refused_after_last(status, &self.body, self.def.rows_at(), self.rows, self.pager.stops());
                let help = error.help().map_or(help.clone(), |own| format!("{own}; {help}"));
                error.with_help(help)
            }
            None => error,
        }
    }

    /// Checks that the walk has not ended short of the promised total: `repeated` of the rows have the key of an earlier one.
    pub(super) fn complete(&self, repeated: u64) -> Result<()> {
        let Some(end) = self.end() else {
            let message = format!(
                "the API serves no more rows than its result window; {} rows came, without a total that confirms all rows were read",
                self.rows
            );
            return Err(Error::new(ErrorKind::WindowExceeded, message)
                .with_help("check the paginator's `total_path`; if rows were added during the run, run it again"));
        };
        if let Some(error) = self.pager.unread(end) {
            return Err(error);
        }
        let paginator = self.def.paginator;
        let if_hidden = paginator.if_rows_are_hidden();
        let if_hidden =
            if_hidden.map_or_else(String::new, |what| format!("; if the API hides rows that it counts, {what}"));
        let total = self.totals().rows.map(|total| self.last.map_or(total, |last| total.min(last)));
        match total.filter(|_| !end.is_early() && !paginator.may_hide_rows()) {
            Some(total) if repeated > 0 && total > self.distinct(repeated) => {
                let message = format!(
                    "the API promised {total} rows, {} came, with only {} distinct keys (pagination ended: {end})",
                    self.rows,
                    self.rows.saturating_sub(repeated)
                );
                Err(Error::new(ErrorKind::Incomplete, message).with_help(format!(
                    "rows have moved from page to page while they were read: run it again, and have the API sort by something unique that does not change; if the error remains, check the paginator's options, and whether `primary_key` identifies a row{if_hidden}",
                )))
            }
            Some(total) if total > self.distinct(0) => {
                let message = format!("the API promised {total} rows, {} came (pagination ended: {end})", self.rows);
                Err(Error::new(ErrorKind::Incomplete, message).with_help(format!(
                    "run it again: rows may have moved during the run; if the error remains, check the paginator's options{if_hidden}"
                )))
            }
            _ => Ok(()),
        }
    }

    /// How many of the promised rows have come, or were skipped as declared.
    fn distinct(&self, repeated: u64) -> u64 {
        self.rows.saturating_sub(repeated) + self.def.paginator.skipped()
    }
}
