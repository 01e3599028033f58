//! The names that APIs usually give to what shows further pages: paths of links, keys (in lower case, letters and digits alone)
//! and headers.

use crate::json::path::Step;

/// Where APIs put the URL of the next page.
pub(super) const WELL_KNOWN_LINKS: &[&[Step]] = &[
    &[Step::Key("next")],
    &[Step::Key("next_url")],
    &[Step::Key("nextUrl")],
    &[Step::Key("next_page")],
    &[Step::Key("next_page_url")],
    &[Step::Key("next_link")],
    &[Step::Key("nextLink")],
    &[Step::Key("@odata.nextLink")],
    &[Step::Key("links"), Step::Key("next")],
    &[Step::Key("links"), Step::Key("next"), Step::Key("href")],
    &[Step::Key("_links"), Step::Key("next"), Step::Key("href")],
    &[Step::Key("_links"), Step::Key("next"), Step::Index(0), Step::Key("href")],
    &[Step::Key("paging"), Step::Key("next")],
    &[Step::Key("paging"), Step::Key("next"), Step::Key("link")],
    &[Step::Key("pagination"), Step::Key("next")],
    &[Step::Key("pagination"), Step::Key("next_url")],
    &[Step::Key("meta"), Step::Key("next")],
    &[Step::Key("info"), Step::Key("next")],
];

/// Where APIs put lists of links, each with its relation.
pub(super) const RELATED_LINKS: &[&str] = &["links", "_links", "link"];

/// Objects that describe the page, besides those that hold the list of rows.
pub(super) const CONTAINERS: &[&str] = &[
    "meta",
    "metadata",
    "responsemetadata",
    "paging",
    "pagination",
    "pageinfo",
    "page",
    "pager",
    "links",
    "next",
    "cursor",
    "cursors",
    "info",
    "responseinfo",
    "resultinfo",
    "resultset",
    "envelope",
    "data",
    "result",
    "response",
];

/// How many rows there are.
pub(super) const TOTALS: &[&str] = &[
    "total",
    "totalcount",
    "totalitems",
    "totalresults",
    "totalrecords",
    "totalrows",
    "totalelements",
    "totalentries",
    "totalhits",
    "totalsize",
    "totalobjects",
    "totalresultcount",
    "totalavailable",
    "totalnumber",
    "recordstotal",
    "itemstotal",
    "itemcount",
    "resultcount",
    "recordcount",
    "rowcount",
    "count",
    "countall",
    "odatacount",
    "nbhits",
    "numfound",
    "found",
    "available",
    "fullcount",
    "hitcount",
];

/// How many pages there are.
pub(super) const PAGES: &[&str] = &[
    "pages",
    "totalpages",
    "totalpagecount",
    "pagecount",
    "numpages",
    "numberofpages",
    "nbpages",
    "lastpage",
    "maxpage",
    "pagestotal",
    "pagetotal",
];

/// Whether there is another page.
pub(super) const MORE: &[&str] = &[
    "more",
    "hasmore",
    "hasnext",
    "hasnextpage",
    "hasmoreitems",
    "hasmoreresults",
    "hasmorerecords",
    "hasmorepages",
    "moreavailable",
    "moreitems",
    "moreresults",
    "morerecords",
    "moreitemsincollection",
    "nextpageexists",
    "ismore",
    "truncated",
    "istruncated",
];

/// Whether this is the last page.
pub(super) const LAST: &[&str] = &["last", "islast", "islastpage", "lastpage", "endoflist", "isend", "eof", "done"];

/// What follows `next` in the name of a cursor or a link.
pub(super) const NEXT: &[&str] = &[
    "",
    "cursor",
    "page",
    "pagetoken",
    "pagecursor",
    "pagenumber",
    "pageid",
    "pagestart",
    "pagestate",
    "pageurl",
    "pagelink",
    "pageuri",
    "token",
    "offset",
    "start",
    "skip",
    "marker",
    "id",
    "key",
    "url",
    "uri",
    "link",
    "href",
    "recordsurl",
    "startingafter",
    "continuationtoken",
    "synccursor",
    "position",
    "batch",
    "after",
];

/// Other names of a cursor that only a page with a next one has.
pub(super) const CURSORS: &[&str] = &[
    "continue",
    "continuation",
    "continuationtoken",
    "continuationkey",
    "continuationmarker",
    "lastevaluatedkey",
    "after",
    "bookmark",
    "scrollid",
];

/// Headers with the number of rows.
pub(super) const TOTAL_HEADERS: &[&str] =
    &["x-total-count", "x-total", "x-wp-total", "total-count", "x-pagination-total-count"];

/// Headers with a cursor.
pub(super) const CURSOR_HEADERS: &[&str] =
    &["x-next-page", "x-next-cursor", "x-next-page-token", "x-continuation", "x-ms-continuation"];
