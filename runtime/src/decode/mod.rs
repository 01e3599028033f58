//! From the bytes of a page to typed rows, and to the totals and cursors on the way, in one pass.

mod diagnose;
mod found;
mod pass;

use bytes::Bytes;

pub(crate) use self::found::Found;
use crate::error::Error;
use crate::newest::{News, Since};
use crate::path::Step;
use crate::resource::{MissingRows, Resource};
use crate::row::Rows;

/// Where to look in a body.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Where the rows are; empty: the body itself.
    selector: &'static [Step],
    /// Where the paginator looks.
    probes: Vec<&'static [Step]>,
    /// What nothing at the selector means.
    missing: MissingRows,
    /// What is new, where that is told.
    since: Option<Since>,
}

impl Plan {
    pub(crate) fn new(
        selector: Option<&'static [Step]>,
        probes: Vec<&'static [Step]>,
        missing: MissingRows,
        since: Option<Since>,
    ) -> Self {
        let selector = match selector.unwrap_or_default() {
            // `items[*]` selects the elements of `items`, and so does `items`.
            [list @ .., Step::All] => list,
            selector => selector,
        };
        Self { selector, probes, missing, since }
    }
}

/// What a page holds.
pub(crate) struct Decoded {
    /// The rows, processed.
    pub(crate) rows: Box<dyn Rows>,
    /// How many came, before any was filtered out.
    pub(crate) received: u64,
    /// How new they are.
    pub(crate) news: News,
    pub(crate) found: Vec<Option<Found>>,
    /// The bytes of the lists of rows, as the server sent them.
    pub(crate) raw: Vec<Bytes>,
}

/// How to decode the rows of a resource whose type is not known to the caller.
pub(crate) type Decode = fn(&Bytes, &Plan) -> Result<Decoded, Error>;

/// Decodes a page. Only when that fails is it read again, to say which row and what is wrong with it.
pub(crate) fn decode<T: Resource>(body: &Bytes, plan: &Plan) -> Result<Decoded, Error> {
    match pass::read::<T>(body, plan) {
        Ok(mut page) if page.selected || plan.missing == MissingRows::Empty => {
            let received = page.rows.len() as u64;
            let news = plan.since.as_ref().map(|since| since.keep(&mut page.rows)).unwrap_or_default();
            Ok(Decoded {
                received,
                news,
                rows: Box::new(T::process(page.rows)),
                found: page.found,
                // A list that has no key of its own is known by the whole body.
                raw: match page.spans.as_slice() {
                    [] => vec![body.clone()],
                    spans => spans.iter().map(|span| body.slice(span.clone())).collect(),
                },
            })
        }
        Ok(_) => Err(diagnose::absent(body, plan)),
        Err(error) => Err(diagnose::unfit::<T>(body, plan, &error)),
    }
}
