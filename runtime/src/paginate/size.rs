//! How many rows a page has, and where a request says so.

use super::{PageRequest, PagerOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::json::path::Step;

/// The options of a paginator about the size of its pages.
#[derive(Clone, Copy)]
pub(super) struct SizeOptions {
    pub(super) limit_param: Option<&'static str>,
    pub(super) limit_body_path: Option<&'static [Step]>,
    pub(super) limit: Option<u32>,
}

/// The size of the pages of one walk.
#[derive(Clone, Copy)]
pub(super) struct PageSize {
    options: SizeOptions,
    /// As requested.
    pub(super) rows: Option<u32>,
}

impl SizeOptions {
    pub(super) fn of_walk(self, options: PagerOptions<'_>) -> Result<PageSize> {
        if options.page_size.is_some() && self.limit_param.is_none() && self.limit_body_path.is_none() {
            let message = "`page_size` is set, but the paginator has no `limit_param` to send it in";
            return Err(Error::new(ErrorKind::Config, message)
                .with_help("declare `limit_param` with the name of the API's parameter, or `limit_body_path`"));
        }
        let limit = self.limit.or(options.limit);
        Ok(PageSize { options: Self { limit, ..self }, rows: options.page_size.or(limit) })
    }
}

impl PageSize {
    /// Writes the size into a request.
    pub(super) fn send(&self, request: &mut PageRequest) {
        if let (None, Some(param), Some(rows)) = (self.options.limit_body_path, self.options.limit_param, self.rows) {
            request.send(param, None, rows);
        }
        self.send_in_body(request);
    }

    /// Writes the size into the body, which a link does not hold.
    pub(super) fn send_in_body(&self, request: &mut PageRequest) {
        if let (Some(path), Some(rows)) = (self.options.limit_body_path, self.rows) {
            request.send("", Some(path), rows);
        }
    }

    /// The size of a page of which no more rows are of use.
    pub(super) fn at_most(self, rows: u64) -> Self {
        let most = u32::try_from(rows).unwrap_or(u32::MAX);
        Self { rows: self.rows.map(|rows| rows.min(most)), ..self }
    }

    /// The rows of a full page: no more than declared, since a server may cap what a caller requests.
    pub(super) fn full(&self) -> Option<u32> {
        self.options.limit.zip(self.rows).map(|(declared, requested)| declared.min(requested))
    }
}
