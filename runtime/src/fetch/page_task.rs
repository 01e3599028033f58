//! A page in flight, in a task of its own, so that pages are decoded on as many threads as there are.

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};

use tokio::sync::oneshot;
use tokio::task::{JoinHandle, yield_now};
use tracing::Instrument as _;

use super::fetcher::Fetcher;
use super::page_sequence::{PageSequence, PageVerdict, lock};
use crate::client::call::PageResponse;
use crate::decode::DecodedPage;
use crate::error::{Error, ErrorKind, Result};
use crate::paginate::PageRequest;

/// Dropped, it is cancelled.
pub(super) struct PageTask {
    /// Receives the early verdict on a page of a chain,
    early: Option<oneshot::Receiver<EarlyVerdict>>,
    /// which is kept here until the page is complete.
    verdict: Option<Result<PageVerdict>>,
    page: JoinHandle<Result<(PageResponse, DecodedPage)>>,
}

/// The verdict on a page before its rows are read, and the next page, which is in flight by then.
struct EarlyVerdict {
    verdict: Result<PageVerdict>,
    next: Option<PageTask>,
}

impl PageTask {
    /// A page that stands alone: the walk decides which one is next.
    pub(super) fn single(fetcher: &Arc<Fetcher>, request: PageRequest) -> Self {
        let number = request.number;
        let fetch = {
            let fetcher = Arc::clone(fetcher);
            async move {
                let response = fetcher.request(request).await?;
                let content = fetcher.read(&response)?;
                Ok((response, content))
            }
        };
        Self::spawn(fetcher, number, None, fetch)
    }

    /// A page of a chain, whose response names the next one: the task requests that as soon as it can, without waiting
    /// for the walk or for the rows.
    pub(super) fn chained(fetcher: &Arc<Fetcher>, request: PageRequest, sequence: &Arc<Mutex<PageSequence>>) -> Self {
        let number = request.number;
        let (sender, early) = oneshot::channel();
        let fetch = {
            let (fetcher, sequence) = (Arc::clone(fetcher), Arc::clone(sequence));
            async move {
                let response = fetcher.request(request).await?;
                if let Some(facts) = fetcher.facts(&response) {
                    let (verdict, next) = {
                        let mut sequence = lock(&sequence);
                        let verdict = sequence.observe(&response, &facts, fetcher.credentials());
                        let next = if verdict.is_ok() { sequence.next() } else { None };
                        (verdict, next)
                    };
                    let next = next.map(|request| Self::chained(&fetcher, request, &sequence));
                    drop(sender.send(EarlyVerdict { verdict, next }));
                    // On this thread, the next page is requested before the rows of this one are read.
                    yield_now().await;
                } else {
                    // The walk waits for the rows instead.
                    drop(sender);
                }
                let content = fetcher.read(&response)?;
                Ok((response, content))
            }
        };
        Self::spawn(fetcher, number, Some(early), fetch)
    }

    fn spawn(
        fetcher: &Fetcher,
        page: u64,
        early: Option<oneshot::Receiver<EarlyVerdict>>,
        fetch: impl Future<Output = Result<(PageResponse, DecodedPage)>> + Send + 'static,
    ) -> Self {
        // Not within the span of the page whose task requests this one.
        let span = tracing::debug_span!(parent: &fetcher.span, "page", page);
        Self { early, verdict: None, page: tokio::spawn(fetch.instrument(span)) }
    }

    /// The next page of a chain, as soon as this one's response has come, if it is in flight by then.
    pub(super) async fn successor(&mut self) -> Option<Self> {
        let early = self.early.as_mut()?.await;
        self.early = None;
        let EarlyVerdict { verdict, next } = early.ok()?;
        self.verdict = Some(verdict);
        next
    }

    /// The page, and its early verdict, if there is one.
    pub(super) async fn join(&mut self) -> Result<(PageResponse, DecodedPage, Option<Result<PageVerdict>>)> {
        match (&mut self.page).await {
            Ok(page) => page.map(|(response, content)| (response, content, self.verdict.take())),
            Err(error) => match error.try_into_panic() {
                // A panic in a user's `Deserialize` is passed on to the user.
                Ok(panic) => resume_unwind(panic),
                Err(error) => Err(Error::new(ErrorKind::Transport, "the runtime is shutting down").with_source(error)),
            },
        }
    }
}

impl Drop for PageTask {
    fn drop(&mut self) {
        self.page.abort();
    }
}
