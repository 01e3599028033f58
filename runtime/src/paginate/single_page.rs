//! One page, whatever it says of others.

use super::{EndReason, PageRequest, Pager, PagerOptions, Paginator, Prefetched, ResponseView};
use crate::error::{Error, ErrorKind, Result};

/// `paginator = single_page`: the whole resource is one response.
#[derive(Debug, Clone, Copy)]
pub struct SinglePage;

impl Paginator for SinglePage {
    fn pager(&self, start: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        if start.page_size.is_some() {
            return Err(Error::new(
                ErrorKind::Config,
                "`page_size` is set, but the resource is declared as a single page",
            ));
        }
        Ok(Box::new(SinglePagePager { asked: false, seen: false }))
    }
}

struct SinglePagePager {
    asked: bool,
    seen: bool,
}

impl Pager for SinglePagePager {
    fn next(&mut self) -> Option<PageRequest> {
        (!std::mem::replace(&mut self.asked, true)).then(|| PageRequest::new(1))
    }

    fn observe(&mut self, _: &ResponseView<'_>) -> Result<Prefetched> {
        self.seen = true;
        Ok(Prefetched::Keep)
    }

    fn end(&self) -> Option<EndReason> {
        self.seen.then_some(EndReason::SinglePage)
    }
}
