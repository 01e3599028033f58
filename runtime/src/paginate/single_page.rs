//! One page, whatever it says of others.

use super::{Ask, End, Flow, Pager, Paginator, Seen, Start};
use crate::error::{Error, ErrorKind, Result};

/// `paginator = single_page`: the whole resource is one response.
#[derive(Debug, Clone, Copy)]
pub struct SinglePage;

impl Paginator for SinglePage {
    fn pager(&self, start: Start<'_>) -> Result<Box<dyn Pager>> {
        if start.page_size.is_some() {
            return Err(Error::new(
                ErrorKind::Config,
                "`page_size` is set, but the resource is declared as a single page",
            ));
        }
        Ok(Box::new(Page { asked: false, seen: false }))
    }
}

struct Page {
    asked: bool,
    seen: bool,
}

impl Pager for Page {
    fn next(&mut self) -> Option<Ask> {
        (!std::mem::replace(&mut self.asked, true)).then(|| Ask::new(1))
    }

    fn seen(&mut self, _: &Seen<'_>) -> Result<Flow> {
        self.seen = true;
        Ok(Flow::On)
    }

    fn end(&self) -> Option<End> {
        self.seen.then_some(End::SinglePage)
    }
}
