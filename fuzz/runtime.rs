//! What the fuzz targets call, and tests with their seeds: the code that reads the texts of others, and what must hold of it
//! for every text. A module of the runtime, in tests and under `cargo fuzz` alone.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LINK};
use serde::Deserialize;
use serde_json::Value;

use crate::declare::resource::{MissingRows, OnBadRow, Resource, ResourceDef};
use crate::decode::batch_plan::BatchPlan;
use crate::decode::{DecodeSpec, PageFacts, PageRows, decode as decode_page};
use crate::error::Error;
use crate::http::retry_policy::RetryPolicy;
use crate::http::server_limits::{Quota, retry_after_in_body};
use crate::incremental::cursor::CursorKind;
use crate::incremental::cursor::CursorKind::{Date, DateTime, Integer, Text, Timestamp};
use crate::incremental::cursor::{Format, IncrementalDef, Lag, Position};
use crate::incremental::range::{Bound, CursorUnit, Range, minus_lag, parse};
use crate::incremental::written_bounds::format_bounds;
use crate::incremental::zone::ZonedRange;
use crate::json::path::Step;
use crate::json::raw::Json;
use crate::json::scalar::Scalar;
use crate::paginate::{
    Auto, Cursor, HeaderLink, JsonLink, PageNumber, PageRequest, PagerOptions, Paginator, Repeated, ResponseView,
    SinglePage,
};
use crate::params::template::{TemplateError, Values};
use crate::schema::batch::Batch;
use crate::schema::column::{Column as _, ColumnDef};
use crate::schema::row::Row;
use crate::text::url::{base_url, display_url, page_url};

/// A row.
#[derive(Deserialize)]
struct Item {
    id: u64,
    name: Option<String>,
    open: Option<bool>,
    weight: Option<f64>,
    size: Option<i16>,
    at: Option<jiff::Timestamp>,
    raw: Option<Json>,
}

impl Resource for Item {
    type Paginator = SinglePage;
    const DEF: &'static ResourceDef = &ITEM;

    fn row<'a>(&'a self, row: &mut Row<'a>) {
        self.id.put(row);
        self.name.put(row);
        self.open.put(row);
        self.weight.put(row);
        self.size.put(row);
        self.at.put(row);
        self.raw.put(row);
    }
}

const ITEM: ResourceDef = ResourceDef {
    columns: &[
        ColumnDef::of("id", u64::STORED),
        ColumnDef::of("name", Option::<String>::STORED),
        ColumnDef::of("open", Option::<bool>::STORED),
        ColumnDef::of("weight", Option::<f64>::STORED),
        ColumnDef::of("size", Option::<i16>::STORED),
        ColumnDef::of("at", Option::<jiff::Timestamp>::STORED),
        ColumnDef::of("raw", Option::<Json>::STORED),
    ],
    fields: Some(&["id", "name", "open", "weight", "size", "at", "raw"]),
    direct: true,
    ..ResourceDef::DEFAULT
};

/// The declarations that a byte chooses from.
static DEFS: LazyLock<Vec<ResourceDef>> = LazyLock::new(|| (0..128).map(def).collect());

const A_ROWS: &[Step] = &[Step::Key("a"), Step::Key("rows")];
const EACH_A: &[Step] = &[Step::Key("a"), Step::All, Step::Key("rows"), Step::All];
const LAST: &[Step] = &[Step::Key("a"), Step::Last];
const TOTAL: &dyn Paginator =
    &PageNumber { total_path: Some(&[Step::Key("a"), Step::Key("total")]), ..PageNumber::DEFAULT };
const NEXT: &dyn Paginator = &Cursor { cursor_path: LAST, has_more_path: Some(A_ROWS), ..Cursor::DEFAULT };
/// Pages by a cursor that the body names.
const PAGES: Cursor = Cursor { cursor_path: &[Step::Key("next")], ..Cursor::DEFAULT };

/// The same by a header, and in a body.
const BY_HEADER: Cursor = Cursor { cursor_header: Some("X-After"), ..PAGES };
const IN_BODY: Cursor = Cursor { cursor_body_path: Some(&[Step::Key("after")]), ..PAGES };

fn def(how: u8) -> ResourceDef {
    let (selector, jsonpath) = match how % 8 {
        0 => (None, None),
        1 => (Some(A_ROWS), None),
        2 => (Some(EACH_A), None),
        3 => (Some(&LAST[..1]), None),
        4 => (None, Some("$.a.rows[?@.id > 1]")),
        5 => (None, Some("$..rows")),
        6 => (None, Some("$.a[-2:]['rows', 'name']")),
        _ => (None, Some("$.a[?length(@.name) < 3 && @.id != $.total]")),
    };
    ResourceDef {
        selector,
        jsonpath,
        paginator: if how & 8 == 0 { TOTAL } else { NEXT },
        missing_rows: match (how & 16, how & 64) {
            (0, _) => MissingRows::Error,
            (_, 0) => MissingRows::Empty,
            _ => MissingRows::Null,
        },
        on_bad_row: if how & 32 == 0 { OnBadRow::Fail } else { OnBadRow::Quarantine },
        ..ITEM
    }
}

/// A body, after a byte that selects a declaration: no panic, nothing counted that is not there, no error that harms a terminal;
/// and what is stored without making rows is what the rows would hold.
pub fn decode(data: &[u8]) {
    let Some((how, body)) = data.split_first() else { return };
    let Some(def) = DEFS.get(usize::from(how % 128)) else { return };
    let body = Bytes::copy_from_slice(body);
    one_page(&body, def);
    let columns = Arc::new(BatchPlan::new(Arc::new(def.table_schema([])), Vec::new()));
    let [typed, by_rows, direct] = [(false, false), (true, false), (true, true)].map(|(as_columns, direct)| {
        let plan = DecodeSpec::new(def, None, as_columns.then_some(&columns));
        assert!(plan.is_ok(), "the declaration is right");
        let plan = if direct { plan.ok()? } else { plan.ok()?.by_rows() };
        drop(plan.found(&body));
        decoded_page(&body, def, &plan)
    });
    // The same is accepted, and the same is made of it.
    assert_eq!(typed.as_ref().map(PageRows::len), direct.as_ref().map(PageRows::len));
    assert_eq!(batch(by_rows), batch(direct));
}

/// Whether a page is the only one, by what it shows: no panic, and no error that harms a terminal.
fn one_page(body: &[u8], def: &ResourceDef) {
    let (headers, url) = (HeaderMap::new(), Url::parse("https://api.example.com/v1/items"));
    let (Ok(url), Ok(mut pager)) = (url, Auto.pager(PagerOptions::default())) else { return };
    let page = ResponseView { rows: 1, found: &[], headers: &headers, url: &url, body, rows_at: def.rows_at() };
    assert!(pager.observe(&page).is_ok() && pager.end().is_some(), "no link, no next page");
    if let Some(error) = pager.end().and_then(|end| pager.unread(end)) {
        harmless(&error);
        assert!(error.help().is_some(), "{error}");
    }
}

fn batch(rows: Option<PageRows>) -> Option<Batch> {
    match rows? {
        PageRows::Batch(batch) => Some(batch),
        PageRows::Typed(..) => None,
    }
}

/// The rows.
fn decoded_page(body: &Bytes, def: &ResourceDef, plan: &DecodeSpec) -> Option<PageRows> {
    let page = match decode_page::<Item>(body, plan) {
        Ok(page) => page,
        Err(error) => {
            harmless(&error);
            return None;
        }
    };
    let counted = (page.rows.len() + page.bad_rows.len()) as u64;
    // A query leaves rows where they are.
    assert_eq!(page.facts.row_count, counted + page.facts.skipped_by_query);
    assert!(page.facts.skipped_by_query == 0 || def.jsonpath.is_some());
    if let Some(outline) = PageFacts::read(body, plan) {
        assert_eq!(outline, page.facts, "what goes before the rows says the same");
    }
    assert!(page.facts.raw.iter().all(|raw| raw.len() <= body.len()));
    assert!(page.bad_rows.is_empty() || def.on_bad_row == OnBadRow::Quarantine);
    if let PageRows::Batch(batch) = &page.rows {
        assert!(batch.columns().all(|column| column.len() == batch.len()));
        assert_eq!(batch.columns().len(), def.columns.len());
    }
    if def.jsonpath.is_none()
        && is_plain(body)
        && let Ok(value) = serde_json::from_slice(body)
    {
        assert_eq!(page.facts.row_count, count(&value, def.selector.unwrap_or_default()), "{value}");
    }
    Some(page.rows)
}

/// How many rows there are at a path.
fn count(value: &Value, path: &[Step]) -> u64 {
    let below = |value: Option<&Value>, rest| value.map_or(0, |value| count(value, rest));
    match (path.split_first(), value) {
        (None | Some((Step::All, [])), Value::Array(rows)) => rows.len() as u64,
        (None, Value::Object(_)) => 1,
        (Some((Step::Key(key), rest)), Value::Object(members)) => below(members.get(*key), rest),
        (Some((Step::All, rest)), Value::Array(items)) => items.iter().map(|item| count(item, rest)).sum(),
        _ => 0,
    }
}

/// Whether no key that matters can stand twice in an object.
fn is_plain(body: &[u8]) -> bool {
    let times = |key: &[u8]| body.windows(key.len()).filter(|window| *window == key).count();
    !body.contains(&b'\\') && times(b"\"a\"") <= 1 && times(b"\"rows\"") <= 1
}

/// A `Link` header: the next page is within https, and is a target of the header.
pub fn link_header(data: &[u8]) {
    let (Ok(value), Ok(url)) = (HeaderValue::from_bytes(data), Url::parse("https://api.example.com/v1/items?page=1"))
    else {
        return;
    };
    let headers = HeaderMap::from_iter([(LINK, value)]);
    let page = ResponseView { rows: 1, found: &[], headers: &headers, url: &url, body: b"", rows_at: None };
    follow(&HeaderLink::DEFAULT, &page);
    let ends = HeaderLink { end_attribute: Some(("results", "false")), repeated: Repeated::End, ..HeaderLink::DEFAULT };
    follow(&ends, &page);
}

/// The URL of a page in the first line, the link to the next page after it; alone, and below the base in a third line.
pub fn next_url(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Some((url, target)) = text.split_once('\n') else { return };
    let (below, base) = target.split_once('\n').unwrap_or((target, "/base/"));
    let Ok(url) = Url::parse(url) else { return };
    if !matches!(url.scheme(), "http" | "https") {
        return;
    }
    let found = [Some(Scalar::Text(target.to_owned()))];
    let page = ResponseView { rows: 1, found: &found, headers: &HeaderMap::new(), url: &url, body: b"", rows_at: None };
    follow(&JsonLink::DEFAULT, &page);
    let found = [below, base].map(|text| Some(Scalar::Text(text.to_owned())));
    let page = ResponseView { found: &found, ..page };
    follow(&JsonLink { base_path: Some(&[Step::Key("base")]), ..JsonLink::DEFAULT }, &page);
}

/// Follows the link of a page: within HTTP, never from https to http, and to the same place after a restart.
fn follow(paginator: &dyn Paginator, page: &ResponseView<'_>) {
    let Some(request) = second_request(paginator, page) else { return };
    let Some(next) = request.url else { return };
    assert!(matches!(next.scheme(), "http" | "https") && next.has_host(), "{next}");
    assert!(page.url.scheme() == "http" || next.scheme() == "https", "{next}");
    assert!(!next.as_str().contains(char::is_control), "{next}");
    assert!(next.username().is_empty() && next.password().is_none(), "{next}");
    assert_eq!(Url::parse(&display_url(&next)).map(|shown| shown.origin()), Ok(next.origin()));
}

/// The request after the first page; the same after its position was saved and read.
fn second_request(paginator: &dyn Paginator, page: &ResponseView<'_>) -> Option<PageRequest> {
    let start = paginator.pager(PagerOptions::default());
    assert!(start.is_ok(), "a walk starts");
    let mut pager = start.ok()?;
    pager.next()?;
    if let Err(error) = pager.observe(page) {
        harmless(&error);
        return None;
    }
    let position = pager.position();
    assert!(position.is_ok(), "a position can be saved");
    let position = position.ok()?;
    let request = pager.next();
    if let Some(position) = &position {
        let again = paginator.pager(PagerOptions { position: Some(position), ..PagerOptions::default() });
        assert!(again.is_ok(), "{position}");
        assert_eq!(again.ok()?.next(), request, "{position}");
    }
    request
}

/// Headers, `name: value` line by line, and as the last line a body: nobody waits longer than is declared.
pub fn waits(data: &[u8]) {
    let mut headers = HeaderMap::new();
    let mut last: &[u8] = b"";
    for line in data.split(|byte| *byte == b'\n') {
        last = line;
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) = (line.get(..colon).unwrap_or_default(), line.get(colon + 1..).unwrap_or_default());
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value.trim_ascii())) {
            headers.append(name, value);
        }
    }
    let now = SystemTime::UNIX_EPOCH + Duration::from_hours(490_896);
    let waits = [Quota::read(&headers, now).pause(), retry_after_in_body(last, now)];
    for requested in waits {
        for retry in [1, 2, 40, u32::MAX] {
            let wait = RetryPolicy::new().wait(retry, requested);
            assert!(wait <= RetryPolicy::new().max_wait, "{wait:?}");
            assert!(requested.is_none_or(|requested| wait <= requested), "{wait:?} of {requested:?}");
        }
    }
}

/// Two values, parted by a zero byte: in a path they stay within their segments, in a query within their parameter, in a
/// text they are what they are.
pub fn path(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (first, second) = text.split_once('\0').unwrap_or((&text, "x"));
    let mut values = Values::default();
    values.set("first", &first);
    values.set("second", &second);
    // What is filled in is no template.
    assert_eq!(values.json("{first}{{{second}}}"), Some(format!("{first}{{{second}}}").into()));
    let base = base_url("https://api.example.com/api");
    assert!(base.is_ok(), "a base URL");
    let Ok(base) = base else { return };
    match values.path("/v1/{first}/of/x{second}") {
        Ok(path) => {
            let url = page_url(&base, &path, &[("q", first), (second, first)]);
            assert!(url.is_ok(), "{path}");
            let Ok(url) = url else { return };
            let segments: Vec<_> = url.path_segments().into_iter().flatten().map(decoded).collect();
            assert_eq!(segments, ["api", "v1", first, "of", &format!("x{second}")]);
            assert_eq!((url.origin(), url.fragment()), (base.origin(), None));
            let pairs: Vec<_> = url.query_pairs().collect();
            assert_eq!(pairs, [("q".into(), first.into()), (second.into(), first.into())]);
        }
        Err(error) => {
            assert_eq!(error, TemplateError::Traversal("{first}".to_owned()));
            assert!(matches!(first, "" | "." | ".."), "{first:?}");
        }
    }
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

/// The cursor of a page, and a position of incremental reading: sent as it came, and kept in order.
pub fn cursor(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let parsed = serde_json::from_str(&text).ok();
    let is_json = parsed.is_some();
    let found = [Some(parsed.unwrap_or_else(|| Scalar::Text(text.clone().into_owned())))];
    let (headers, url) = (HeaderMap::new(), Url::parse("https://api.example.com/v1/items"));
    let Ok(url) = url else { return };
    // Of arrays, objects and decimals the body has the text.
    let body = format!("{{\"next\":{}}}", if is_json { &*text } else { "null" });
    let page_seen =
        ResponseView { rows: 1, found: &found, headers: &headers, url: &url, body: body.as_bytes(), rows_at: None };
    if let Some(request) = second_request(&PAGES, &page_seen) {
        let [(name, value)] = request.query.as_slice() else { panic!("one parameter: {request:?}") };
        if let [Some(Scalar::Text(sent))] = &found {
            assert_eq!(value, sent);
        }
        let sent = page_url(&url, "", &[(name, value)]);
        let pairs: Vec<_> = sent.iter().flat_map(Url::query_pairs).collect();
        assert_eq!(pairs, [("cursor".into(), value.into())]);
        if let Some(by_header) = second_request(&BY_HEADER, &page_seen) {
            let sent = by_header.headers.get("x-after").map(HeaderValue::as_bytes);
            assert_eq!((sent, by_header.query.len()), (Some(value.as_bytes()), 0));
        }
        let in_body = second_request(&IN_BODY, &page_seen);
        assert!(in_body.is_none_or(|request| request.query.is_empty() && request.body.len() == 1));
    }
    for kind in [Integer, Text, Timestamp, DateTime, Date] {
        match parse(&declared(IncrementalDef { kind, ..IncrementalDef::DEFAULT }), Bound::Start, &text) {
            Ok(position) => ranged(kind, &position),
            Err(error) => harmless(&error),
        }
    }
}

/// A range without a zone of its own.
fn declared(def: IncrementalDef) -> ZonedRange {
    ZonedRange::new(&def, |_| None).expect("no zone")
}

/// A position can be written, gone back from, cut at and written down.
fn ranged(kind: CursorKind, position: &Position) {
    let json = serde_json::to_string(position).unwrap_or_default();
    assert_eq!(serde_json::from_str::<Position>(&json).ok().as_ref(), Some(position));
    let is_time = matches!(kind, CursorKind::Timestamp | CursorKind::DateTime | CursorKind::Date);
    let formats = [None, Some(Format::Pattern("%F %R")), Some(Format::EpochSeconds), Some(Format::EpochMicros)];
    for format in formats.into_iter().filter(|format| is_time || format.is_none()) {
        for end_inclusive in [false, true] {
            let def = declared(IncrementalDef { kind, format, end_inclusive, ..IncrementalDef::DEFAULT });
            let range = Range { start: Some(position.clone()), end: Some(position.clone()) };
            let sent = format_bounds(&def, &range);
            assert!(sent.is_ok(), "{position} {format:?}");
            assert!(!range.contains(position), "from a position to itself there is nothing");
            let unit = CursorUnit::new(&def);
            if kind != CursorKind::Text {
                assert!(unit.at(unit.steps(position)) <= *position, "{position} {format:?}");
                assert!(unit.steps(position) <= unit.steps_up(position));
            }
        }
    }
    for lag in [Lag::Count(3), Lag::Count(i64::MAX), Lag::Time(Duration::from_hours(30)), Lag::Time(Duration::MAX)] {
        // A lag never moves a position forward; one without a predecessor stays.
        let before = minus_lag(position.clone(), Some(lag));
        assert!(before <= *position, "{before} is before {position}");
    }
}

/// What an error says can be printed: it is one line, without control characters.
fn harmless(error: &Error) {
    let text = error.to_string();
    let harms = char::is_control;
    assert!(!text.contains(harms), "{text:?}");
}

#[path = "values.rs"]
mod values;

pub use self::values::value;

#[cfg(test)]
#[path = "smoke.rs"]
mod smoke;

#[cfg(test)]
mod tests {
    use super::smoke::{run, run_lines};

    const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/seeds");

    #[test]
    #[cfg(feature = "jsonpath")]
    fn bodies() {
        run(SEEDS, "decode", 5_000, super::decode);
    }

    #[test]
    fn values() {
        run_lines(SEEDS, "value", 200, super::value);
    }

    #[test]
    fn link_headers() {
        run(SEEDS, "link_header", 5_000, super::link_header);
    }

    #[test]
    fn next_urls() {
        run(SEEDS, "next_url", 5_000, super::next_url);
    }

    #[test]
    fn waits() {
        run(SEEDS, "waits", 5_000, super::waits);
    }

    #[test]
    fn paths() {
        run(SEEDS, "path", 5_000, super::path);
    }

    #[test]
    fn cursors() {
        run(SEEDS, "cursor", 5_000, super::cursor);
    }
}
