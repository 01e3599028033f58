//! Places whose names say something else than the option under which they are written: the opposite flag, a number of
//! another kind, the header of links.

use syn::LitStr;

use super::paging_paths::last_key;
use crate::diagnostic::Sink;
use crate::language::Paginator;
use crate::literal::Step;
use crate::naming::plain;

/// Names of flags that say that more follows,
const MORE: [&str; 17] = [
    "more",
    "hasmore",
    "hasmoreitems",
    "hasmorepages",
    "hasmoreresults",
    "hasmorerows",
    "hasnext",
    "hasnextpage",
    "ismore",
    "istruncated",
    "moreavailable",
    "moredata",
    "morepages",
    "moreresults",
    "morerows",
    "nextpageexists",
    "truncated",
];
/// and of those that say that nothing does.
const LAST: [&str; 20] = [
    "atend",
    "complete",
    "completed",
    "done",
    "end",
    "endofdata",
    "endofresults",
    "eof",
    "exhausted",
    "finished",
    "iscomplete",
    "isdone",
    "isend",
    "isfinished",
    "islast",
    "islastpage",
    "last",
    "lastpage",
    "nomore",
    "nomorepages",
];
/// Names of the size of a page,
const SIZES: [&str; 10] = [
    "itemsperpage",
    "limit",
    "maxresults",
    "pagelimit",
    "pagesize",
    "perpage",
    "recordsperpage",
    "resultsperpage",
    "rowsperpage",
    "sizeofpage",
];
/// of the place of a page,
const PLACES: [&str; 9] =
    ["currentpage", "offset", "page", "pageindex", "pageno", "pagenumber", "skip", "startat", "startindex"];
/// and of a number of rows.
const ROWS: [&str; 18] = [
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
    "totalsize",
    "numberofelements",
    "numberofitems",
    "numberofrecords",
    "numberofresults",
    "numberofrows",
];

/// Reports them.
pub(super) fn check(paginator: &Paginator, errors: &Sink) {
    flags(paginator, errors);
    totals(paginator, errors);
    links(paginator, errors);
}

fn flags(paginator: &Paginator, errors: &Sink) {
    for (option, names, says, other) in [
        ("has_more_path", &LAST[..], "there is no other page", "is_last_path"),
        ("is_last_path", &MORE[..], "there is another page", "has_more_path"),
    ] {
        if let Some((key, token)) = named(paginator, option, names) {
            let asks =
                if option == "is_last_path" { "whether a page is the last" } else { "whether more pages follow" };
            errors.report(
                token,
                format!(
                    "`{option}` is {asks}, and `{key}` says that {says}\nhelp: write `{other} = {:?}`",
                    token.value()
                ),
            );
        }
    }
}

fn totals(paginator: &Paginator, errors: &Sink) {
    let not_rows = [(&SIZES[..], "the size of a page"), (&PLACES[..], "which page this is")];
    for (names, what) in not_rows {
        for (option, total) in [("total_path", "rows"), ("total_pages_path", "pages")] {
            if let Some((key, token)) = named(paginator, option, names) {
                errors.report(
                    token,
                    format!("`{option}` is how many {total} there are, and `{key}` says {what}: the read would end too early\nhelp: name the place of the number of all {total}, or leave `{option}` out"),
                );
            }
        }
        let header = paginator.text("total_header").filter(|token| names.contains(&of_header(&token.value()).as_str()));
        if let Some(token) = header {
            errors.report(
                token,
                format!("`total_header` is how many rows there are, and `{}` says {what}: the read would end too early\nhelp: name the header with the number of rows, such as `X-Total-Count`, or leave `total_header` out", token.value()),
            );
        }
    }
    if let Some((key, token)) = named(paginator, "total_pages_path", &ROWS).filter(|_| !within_pages(paginator)) {
        errors.report(
            token,
            format!("`total_pages_path` counts pages, and `{key}` says that it counts rows\nhelp: write `total_path = {:?}`", token.value()),
        );
    }
}

/// Whether a number of pages stands in an object of pages, as in `pages.count`.
fn within_pages(paginator: &Paginator) -> bool {
    let Some((steps, _)) = paginator.path("total_pages_path") else { return false };
    let outer = steps.split_last().map_or(steps, |(_, outer)| outer);
    outer.iter().any(|step| matches!(step, Step::Key(key) if plain(key).ends_with("pages")))
}

fn links(paginator: &Paginator, errors: &Sink) {
    let is_link = |token: &&LitStr| token.value().eq_ignore_ascii_case("link");
    if let Some(token) = paginator.text("links_next_key") {
        let name = token.value();
        if ["link", "links"].contains(&plain(&name).as_str()) {
            errors.report(
                token,
                format!("`{name}` is the header, and `links_next_key` is the relation of the link in it\nhelp: leave it out for `rel=\"next\"`, or write the relation of the next page"),
            );
        } else if plain(&name).starts_with("rel") && name.contains('=') {
            errors.report(token, "this is the relation alone, without `rel=`\nhelp: write `links_next_key = \"next\"`");
        } else if ["self", "first", "last"].contains(&name.to_ascii_lowercase().as_str()) {
            errors.report(
                token,
                format!("`{name}` is the link to the same page everywhere, not to the next one\nhelp: leave it out for `rel=\"next\"`, or write the relation of the next page"),
            );
        }
    }
    if let Some(token) = paginator.text("total_header").filter(is_link) {
        errors.report(
            token,
            "the header `Link` holds links to pages (RFC 8288), not a number of rows\nhelp: write `paginator = header_link`, or name the header with the number, such as `X-Total-Count`",
        );
    }
    if let Some(token) = paginator.text("cursor_key").filter(is_link) {
        errors.report(
            token,
            "the header `Link` holds links to pages (RFC 8288), not a cursor\nhelp: write `paginator = header_link`",
        );
    }
}

/// The last key of a path, where it is one of these names.
fn named<'p>(paginator: &'p Paginator, option: &str, names: &[&str]) -> Option<(String, &'p LitStr)> {
    let (steps, token) = paginator.path(option)?;
    let key = last_key(steps)?;
    names.contains(&plain(key).as_str()).then(|| (key.to_owned(), token))
}

/// The name of a header, without what stands before it: `X-Pagination-Per-Page` is `perpage`.
fn of_header(name: &str) -> String {
    let name = plain(name);
    let name = name.strip_prefix('x').unwrap_or(&name);
    name.strip_prefix("pagination").unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_has_two_meanings() {
        let lists = [&MORE[..], &LAST, &SIZES, &PLACES, &ROWS].concat();
        for name in &lists {
            assert_eq!(lists.iter().filter(|other| *other == name).count(), 1, "{name}");
            assert_eq!(plain(name), *name);
        }
    }

    #[test]
    fn headers() {
        for name in ["X-Per-Page", "X-Pagination-Per-Page", "Pagination-Per-Page", "per-page"] {
            assert_eq!(of_header(name), "perpage", "{name}");
        }
    }
}
