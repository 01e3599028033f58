//! Pages by number: `?p=1`, `?p=2`, …

use serde::{Deserialize, Serialize};

use super::{Ahead, Ask, End, Pager, Paginator, Seen, Start};
use crate::decode::Found;
use crate::error::{Error, ErrorKind, Result};
use crate::path::{Path, Step};

/// `paginator = page_number(…)`: the options and their defaults.
#[derive(Debug, Clone, Copy)]
pub struct PageNumber {
    /// The query parameter that takes the page's number.
    pub page_param: &'static str,
    /// The number of the first page.
    pub base_page: u64,
    /// The query parameter that takes the number of rows per page.
    pub limit_param: Option<&'static str>,
    /// Rows per page.
    pub limit: Option<u32>,
    /// Where the body says how many rows there are in all.
    pub total_path: Option<&'static [Step]>,
    /// Where the body says how many pages there are in all.
    pub total_pages_path: Option<&'static [Step]>,
    /// The response header that says how many rows there are in all.
    pub total_header: Option<&'static str>,
    /// The first page number that is not asked for.
    pub maximum_page: Option<u64>,
    /// Where the body says whether there is another page.
    pub has_more_path: Option<&'static [Step]>,
    /// Whether a page without rows is the last one.
    pub stop_after_empty_page: bool,
}

impl PageNumber {
    /// What holds where the declaration says nothing.
    pub const DEFAULT: Self = Self {
        page_param: "page",
        base_page: 1,
        limit_param: None,
        limit: None,
        total_path: None,
        total_pages_path: None,
        total_header: None,
        maximum_page: None,
        has_more_path: None,
        stop_after_empty_page: true,
    };
}

impl Paginator for PageNumber {
    fn probes(&self) -> Vec<&'static [Step]> {
        [self.total_path, self.total_pages_path, self.has_more_path].into_iter().flatten().collect()
    }

    fn pager(&self, start: Start<'_>) -> Result<Box<dyn Pager>> {
        if start.page_size.is_some() && self.limit_param.is_none() {
            return Err(Error::new(
                ErrorKind::Config,
                "`page_size` is set, but the paginator has no `limit_param` to send it in",
            )
            .with_help("declare `limit_param` with the name of the API's parameter"));
        }
        let progress = match start.position {
            None => Progress::default(),
            Some(position) => serde_json::from_str(position).map_err(|error| {
                Error::new(ErrorKind::Destination, "the saved position is not one of `page_number`").with_source(error)
            })?,
        };
        let limit = start.page_size.or(self.limit);
        let mut pages = Pages { options: *self, limit, asked: progress.seen, progress, end: None };
        pages.end = pages.reached();
        Ok(Box::new(pages))
    }
}

impl Ahead for PageNumber {}

/// How far a walk is; saved with the rows, so that the next run can go on from there.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Progress {
    /// Pages seen.
    seen: u64,
    /// Rows on them.
    rows: u64,
    /// Rows on the fullest of them: what the server takes for a page, whatever was asked for.
    size: u64,
    /// The latest total of rows.
    total: Option<u64>,
    /// The latest total of pages.
    pages: Option<u64>,
}

struct Pages {
    options: PageNumber,
    limit: Option<u32>,
    /// Pages asked for; those in flight are `asked - progress.seen`.
    asked: u64,
    progress: Progress,
    end: Option<End>,
}

impl Pages {
    /// The first page, counted from 0, that the latest totals rule out.
    fn promised(&self) -> Option<u64> {
        let by_rows = self.progress.total.and_then(|total| match self.progress.size {
            0 => None,
            size => Some(total.div_ceil(size)),
        });
        match (by_rows, self.progress.pages) {
            (Some(rows), Some(pages)) => Some(rows.max(pages)),
            (rows, pages) => rows.or(pages),
        }
    }

    /// Why no page may be asked for behind those seen.
    fn reached(&self) -> Option<End> {
        let Progress { seen, rows, total, .. } = self.progress;
        if total.is_some_and(|total| rows >= total) || self.promised().is_some_and(|pages| seen >= pages) {
            Some(End::Total)
        } else if self.maximum().is_some_and(|maximum| seen >= maximum) {
            Some(End::Maximum)
        } else {
            None
        }
    }

    fn maximum(&self) -> Option<u64> {
        self.options.maximum_page.map(|maximum| maximum.saturating_sub(self.options.base_page))
    }

    fn find_totals(&mut self, page: &Seen<'_>) -> Result<Option<bool>> {
        let mut found = page.found.iter();
        let mut look = |path: Option<&'static [Step]>| path.map(|path| (path, found.next().and_then(Option::as_ref)));
        let total = look(self.options.total_path);
        let pages = look(self.options.total_pages_path);
        let has_more = look(self.options.has_more_path);

        if let Some((path, found)) = total {
            // Without a total on a page that has rows, nobody can say whether all have come.
            self.progress.total = count("total_path", path, found, page.rows)?;
        }
        if let Some(name) = self.options.total_header {
            self.progress.total = header_count(name, page)?;
        }
        if let Some((path, found)) = pages {
            self.progress.pages = count("total_pages_path", path, found, page.rows)?;
        }
        match has_more {
            None => Ok(None),
            Some((_, None)) if page.rows == 0 => Ok(Some(false)),
            Some((path, found)) => match found.and_then(Found::as_bool) {
                Some(more) => Ok(Some(more)),
                None => Err(unusable("has_more_path", path, found, "true or false")),
            },
        }
    }
}

impl Pager for Pages {
    fn next(&mut self) -> Option<Ask> {
        // What the totals do not tell has to be seen first: one page at a time.
        let known = self.promised().unwrap_or(0).max(self.progress.seen + 1);
        let end = self.maximum().map_or(known, |maximum| known.min(maximum));
        if self.end.is_some() || self.asked >= end {
            return None;
        }
        let number = self.options.base_page + self.asked;
        self.asked += 1;
        let mut query = vec![(self.options.page_param, number.to_string())];
        if let (Some(param), Some(limit)) = (self.options.limit_param, self.limit) {
            query.push((param, limit.to_string()));
        }
        Some(Ask { number, query })
    }

    fn seen(&mut self, page: &Seen<'_>) -> Result<()> {
        self.progress.seen += 1;
        self.progress.rows += page.rows;
        let has_more = self.find_totals(page)?;
        self.progress.size = self.progress.size.max(page.rows);
        if self.progress.seen == 1 && self.progress.total.is_none_or(|total| total <= page.rows) {
            // Not a page cut short by the server's own cap: what was asked for is what a page holds.
            self.progress.size = self.progress.size.max(self.limit.map_or(0, u64::from));
        }
        let no_more = (has_more == Some(false)).then_some(End::NoMore);
        let empty = (page.rows == 0 && self.options.stop_after_empty_page).then_some(End::EmptyPage);
        self.end = self.reached().or(no_more).or(empty);
        Ok(())
    }

    fn end(&self) -> Option<End> {
        self.end
    }

    fn total(&self) -> Option<u64> {
        self.progress.total
    }

    fn position(&self) -> Option<String> {
        serde_json::to_string(&self.progress).ok()
    }
}

/// A total in the body. A negative one means that the API does not know.
fn count(option: &str, path: &'static [Step], found: Option<&Found>, rows: u64) -> Result<Option<u64>> {
    match found {
        None | Some(Found::Null) if rows == 0 => Ok(None),
        Some(found) if found.is_negative() => Ok(None),
        _ => match found.and_then(Found::as_count) {
            Some(total) => Ok(Some(total)),
            None => Err(unusable(option, path, found, "a number")),
        },
    }
}

fn header_count(name: &str, page: &Seen<'_>) -> Result<Option<u64>> {
    let value = page.headers.get(name).and_then(|value| value.to_str().ok());
    match value.map(str::trim) {
        Some(text) if text.starts_with('-') => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| {
            Error::new(
                ErrorKind::Decode,
                format!("the response header `{name}` (total_header) is not a number: {text:?}"),
            )
        }),
        None if page.rows == 0 => Ok(None),
        None => Err(Error::new(ErrorKind::Decode, format!("the response has no header `{name}` (total_header)"))
            .with_help("correct `total_header`, or leave it out: the walk then ends at the first empty page")),
    }
}

fn unusable(option: &str, path: &'static [Step], found: Option<&Found>, expected: &str) -> Error {
    let path = Path(path);
    let message = match found {
        None => format!("`{option}`: the body has nothing at `{path}`, expected {expected}"),
        Some(found) => format!("`{option}`: expected {expected} at `{path}`, found {found}"),
    };
    Error::new(ErrorKind::Decode, message)
        .with_help(format!("correct `{option}` in the declaration to where the API puts it"))
}
