//! What a page shows of further pages where APIs usually say it: links, totals, flags, cursors, page numbers.
//!
//! Nothing here is followed, links of `auto` aside: it is for errors, which say what to declare.

use reqwest::header::HeaderMap;

use super::ResponseView;
use super::mismatch::header;
use super::sign_words::{CONTAINERS, CURSOR_HEADERS, CURSORS, LAST, MORE, NEXT, PAGES, TOTAL_HEADERS, TOTALS};
use crate::error::{Error, ErrorKind};
use crate::json::lookup::RawObject;
use crate::json::path::Step;
use crate::json::scalar::Scalar;
use crate::text::plain;

/// Whether a text is a link, as `auto` follows them.
pub(super) fn is_link(text: &str) -> bool {
    text.starts_with(['/', '?']) || text.starts_with("http")
}

/// How deep such values are.
const DEPTH: usize = 3;

/// The most of a body's values that are looked at.
const MOST: usize = 200;

/// What a page shows of further pages.
#[derive(Debug, Default)]
pub(super) struct Signs {
    link: Option<String>,
    cursor: Option<String>,
    has_more: Option<String>,
    is_last: Option<String>,
    total: Option<(String, u64)>,
    pages: Option<(String, u64)>,
    total_header: Option<(&'static str, u64)>,
    cursor_header: Option<&'static str>,
}

impl Signs {
    /// None for a page that is one row, whose fields say nothing of other rows.
    pub(super) fn of(page: &ResponseView<'_>) -> Option<Self> {
        if page.is_one_row() {
            return None;
        }
        let mut signs = Self::in_body(page.body, page.rows_at.unwrap_or_default());
        signs.total_header = TOTAL_HEADERS.iter().find_map(|name| Some((*name, count(page.headers, name)?)));
        let range =
            header(page.headers, "content-range").and_then(|range| range.rsplit_once('/')?.1.trim().parse().ok());
        signs.total_header = signs.total_header.or(range.map(|total| ("content-range", total)));
        let has =
            |name: &&&str| header(page.headers, name).is_some_and(|value| !matches!(value.trim(), "" | "0" | "null"));
        signs.cursor_header = CURSOR_HEADERS.iter().find(has).copied();
        Some(signs)
    }

    fn in_body(body: &[u8], rows_at: &[Step]) -> Self {
        let mut signs = Self::default();
        if body.trim_ascii_start().starts_with(b"{") {
            signs.look(body, &mut Vec::new(), rows_at, &mut 0);
        }
        signs
    }

    fn look(&mut self, object: &[u8], at: &mut Vec<String>, rows_at: &[Step], looked: &mut usize) {
        let members: RawObject<'_> = serde_json::from_slice(object).unwrap_or_default();
        for (key, value) in members {
            *looked += 1;
            let holds_rows = matches!(rows_at.first(), Some(Step::Key(step)) if *step == key);
            if *looked > MOST || (holds_rows && rows_at.len() == 1) {
                continue;
            }
            let name = plain(&key);
            at.push(key);
            let text = value.get();
            if text.starts_with('{') && is_cursor(&name) && !CONTAINERS.contains(&name.as_str()) {
                self.cursor.get_or_insert_with(|| path(at));
            } else if text.starts_with('{') {
                let below = if holds_rows { rows_at.get(1..).unwrap_or_default() } else { &[] };
                if at.len() < DEPTH && (holds_rows || CONTAINERS.contains(&name.as_str())) {
                    self.look(text.as_bytes(), at, below, looked);
                }
            } else if !text.starts_with('[')
                && let Ok(value) = serde_json::from_str(text)
            {
                self.take(&name, &value, at);
            }
            at.pop();
        }
    }

    fn take(&mut self, name: &str, value: &Scalar, at: &[String]) {
        let path = || Some(path(at));
        let flag = value.as_flag();
        let count = value.as_count();
        if MORE.contains(&name) && flag == Some(true) {
            self.has_more = self.has_more.take().or_else(path);
        } else if LAST.contains(&name) && *value == Scalar::Bool(false) {
            self.is_last = self.is_last.take().or_else(path);
        } else if let Some(pages) = count.filter(|pages| PAGES.contains(&name) && *pages > 1) {
            self.pages.get_or_insert_with(|| (self::path(at), pages));
        } else if let Some(total) = count.filter(|_| TOTALS.contains(&name)) {
            // The largest: others may count the page.
            if self.total.as_ref().is_none_or(|(_, known)| *known < total) {
                self.total = Some((self::path(at), total));
            }
        } else if is_cursor(name) {
            match value {
                Scalar::Text(text) if is_link(text) => self.link = self.link.take().or_else(path),
                Scalar::Text(text) if !matches!(text.as_str(), "" | "0" | "-1" | "null") => {
                    self.cursor = self.cursor.take().or_else(path);
                }
                Scalar::Unsigned(1..) => self.cursor = self.cursor.take().or_else(path),
                _ => {}
            }
        }
    }

    /// The error of a walk that ended after one page of so many rows, though the page shows that there are more.
    pub(super) fn unread(&self, rows: u64) -> Option<Error> {
        let mut saw = Vec::new();
        let mut write = Vec::new();
        if let Some(link) = &self.link {
            saw.push(format!("`{link}` is a link"));
            write.push(format!("json_link(next_url_path = {link:?})"));
        }
        let flag = match (&self.has_more, &self.is_last) {
            (Some(more), _) => Some(("has_more_path", more, "true")),
            (None, Some(last)) => Some(("is_last_path", last, "false")),
            (None, None) => None,
        };
        let with_flag = flag.map(|(option, path, _)| format!(", {option} = {path:?}")).unwrap_or_default();
        if let Some((_, path, value)) = flag {
            saw.push(format!("`{path}` is {value}"));
        }
        if let Some(cursor) = &self.cursor {
            saw.push(format!("`{cursor}` names a next page"));
            write.push(format!("cursor(cursor_path = {cursor:?}, cursor_param = \"…\"{with_flag})"));
        }
        if let Some(name) = self.cursor_header {
            saw.push(format!("the header `{name}` names a next page"));
            write.push(format!("header_cursor(cursor_key = {name:?}, cursor_param = \"…\")"));
        }
        if let Some((path, pages)) = &self.pages {
            saw.push(format!("`{path}` is {pages}"));
            write.push(format!("page_number(page_param = \"…\", total_pages_path = {path:?})"));
        }
        if let Some((path, total)) = self.total.as_ref().filter(|(_, total)| *total > rows) {
            saw.push(format!("`{path}` is {total}"));
            write.push(format!("page_number(page_param = \"…\", total_path = {path:?})"));
            write.push(format!("offset(limit = …, total_path = {path:?})"));
        }
        if let Some((name, total)) = self.total_header.filter(|(_, total)| *total > rows) {
            saw.push(format!("the header `{name}` counts {total}"));
            write.push(format!("page_number(page_param = \"…\", total_header = {name:?})"));
            write.push(format!("offset(limit = …, total_header = {name:?})"));
        }
        if write.is_empty() && flag.is_some() {
            write.push(format!("page_number(page_param = \"…\"{with_flag})"));
            write.push(format!("offset(limit = …{with_flag})"));
        }
        if saw.is_empty() {
            return None;
        }
        let write: Vec<_> = write.iter().take(2).map(|paginator| format!("`{paginator}`")).collect();
        let saw = saw.join(", ");
        let message = format!("the page has {rows} rows, and shows that there are more: {saw}");
        let help = format!(
            "declare how to request the next page, with the API's own parameters: `paginator = …` with {}; or `paginator = single_page`, if this page is all",
            write.join(" or "),
        );
        Some(Error::new(ErrorKind::Incomplete, message).quoting(&saw).with_help(help))
    }
}

/// A total of rows that the paginator does not read: its path, and how many there are.
pub(super) fn unread_total(page: &ResponseView<'_>) -> Option<(String, u64)> {
    Signs::of(page)?.total.filter(|(_, total)| *total > page.rows)
}

/// The help for a page that the API refused after one with rows, where no total says which page is the last. `stops` are
/// the paginator's options that say it.
pub(crate) fn refused_after_last(status: u16, body: &[u8], rows_at: Option<&[Step]>, rows: u64, stops: &str) -> String {
    let total = Signs::in_body(body, rows_at.unwrap_or_default()).total.filter(|(_, total)| *total >= rows);
    let declare = match total {
        Some((path, total)) => format!("`total_path = {path:?}` (the page before has {total} there)"),
        None => format!("how it says which page is the last ({stops})"),
    };
    format!("some APIs refuse the page after their last: declare {declare}, or `response_actions({status} = ignore)`")
}

fn is_cursor(name: &str) -> bool {
    name.strip_prefix("next").is_some_and(|rest| NEXT.contains(&rest)) || CURSORS.contains(&name)
}

fn count(headers: &HeaderMap, name: &str) -> Option<u64> {
    header(headers, name)?.trim().parse().ok()
}

/// As it is written in a declaration.
fn path(at: &[String]) -> String {
    let mut path = String::new();
    for key in at {
        let is_plain = key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
        match (is_plain, path.is_empty()) {
            (true, true) => path.push_str(key),
            (true, false) => path = format!("{path}.{key}"),
            (false, _) => path = format!("{path}[{key:?}]"),
        }
    }
    path
}
