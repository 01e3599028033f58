//! The paginator: recognised where the request takes a place and the response says whether there is more.

use super::document::Document;
use super::rows::selector;
use super::schema::Schema;
use crate::declaration::{Entry, Loss, Value};

const PAGE: [&str; 7] = ["page", "pagenumber", "pageno", "pageindex", "pagenum", "currentpage", "p"];
const SIZE: [&str; 12] = [
    "perpage",
    "pagesize",
    "limit",
    "size",
    "ps",
    "maxresults",
    "pagelimit",
    "itemsperpage",
    "resultsperpage",
    "take",
    "top",
    "count",
];
const OFFSET: [&str; 6] = ["offset", "skip", "startat", "startindex", "start", "from"];
const CURSOR: [&str; 10] = [
    "cursor",
    "after",
    "startingafter",
    "pagetoken",
    "nexttoken",
    "nextpagetoken",
    "continuationtoken",
    "nextcursor",
    "pagecursor",
    "marker",
];
const TOTAL: [&str; 9] = [
    "total",
    "totalcount",
    "totalitems",
    "totalrecords",
    "totalresults",
    "totalelements",
    "totalhits",
    "totalrows",
    "count",
];
const PAGES: [&str; 6] = ["totalpages", "pages", "pagecount", "lastpage", "numpages", "numberofpages"];
const MORE: [&str; 9] = [
    "hasmore",
    "hasnext",
    "hasnextpage",
    "more",
    "ismore",
    "hasmorepages",
    "moreresults",
    "hasmoreitems",
    "istruncated",
];
const NEXT: [&str; 10] = [
    "nextcursor",
    "nextpagetoken",
    "nexttoken",
    "cursor",
    "endcursor",
    "continuationtoken",
    "nextpagecursor",
    "after",
    "next",
    "nextmarker",
];
const LINK: [&str; 7] = ["next", "nexturl", "nextlink", "nextpage", "nextpageurl", "odatanextlink", "href"];

/// Something that a request takes: in its query, or in its body.
pub(super) struct Place<'p, 'd> {
    pub(super) name: &'p str,
    pub(super) in_body: bool,
    pub(super) line: usize,
    pub(super) schema: &'p Schema<'d>,
}

/// The paginator, and the places that it fills. A loss where there are pages, and it is not certain how they go on.
pub(super) fn paginator<'p>(
    document: &Document,
    places: &[Place<'p, '_>],
    body: Option<&Schema<'_>>,
    rows: &[String],
    has_link: bool,
    losses: &mut Vec<Loss>,
) -> (Option<Value>, Vec<&'p str>) {
    let find =
        |names: &[&str]| names.iter().find_map(|wanted| places.iter().find(|place| plain(place.name) == *wanted));
    let (page, size, offset, cursor) = (find(&PAGE), find(&SIZE), find(&OFFSET), find(&CURSOR));
    let mut fields = Vec::new();
    if let Some(body) = body {
        collect(document, body, rows, &mut Vec::new(), &mut fields);
    }
    // The nearest to the top, and of these the first in the list of names.
    let at = |names: &[&str], kinds: &[&str]| {
        let is_kind = |found: &&Found| kinds.contains(&found.kind.as_str());
        let mut best: Option<(usize, usize, &Found)> = None;
        for found in fields.iter().filter(is_kind) {
            let Some(rank) = names.iter().position(|name| *name == found.name) else { continue };
            if best.is_none_or(|(depth, known, _)| (found.path.len(), rank) < (depth, known)) {
                best = Some((found.path.len(), rank, found));
            }
        }
        best.map(|(.., found)| found)
    };
    let total = at(&TOTAL, &["integer", "number"]);
    let pages = at(&PAGES, &["integer", "number"]);
    let more = at(&MORE, &["boolean"]);
    let link = at(&LINK, &["string"]).filter(|found| found.is_link);
    let next = at(&NEXT, &["string", "integer", "number"]).filter(|found| !found.is_link);
    let path = |name: &str, found: &Found| named(name, Value::text(selector(&found.path)));
    let place = |option: &str, place: &Place<'_, '_>, default: &str| {
        let kind = if place.in_body { "body_path" } else { "param" };
        (place.in_body || place.name != default).then(|| named(&format!("{option}_{kind}"), Value::text(place.name)))
    };
    let limit = |entries: &mut Vec<Entry>, default: &str| {
        let Some((size, number)) = size.and_then(|size| Some((size, page_size(size)?))) else { return false };
        entries.extend(place("limit", size, default));
        entries.push(named("limit", Value::word(number)));
        true
    };
    let taken = |places: &[Option<&Place<'p, '_>>]| places.iter().flatten().map(|place| place.name).collect::<Vec<_>>();
    let mut lose = |at: &Place<'_, '_>, reason: &str| losses.push(Loss::new(at.line, "paginator", at.name, reason));

    if let (Some(cursor), Some(next)) = (cursor, next) {
        let mut entries = vec![path("cursor_path", next)];
        entries.extend(place("cursor", cursor, "cursor"));
        limit(&mut entries, "");
        entries.extend(more.map(|more| path("has_more_path", more)));
        return (Some(call("cursor", entries)), taken(&[Some(cursor), size]));
    }
    if let Some(link) = link {
        let mut entries = Vec::new();
        if link.path != ["next"] {
            entries.push(path("next_url_path", link));
        }
        limit(&mut entries, "");
        return (Some(call("json_link", entries)), taken(&[size, page, offset, cursor]));
    }
    if has_link {
        let mut entries = Vec::new();
        limit(&mut entries, "");
        return (Some(call("header_link", entries)), taken(&[size, page, offset, cursor]));
    }
    if let Some(page) = page {
        let Some(end) = ending(total, pages, more, &path) else {
            lose(page, "pages whose end the response does not say");
            return (None, taken(&[Some(page), size]));
        };
        let base = page.schema.number("minimum").or(page.schema.number("default"));
        let Some(base) = base.filter(|base| *base >= 0) else {
            lose(page, "pages whose first number the file does not say");
            return (None, taken(&[Some(page), size]));
        };
        let mut entries: Vec<Entry> = place("page", page, "page").into_iter().collect();
        if base != 1 {
            entries.push(named("base_page", Value::word(base)));
        }
        limit(&mut entries, "");
        entries.push(end);
        return (Some(call("page_number", entries)), taken(&[Some(page), size]));
    }
    if let Some(offset) = offset {
        let mut entries: Vec<Entry> = place("offset", offset, "offset").into_iter().collect();
        let is_sized = limit(&mut entries, "limit");
        // A list that is the body ends at the first page without rows; nothing else could say so.
        let end = ending(total, None, more, &path);
        match end {
            Some(end) if is_sized => entries.push(end),
            None if is_sized && rows.is_empty() && body.is_some_and(|body| body.kind() == "array") => {}
            _ if !is_sized => {
                lose(offset, "an offset without a page size: the file does not say one");
                return (None, taken(&[Some(offset), size]));
            }
            _ => {
                lose(offset, "offsets whose end the response does not say");
                return (None, taken(&[Some(offset), size]));
            }
        }
        return (Some(call("offset", entries)), taken(&[Some(offset), size]));
    }
    if let Some(cursor) = cursor {
        lose(cursor, "a cursor that the response does not name");
        return (None, taken(&[Some(cursor)]));
    }
    losses.extend(next.and_then(unused));
    (None, Vec::new())
}

/// A cursor that nothing takes.
fn unused(next: &Found) -> Option<Loss> {
    let is_sure = next.name != "next" && next.name != "after";
    is_sure.then(|| Loss::new(next.line, "paginator", selector(&next.path), "a next page that no param takes"))
}

/// What says that there is no more.
fn ending(
    total: Option<&Found>,
    pages: Option<&Found>,
    more: Option<&Found>,
    path: &dyn Fn(&str, &Found) -> Entry,
) -> Option<Entry> {
    // `count` alone may be that of the page.
    let total = total.filter(|total| total.name != "count" || (pages.is_none() && more.is_none()));
    let found = total.map(|total| ("total_path", total)).or(pages.map(|pages| ("total_pages_path", pages)));
    found.or(more.map(|more| ("has_more_path", more))).map(|(option, found)| path(option, found))
}

fn call(name: &str, entries: Vec<Entry>) -> Value {
    Value::Call(name.to_owned(), entries)
}

fn named(name: &str, value: Value) -> Entry {
    Entry::Named(name.to_owned(), value)
}

/// The size of pages: the greatest that the file allows, else its default.
fn page_size(size: &Place<'_, '_>) -> Option<i64> {
    let number = size.schema.number("maximum").filter(|number| *number <= 1000).or(size.schema.number("default"));
    number.filter(|number| (1..=100_000).contains(number))
}

/// A value of the response beside the rows.
struct Found {
    /// Its last key, in lower case, without signs.
    name: String,
    path: Vec<String>,
    kind: String,
    is_link: bool,
    line: usize,
}

fn collect<'d>(
    document: &'d Document,
    schema: &Schema<'d>,
    rows: &[String],
    path: &mut Vec<String>,
    found: &mut Vec<Found>,
) {
    if path.len() > 3 {
        return;
    }
    for (key, node) in &schema.properties {
        path.push((*key).to_owned());
        if path.as_slice() != rows {
            let property = Schema::of(document, node);
            if property.kind() == "object" {
                collect(document, &property, rows, path, found);
            } else if !property.kind().is_empty() {
                let name = plain(key);
                let says = ["url", "link", "href"].iter().any(|word| name.contains(word));
                let is_format = property.format.is_some_and(|format| format.starts_with("uri") || format == "url");
                let above = path.iter().rev().nth(1).map(|key| plain(key)).unwrap_or_default();
                // `links.next`, `next.href`
                let is_within = above.ends_with("links") || above == "next";
                let is_link = property.kind() == "string"
                    && (says || is_format || is_within)
                    && (name != "href" || above == "next");
                let kind = property.kind().to_owned();
                found.push(Found { name, path: path.clone(), kind, is_link, line: node.line });
            }
        }
        path.pop();
    }
}

/// A name in lower case, without signs.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}
