//! The site that is walked: forty rows, ten on a page, paged in each family's way.

use crate::{Reply, Request};
use serde_json::{Value, json};

use super::Family;

/// How many rows there are,
pub const ROWS: u64 = 40;
/// and how many on a page.
pub const SIZE: u64 = 10;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'r> {
    /// The request.
    pub request: &'r Request,
    /// The paginator.
    pub family: Family,
    /// The page, from 1.
    pub page: u64,
    /// The first row, from 0.
    pub(super) first: u64,
}

impl<'r> Ask<'r> {
    /// What a request asks for.
    pub fn new(request: &'r Request, family: Family) -> Self {
        let number = match family {
            Family::PageNumber => request.number("p"),
            Family::Offset => request.number("offset").map(|offset| offset / SIZE + 1),
            Family::Cursor | Family::HeaderCursor => request.param("cursor").map(after_c),
            Family::HeaderLink | Family::JsonLink => request.number("page"),
            Family::SinglePage => None,
        };
        let page = number.unwrap_or(1);
        let first = if family == Family::Offset { request.number("offset") } else { None };
        Self { request, family, page, first: first.unwrap_or((page - 1) * SIZE) }
    }

    /// The page as it should be.
    pub fn sound(&self) -> Page {
        self.page_of(&source())
    }

    /// The page of a list of rows.
    pub fn page_of(&self, ids: &[u64]) -> Page {
        let size = if self.family == Family::SinglePage { ids.len() as u64 } else { SIZE };
        self.page_from(ids, self.first, size)
    }

    /// The page as it should be, where pages have so many rows.
    pub(super) fn cut(&self, size: u64) -> Page {
        let first = if self.family == Family::Offset { self.first } else { (self.page - 1) * size };
        self.page_from(&source(), first, size)
    }

    fn page_from(&self, ids: &[u64], first: u64, size: u64) -> Page {
        let rows: Vec<_> = ids.iter().skip(index(first)).take(index(size)).copied().collect();
        let next = (self.family.names_next() && first + size < ids.len() as u64).then_some(self.page + 1);
        Page { family: self.family, rows: rows.into_iter().map(row).collect(), total: json!(ids.len()), next }
    }
}

fn after_c(cursor: &str) -> u64 {
    cursor.trim_start_matches('c').parse().expect("a cursor of this site")
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("few rows")
}

/// All rows, in order.
pub fn source() -> Vec<u64> {
    (1..=ROWS).collect()
}

pub(super) fn row(id: u64) -> Value {
    json!({ "id": id, "name": format!("row {id}"), "note": null })
}

/// A page, before it is put on the wire.
#[derive(Debug, Clone)]
pub struct Page {
    family: Family,
    /// The rows.
    pub rows: Vec<Value>,
    /// How many there are.
    pub total: Value,
    /// The page behind it, where the family names it.
    pub next: Option<u64>,
}

impl Page {
    /// The body.
    pub fn json(&self) -> Value {
        json!({ "total": self.total, "rows": self.rows, "next": self.next_in_body() })
    }

    fn next_in_body(&self) -> Option<String> {
        match self.family {
            Family::Cursor => self.next.map(|page| format!("c{page}")),
            Family::JsonLink => self.next.map(|page| format!("/json_link?page={page}")),
            _ => None,
        }
    }

    /// The headers that belong to the family.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        match (self.family, self.next) {
            (Family::HeaderCursor, Some(page)) => vec![("X-Next", format!("c{page}"))],
            (Family::HeaderLink, Some(page)) => vec![("Link", format!("</header_link?page={page}>; rel=\"next\""))],
            _ => Vec::new(),
        }
    }

    /// The answer.
    pub fn reply(&self) -> Reply {
        self.reply_with(self.json().to_string())
    }

    /// With another body, under the same headers.
    pub fn reply_with(&self, body: impl Into<Vec<u8>>) -> Reply {
        let reply = Reply::status(200).header("Content-Type", "application/json");
        self.headers().into_iter().fold(reply, |reply, (name, value)| reply.header(name, value)).body(body)
    }

    /// With the text of the first row changed.
    pub fn with_first_row(&self, change: impl FnOnce(&str) -> String) -> Reply {
        let first = self.rows.first().map(Value::to_string).unwrap_or_default();
        self.reply_with(self.json().to_string().replacen(&first, &change(&first), 1))
    }
}
