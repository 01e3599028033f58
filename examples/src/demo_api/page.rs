//! Which page is asked for, and its answer, joined from the rows' own text.

use super::Options;
use super::data::{Resource, write_row};
use super::error::ApiError;
use super::filter::{Params, Selection};

/// `p` and `ps`, checked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    number: u64,
    size: u64,
}

impl Page {
    /// The page that a query asks for, or why it cannot be had.
    pub(super) fn parse(resource: Resource, params: &Params, options: &Options) -> Result<Self, ApiError> {
        let number = integer(params, "p", 1)?;
        let size = integer(params, "ps", 100)?;
        let max = i64::from(options.max_page_size);
        let refusal = if number < 1 {
            format!("Page must be greater or equal to 1 (got {number})")
        } else if size < 1 {
            "page size must be >= 1".to_owned()
        } else if size > max {
            format!("'ps' value ({size}) must be less than {max}")
        } else {
            let page = Self { number: number.unsigned_abs(), size: size.unsigned_abs() };
            match window(resource, options) {
                Some(window) if page.last() > window => {
                    format!("Can return only the first {window} results. {}th result asked.", page.last())
                }
                _ => return Ok(page),
            }
        };
        Err(ApiError::BadRequest(refusal))
    }

    /// The number of its last row, counted from 1; the window is measured by it, full page or not.
    fn last(self) -> u64 {
        self.number * self.size
    }

    /// The body: these rows of the selection, and how many there are in all.
    pub(super) fn answer(self, resource: Resource, selection: &Selection, options: &Options) -> String {
        let rows = resource.rows();
        let count = selection.len();
        // Past what memory can count there are no rows either.
        let at = |row: u64| usize::try_from(row).unwrap_or(usize::MAX).min(count);
        let (first, last) = (at(self.last() - self.size), at(self.last()));

        let mut joined = String::with_capacity((last - first) * 1024);
        for place in first..last {
            if place > first {
                joined.push(',');
            }
            write_row(rows, selection.row(place), &mut joined);
        }

        let (name, Self { number, size }) = (resource.name(), self);
        let total = match window(resource, options) {
            Some(window) if options.clamp_total => window.min(count as u64),
            _ => count as u64,
        };
        let paging = format!(r#""paging":{{"pageIndex":{number},"pageSize":{size},"total":{total}}}"#);
        let flat = format!(r#""total":{total},"p":{number},"ps":{size}"#);
        match resource {
            Resource::Components => format!(r#"{{{paging},"{name}":[{joined}]}}"#),
            Resource::Issues => format!(r#"{{{flat},{paging},"{name}":[{joined}],"facets":[]}}"#),
            // The total comes last here, as it does from SonarQube.
            Resource::Metrics => format!(r#"{{"{name}":[{joined}],{flat}}}"#),
        }
    }
}

/// Metrics are the one list that `SonarQube` does not take from its search index: no window there.
fn window(resource: Resource, options: &Options) -> Option<u64> {
    options.window.filter(|_| resource != Resource::Metrics)
}

fn integer(params: &Params, name: &str, default: i32) -> Result<i64, ApiError> {
    let Some(text) = params.get(name).filter(|text| !text.is_empty()) else {
        return Ok(default.into());
    };
    // 32 bits, as on the original; their product fits in 64.
    text.parse::<i32>().map(i64::from).map_err(|_| {
        ApiError::BadRequest(format!("The '{name}' parameter cannot be parsed as an integer value: {text}"))
    })
}
