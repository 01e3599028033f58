//! Paginators.

use super::value::{Val, ValKind};
use crate::declaration::{Entry, Loss, Value};

/// Names that say that a number is one of rows: where dlt reads pages, the dictionary is wrong.
const ROWS: [&str; 12] = [
    "count",
    "itemcount",
    "recordcount",
    "resultcount",
    "rowcount",
    "totalcount",
    "totalelements",
    "totalhits",
    "totalitems",
    "totalrecords",
    "totalresults",
    "totalrows",
];

/// A paginator as an option, with what a reader should know. None for the default, which is the same.
pub(super) fn paginator(value: &Val, notes: &mut Vec<String>, losses: &mut Vec<Loss>) -> Option<Value> {
    let (kind, fields): (String, Vec<(String, Val)>) = match &value.kind {
        ValKind::Text(_) => (value.as_str().unwrap_or_default().to_owned(), Vec::new()),
        ValKind::Dict(entries) => {
            (value.get("type").and_then(Val::as_str).unwrap_or_default().to_owned(), entries.clone())
        }
        ValKind::Call(name, arguments) => (name.clone(), positions(name, arguments)),
        _ => (String::new(), Vec::new()),
    };
    let mut fields = Fields { open: fields, entries: Vec::new(), unread: Vec::new() };
    let name = match kind.as_str() {
        "auto" => return None,
        "single_page" | "SinglePagePaginator" => return Some(Value::word("single_page")),
        "header_link" | "HeaderLinkPaginator" => {
            fields.text("links_next_key", "links_next_key", "next");
            "header_link"
        }
        "json_link" | "json_response" | "JSONLinkPaginator" | "JSONResponsePaginator" => {
            fields.path("next_url_path", "next_url_path", "next");
            "json_link"
        }
        "header_cursor" | "HeaderCursorPaginator" => {
            fields.text("cursor_key", "cursor_key", "next");
            fields.text("cursor_param", "cursor_param", "cursor");
            "header_cursor"
        }
        "cursor" | "JSONResponseCursorPaginator" => {
            if !fields.has("cursor_path") {
                fields.entries.push(named("cursor_path", Value::text("cursors.next")));
            }
            fields.path("cursor_path", "cursor_path", "");
            if fields.has("cursor_body_path") {
                fields.path("cursor_body_path", "cursor_body_path", "");
                fields.drop("cursor_param");
            } else {
                fields.text("cursor_param", "cursor_param", "cursor");
            }
            "cursor"
        }
        "offset" | "OffsetPaginator" => {
            offset(&mut fields);
            "offset"
        }
        "page_number" | "PageNumberPaginator" => {
            pages(&mut fields, notes);
            "page_number"
        }
        _ => {
            losses.push(Loss::new(value.line, "paginator", value.shown(), "a paginator of another kind"));
            return None;
        }
    };
    fields.drop("type");
    let left = fields.open.iter().filter(|(_, value)| !matches!(value.kind, ValKind::Null));
    let unread = fields
        .unread
        .iter()
        .cloned()
        .chain(left.map(|(key, value)| (key.clone(), value.clone(), "an option of a paginator")));
    let unread: Vec<(String, Val, &str)> = unread.collect();
    if let Some((key, value, reason)) = unread.first() {
        losses.push(Loss::new(value.line, "paginator", format!("{key}: {}", value.shown()), *reason));
        return None;
    }
    Some(Value::Call(name.to_owned(), fields.entries))
}

/// The arguments of a class by their names.
fn positions(class: &str, arguments: &[(Option<String>, Val)]) -> Vec<(String, Val)> {
    let names: &[&str] = match class {
        "HeaderLinkPaginator" => &["links_next_key"],
        "JSONLinkPaginator" | "JSONResponsePaginator" => &["next_url_path"],
        "HeaderCursorPaginator" => &["cursor_key", "cursor_param"],
        "JSONResponseCursorPaginator" => &["cursor_path", "cursor_param", "cursor_body_path"],
        "OffsetPaginator" => &["limit", "offset", "offset_param", "limit_param", "total_path", "maximum_offset"],
        "PageNumberPaginator" => &["base_page", "page", "page_param", "total_path", "maximum_page"],
        _ => &[],
    };
    let mut open = names.iter();
    let named = arguments.iter().map(|(name, value)| match name {
        Some(name) => (name.clone(), value.clone()),
        None => (open.next().map_or_else(String::new, |name| (*name).to_owned()), value.clone()),
    });
    named.collect()
}

fn named(name: &str, value: Value) -> Entry {
    Entry::Named(name.to_owned(), value)
}

/// The options of a paginator, which are taken one by one.
struct Fields {
    open: Vec<(String, Val)>,
    entries: Vec<Entry>,
    unread: Vec<(String, Val, &'static str)>,
}

impl Fields {
    fn has(&self, key: &str) -> bool {
        self.open.iter().any(|(known, value)| known == key && !matches!(value.kind, ValKind::Null))
    }

    fn take(&mut self, key: &str) -> Option<Val> {
        let index = self.open.iter().position(|(known, _)| known == key)?;
        let (_, value) = self.open.remove(index);
        (!matches!(value.kind, ValKind::Null)).then_some(value)
    }

    fn drop(&mut self, key: &str) {
        self.open.retain(|(known, _)| known != key);
    }

    fn fail(&mut self, key: &str, value: Val, reason: &'static str) {
        self.unread.push((key.to_owned(), value, reason));
    }

    fn text(&mut self, key: &str, name: &str, default: &str) {
        let Some(value) = self.take(key) else { return };
        match value.as_str() {
            Some(text) if text == default || text.is_empty() => {}
            Some(text) => self.entries.push(named(name, Value::text(text))),
            None => self.fail(key, value, "an option of a paginator that is computed"),
        }
    }

    /// A place in the body: dlt takes it with and without `$.`.
    fn path(&mut self, key: &str, name: &str, default: &str) {
        let Some(value) = self.take(key) else { return };
        match value.as_str().map(|text| text.strip_prefix("$.").unwrap_or(text)) {
            Some(text) if text == default || text.is_empty() => {}
            Some(text) => self.entries.push(named(name, Value::text(text))),
            None => self.fail(key, value, "an option of a paginator that is computed"),
        }
    }

    fn number(&mut self, key: &str, name: &str, default: i64) {
        let Some(value) = self.take(key) else { return };
        match value.as_int() {
            Some(number) if number == default => {}
            Some(number) if number >= 0 => self.entries.push(named(name, Value::word(number))),
            _ => self.fail(key, value, "an option of a paginator that is computed"),
        }
    }

    /// A flag whose default is that of the language.
    fn flag(&mut self, key: &str) {
        let Some(value) = self.take(key) else { return };
        match value.as_bool() {
            Some(true) => {}
            Some(false) => self.entries.push(named(key, Value::word(false))),
            None => self.fail(key, value, "an option of a paginator that is computed"),
        }
    }
}

fn offset(fields: &mut Fields) {
    fields.number("limit", "limit", -1);
    fields.number("offset", "offset", 0);
    for (key, body, default) in
        [("offset_param", "offset_body_path", "offset"), ("limit_param", "limit_body_path", "limit")]
    {
        if fields.has(body) {
            fields.path(body, body, "");
            fields.drop(key);
        } else {
            fields.text(key, key, default);
        }
    }
    fields.path("total_path", "total_path", "");
    fields.number("maximum_offset", "maximum_offset", -1);
    fields.path("has_more_path", "has_more_path", "");
    fields.flag("stop_after_empty_page");
}

fn pages(fields: &mut Fields, notes: &mut Vec<String>) {
    // dlt has no size of pages here, and refuses a dictionary that has one: it never ran, and says nothing by what it
    // leaves out.
    let is_dlts = !fields.has("limit") && !fields.has("limit_param");
    if fields.has("page_body_path") {
        fields.path("page_body_path", "page_body_path", "");
        fields.drop("page_param");
    } else {
        fields.text("page_param", "page_param", "page");
    }
    let base = fields.take("base_page").or_else(|| fields.take("initial_page"));
    match (&base, base.as_ref().and_then(Val::as_int)) {
        (Some(_), Some(1)) => {}
        (Some(_), Some(number)) if number >= 0 => fields.entries.push(named("base_page", Value::word(number))),
        (Some(value), _) => fields.fail("base_page", value.clone(), "an option of a paginator that is computed"),
        (None, _) if is_dlts => {
            fields.entries.push(named("base_page", Value::word(0)));
            notes.push("`base_page` is not written in the dictionary: dlt counts pages from 0.".to_owned());
        }
        (None, _) => {}
    }
    let first = base.as_ref().and_then(Val::as_int).unwrap_or(0);
    if let Some(page) = fields.take("page").filter(|page| page.as_int() != Some(first)) {
        fields.fail("page", page, "a first page that is not the base");
    }
    fields.text("limit_param", "limit_param", "");
    fields.number("limit", "limit", -1);
    if let Some(total) = fields.take("total_path") {
        let text = total.as_str().map(|text| text.strip_prefix("$.").unwrap_or(text));
        let last: String = text
            .and_then(|text| text.rsplit('.').next())
            .unwrap_or_default()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        match text {
            Some("") => {}
            Some(_) if ROWS.contains(&last.as_str()) => {
                fields.fail("total_path", total, "a number of pages that is called one of rows");
            }
            Some(text) => fields.entries.push(named("total_pages_path", Value::text(text))),
            None => fields.fail("total_path", total, "an option of a paginator that is computed"),
        }
    }
    fields.path("has_more_path", "has_more_path", "");
    fields.number("maximum_page", "maximum_page", -1);
    fields.flag("stop_after_empty_page");
}
