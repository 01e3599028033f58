//! One page, even if it names others.

use serde::{Serialize, Serializer};

use super::pager::Sealed;
use super::{EndReason, PageRequest, Pager, PagerOptions, Paginator, Prefetched, ResponseView};
use crate::error::{Error, ErrorKind, Result};

/// `paginator = single_page`: the whole resource is one response.
#[derive(Debug, Clone, Copy)]
pub struct SinglePage;

impl Serialize for SinglePage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        "single_page".serialize(serializer)
    }
}

impl Sealed for SinglePage {}

impl Paginator for SinglePage {
    fn pager(&self, options: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        if options.page_size.is_some() {
            let message = "`page_size` is set, but the resource is declared as a single page";
            return Err(Error::new(ErrorKind::Config, message));
        }
        Ok(Box::new(SinglePagePager { requested: false, seen: false }))
    }
}

struct SinglePagePager {
    requested: bool,
    seen: bool,
}

impl Pager for SinglePagePager {
    fn next(&mut self) -> Option<PageRequest> {
        (!std::mem::replace(&mut self.requested, true)).then(|| PageRequest::new(1))
    }

    fn observe(&mut self, _: &ResponseView<'_>) -> Result<Prefetched> {
        self.seen = true;
        Ok(Prefetched::Keep)
    }

    fn end(&self) -> Option<EndReason> {
        self.seen.then_some(EndReason::SinglePage)
    }

    fn stops(&self) -> &'static str {
        "none: there is one page"
    }
}
