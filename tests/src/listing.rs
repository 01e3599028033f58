//! Rows in pages, as a SonarQube-like API has them.

use serde_json::{Value, json};

use crate::{Reply, Request};

/// Row `number`, from 1.
pub fn row(number: u64) -> Value {
    json!({ "key": format!("k{number}"), "name": format!("row {number}"), "line": number })
}

/// A list of rows behind `p` and `ps`.
#[derive(Debug, Clone, Copy)]
pub struct Listing {
    rows: u64,
    cap: u64,
}

impl Listing {
    /// A list of this many.
    pub fn of(rows: u64) -> Self {
        Self { rows, cap: 500 }
    }

    /// Whatever is asked for, a page has no more rows than this.
    #[must_use]
    pub fn cap(mut self, rows: u64) -> Self {
        self.cap = rows;
        self
    }

    /// The rows of the page that is asked for.
    pub fn rows(self, request: &Request) -> Vec<Value> {
        let number = request.number("p").unwrap_or(1);
        let size = request.number("ps").unwrap_or(100).min(self.cap);
        let first = (number - 1) * size + 1;
        (first..first + size).take_while(|number| *number <= self.rows).map(row).collect()
    }

    /// The page as SonarQube gives it: rows at `items`, how many there are at `paging.total`.
    pub fn reply(self, request: &Request) -> Reply {
        self.reply_with(request, self.rows)
    }

    /// The same, with another total.
    pub fn reply_with(self, request: &Request, total: impl Into<Value>) -> Reply {
        Reply::json(json!({ "paging": { "total": total.into() }, "items": self.rows(request) }))
    }
}
