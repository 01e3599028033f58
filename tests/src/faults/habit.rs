//! What servers do when nothing is wrong.

use serde_json::json;

use super::site::{Ask, Page, ROWS, SIZE, source};
use super::{Family, Fault};
use crate::Reply;

/// The last page.
const LAST: u64 = ROWS / SIZE;

/// Rows that the server does not show.
fn is_hidden(id: u64) -> bool {
    [3, 4, 17].contains(&id)
}

fn visible() -> Vec<u64> {
    source().into_iter().filter(|id| !is_hidden(*id)).collect()
}

fn without_second_page() -> Vec<u64> {
    source().into_iter().filter(|id| !(11..=20).contains(id)).collect()
}

/// Rows that go after the page has been cut.
fn hiding(mut page: Page, is_hidden: fn(u64) -> bool) -> Page {
    page.rows.retain(|row| !row["id"].as_u64().is_some_and(is_hidden));
    page
}

/// The rows around the end of the first page in another order: they are equal by what they are sorted by.
fn sorted_loosely() -> Vec<u64> {
    let mut ids = source();
    ids[8..12].reverse();
    ids
}

fn pages(family: Family) -> bool {
    family != Family::SinglePage
}

/// A page that names a next one where it is the last.
fn onward(ask: &Ask<'_>) -> Page {
    let mut page = ask.sound();
    page.next = page.next.or((ask.page == LAST).then_some(LAST + 1));
    page
}

/// With something else where the body or the header names the next page, on the last page.
fn ending(ask: &Ask<'_>, end: &str) -> Reply {
    let page = ask.sound();
    if page.next.is_some() {
        return page.reply();
    }
    let mut body = page.json();
    body["next"] = serde_json::from_str(end).unwrap_or_default();
    let reply = page.reply_with(body.to_string());
    match ask.family {
        Family::HeaderCursor => reply.header("X-Next", end.trim_matches('"')),
        _ => reply,
    }
}

pub(super) const HABITS: &[Fault] =
    &[
        Fault::walk("rows are hidden after the page is cut, and counted", |ask| hiding(ask.sound(), is_hidden))
            .leaving(visible),
        Fault::walk("rows are hidden after the page is cut, and not counted", |ask| {
            let mut page = hiding(ask.sound(), is_hidden);
            page.total = json!(visible().len());
            page
        })
        .leaving(visible),
        Fault::walk("all rows of a page are hidden, and counted", |ask| {
            hiding(ask.sound(), |id| (11..=20).contains(&id))
        })
        .concerning(pages)
        .leaving(without_second_page),
        Fault::walk("rows that are equal by the order change places between two pages", |ask| {
            ask.page_of(&if ask.page == 1 { source() } else { sorted_loosely() })
        })
        .concerning(pages),
        Fault::walk("pages are shorter than requested", |ask| ask.cut(7)).concerning(pages),
        Fault::walk("pages are as long as the server likes", |ask| ask.cut(3 + ask.first * 7 % 8))
            .concerning(|family| family == Family::Offset),
        Fault::walk("a page without rows follows the last", onward).concerning(Family::names_next),
        Fault::any("a 204 follows the last page", |ask| {
            if ask.page > LAST { Reply::status(204) } else { onward(ask).reply() }
        })
        .concerning(Family::names_next),
        Fault::any("a 404 follows the last page", |ask| {
            if ask.page > LAST { Reply::status(404) } else { onward(ask).reply() }
        })
        .concerning(Family::names_next),
        Fault::any("`null` for the rows behind the last page", |ask| {
            if ask.page > LAST { Reply::json(r#"{"total":40,"rows":null}"#) } else { onward(ask).reply() }
        })
        .concerning(Family::names_next),
        Fault::walk("the last page again and again, each time named in another way", |ask| {
            let mut page = if ask.page > LAST { ask.page_of(&source()[30..]) } else { ask.sound() };
            if ask.page > LAST {
                page.rows = (31..=ROWS).map(super::site::row).collect();
            }
            page.next = Some(ask.page + 1);
            page
        })
        .concerning(Family::names_next),
        Fault::any("an empty text names the page behind the last", |ask| ending(ask, "\"\""))
            .concerning(Family::names_next),
        Fault::any("`false` names the page behind the last", |ask| ending(ask, "false"))
            .concerning(|family| matches!(family, Family::Cursor | Family::JsonLink)),
        Fault::any("links to other pages beside the next one", |ask| {
            let page = ask.sound();
            let next = page
                .next
                .map_or(String::new(), |next| format!(", </header_link?page={next}>; title=\"a, b\"; REL=next"));
            let first = "</header_link?page=1>; rel=\"first prev\"";
            Reply::json(page.json()).header("Link", format!("{first}{next}, </next>; rel=\"http://a.example/next\""))
        })
        .concerning(|family| family == Family::HeaderLink),
        Fault::walk("a total of pages where one of rows is declared", |ask| {
            let mut page = ask.sound();
            page.total = json!(LAST);
            page
        })
        .concerning(Family::has_total),
        Fault::walk("a total as a text", |ask| {
            let mut page = ask.sound();
            page.total = json!(ROWS.to_string());
            page
        })
        .concerning(Family::has_total),
        Fault::walk("-1 for a total that the server does not know", |ask| {
            let mut page = ask.sound();
            page.total = json!(-1);
            page
        })
        .concerning(Family::has_total),
        Fault::walk("a total on the first page alone", |ask| {
            let mut page = ask.sound();
            if ask.page > 1 {
                page.total = json!(null);
            }
            page
        })
        .concerning(Family::has_total),
        Fault::walk("a total that is rounded up", |ask| {
            let mut page = ask.sound();
            page.total = json!(50);
            page
        })
        .concerning(Family::has_total),
        Fault::any("field names that nobody has declared", |ask| {
            let mut page = ask.sound();
            page.rows.iter_mut().for_each(|row| row["seen"] = json!(ask.request.nth));
            page.reply()
        }),
    ];
