//! From the bytes of a page to typed rows, and to the totals and cursors on the way, in one pass.

mod diagnose;
mod found;
mod pass;

use bytes::Bytes;

pub(crate) use self::found::Found;
use crate::error::Error;
use crate::path::Step;
use crate::resource::Resource;
use crate::row::Rows;

/// Where to look in a body.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Where the rows are; empty: the body itself.
    selector: &'static [Step],
    /// Where the paginator looks.
    probes: Vec<&'static [Step]>,
}

impl Plan {
    pub(crate) fn new(selector: Option<&'static [Step]>, probes: Vec<&'static [Step]>) -> Self {
        let selector = match selector.unwrap_or_default() {
            // `items[*]` selects the elements of `items`, and so does `items`.
            [list @ .., Step::All] => list,
            selector => selector,
        };
        Self { selector, probes }
    }
}

/// What a page holds.
pub(crate) struct Decoded {
    pub(crate) rows: Box<dyn Rows>,
    pub(crate) found: Vec<Option<Found>>,
    /// The bytes of the rows, as the server sent them.
    pub(crate) raw: Bytes,
}

/// How to decode the rows of a resource whose type is not known to the caller.
pub(crate) type Decode = fn(&Bytes, &Plan) -> Result<Decoded, Error>;

/// Decodes a page. Only when that fails is it read again, to say which row and what is wrong with it.
pub(crate) fn decode<T: Resource>(body: &Bytes, plan: &Plan) -> Result<Decoded, Error> {
    match pass::read::<T>(body, plan) {
        Ok(Some(page)) => Ok(Decoded { rows: Box::new(page.rows), found: page.found, raw: body.slice(page.span) }),
        Ok(None) => Err(diagnose::absent(body, plan)),
        Err(error) => Err(diagnose::unfit::<T>(body, plan, &error)),
    }
}
