//! A page on its way, in a task of its own: from what is asked to rows.

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};

use tokio::sync::oneshot;
use tokio::task::{JoinHandle, yield_now};
use tracing::Instrument as _;

use super::fetcher::{Fetch, Fetched};
use super::page_sequence::{Lead, Sight, lock};
use crate::error::{Error, ErrorKind, Result};
use crate::paginate::Ask;

/// Dropped, it is given up.
pub(crate) struct Task {
    /// Tells what is made of a page of a chain,
    told: Option<oneshot::Receiver<Told>>,
    /// which is known from then on.
    sight: Option<Result<Sight>>,
    fetched: JoinHandle<Result<Fetched>>,
}

/// What is made of a page before its rows are read, and the page behind it, which is on its way by then.
struct Told {
    sight: Result<Sight>,
    next: Option<Task>,
}

impl Task {
    /// Asks for a page. A task for each, so that pages are decoded on as many threads as there are.
    pub(crate) fn new(fetch: &Arc<Fetch>, ask: Ask) -> Self {
        Self::spawn(fetch, ask, None)
    }

    /// Asks for a page of a chain: where only its answer tells what to ask next, that is asked as soon as the answer has come.
    pub(crate) fn chained(fetch: &Arc<Fetch>, ask: Ask, lead: &Arc<Mutex<Lead>>) -> Self {
        Self::spawn(fetch, ask, Some(Arc::clone(lead)))
    }

    fn spawn(fetch: &Arc<Fetch>, ask: Ask, lead: Option<Arc<Mutex<Lead>>>) -> Self {
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
            let answer = fetch.answer(ask).await?;
            if let Some((lead, tell)) = lead
                && let Some(outline) = fetch.outline(&answer)
            {
                let (sight, next) = lock(&lead).see_and_go_on(&answer, &outline, &fetch);
                let next = next.map(|ask| Self::chained(&fetch, ask, &lead));
                drop(tell.send(Told { sight, next }));
                // On this thread, the next page is asked for before the rows of this one are read.
                yield_now().await;
            }
            fetch.read(answer)
        };
        Self { told, sight: None, fetched: tokio::spawn(page.instrument(span)) }
    }

    /// The page behind this one, as soon as its answer has come, if that is on its way by then.
    pub(crate) async fn next(&mut self) -> Option<Self> {
        let told = self.told.as_mut()?.await;
        self.told = None;
        let Told { sight, next } = told.ok()?;
        self.sight = Some(sight);
        next
    }

    /// The page with its rows, and what has been made of it, where that did not wait for these.
    pub(crate) async fn join(&mut self) -> Result<(Fetched, Option<Result<Sight>>)> {
        match (&mut self.fetched).await {
            Ok(fetched) => Ok((fetched?, self.sight.take())),
            Err(error) => match error.try_into_panic() {
                // A panic in a user's `Deserialize` is the user's to see.
                Ok(panic) => resume_unwind(panic),
                Err(error) => Err(Error::new(ErrorKind::Transport, "the runtime is shutting down").with_source(error)),
            },
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.fetched.abort();
    }
}
