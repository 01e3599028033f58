//! A page on its way, in a task of its own: from what is asked to rows.

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};

use tokio::sync::oneshot;
use tokio::task::{JoinHandle, yield_now};
use tracing::Instrument as _;

use super::fetcher::{FetchedPage, Fetcher};
use super::page_sequence::{PageSequence, PageVerdict, lock};
use crate::error::{Error, ErrorKind, Result};
use crate::paginate::PageRequest;

/// Dropped, it is given up.
pub(crate) struct PageTask {
    /// Tells what is made of a page of a chain,
    early: Option<oneshot::Receiver<EarlyVerdict>>,
    /// which is known from then on.
    verdict: Option<Result<PageVerdict>>,
    fetched: JoinHandle<Result<FetchedPage>>,
}

/// What is made of a page before its rows are read, and the page behind it, which is on its way by then.
struct EarlyVerdict {
    verdict: Result<PageVerdict>,
    next: Option<PageTask>,
}

impl PageTask {
    /// Asks for a page. A task for each, so that pages are decoded on as many threads as there are.
    pub(crate) fn new(fetch: &Arc<Fetcher>, ask: PageRequest) -> Self {
        Self::spawn(fetch, ask, None)
    }

    /// Asks for a page of a chain: where only its answer tells what to ask next, that is asked as soon as the answer has come.
    pub(crate) fn chained(fetch: &Arc<Fetcher>, ask: PageRequest, lead: &Arc<Mutex<PageSequence>>) -> Self {
        Self::spawn(fetch, ask, Some(Arc::clone(lead)))
    }

    fn spawn(fetch: &Arc<Fetcher>, ask: PageRequest, lead: Option<Arc<Mutex<PageSequence>>>) -> Self {
        // Not within the page that asks.
        let span = tracing::debug_span!(parent: fetch.span(), "page", page = ask.number);
        let fetch = Arc::clone(fetch);
        let (lead, told) = lead
            .map(|lead| {
                let (tell, told) = oneshot::channel();
                ((lead, tell), told)
            })
            .unzip();
        let page = async move {
            let answer = fetch.request(ask).await?;
            if let Some((lead, tell)) = lead
                && let Some(outline) = fetch.facts(&answer)
            {
                let (sight, next) = lock(&lead).observe_and_advance(&answer, &outline, &fetch);
                let next = next.map(|ask| Self::chained(&fetch, ask, &lead));
                drop(tell.send(EarlyVerdict { verdict: sight, next }));
                // On this thread, the next page is asked for before the rows of this one are read.
                yield_now().await;
            }
            fetch.read(answer)
        };
        Self { early: told, verdict: None, fetched: tokio::spawn(page.instrument(span)) }
    }

    /// The page behind this one, as soon as its answer has come, if that is on its way by then.
    pub(crate) async fn next(&mut self) -> Option<Self> {
        let told = self.early.as_mut()?.await;
        self.early = None;
        let EarlyVerdict { verdict: sight, next } = told.ok()?;
        self.verdict = Some(sight);
        next
    }

    /// The page with its rows, and what has been made of it, where that did not wait for these.
    pub(crate) async fn join(&mut self) -> Result<(FetchedPage, Option<Result<PageVerdict>>)> {
        match (&mut self.fetched).await {
            Ok(fetched) => Ok((fetched?, self.verdict.take())),
            Err(error) => match error.try_into_panic() {
                // A panic in a user's `Deserialize` is the user's to see.
                Ok(panic) => resume_unwind(panic),
                Err(error) => Err(Error::new(ErrorKind::Transport, "the runtime is shutting down").with_source(error)),
            },
        }
    }
}

impl Drop for PageTask {
    fn drop(&mut self) {
        self.fetched.abort();
    }
}
