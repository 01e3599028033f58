//! Pages that are sound, one by one, and do not make a whole.

use serde_json::json;

use super::Family;
use super::Fault;
use super::site::{Ask, Page, ROWS, row, source};

/// With other rows from the second page on: while the first was read, they have moved.
fn moved(ask: &Ask<'_>, meanwhile: fn() -> Vec<u64>) -> Page {
    ask.page_of(&if ask.page == 1 { source() } else { meanwhile() })
}

/// A row of the first page has moved behind the last: what stood behind the first page now stands on it.
fn one_to_the_end() -> Vec<u64> {
    (1..=ROWS).filter(|id| *id != 3).chain([3]).collect()
}

/// A row of the last page has moved to the front.
fn one_to_the_front() -> Vec<u64> {
    [35].into_iter().chain((1..=ROWS).filter(|id| *id != 35)).collect()
}

fn one_more_in_front() -> Vec<u64> {
    [99].into_iter().chain(source()).collect()
}

fn one_less_in_front() -> Vec<u64> {
    source().split_off(1)
}

fn pages(family: Family) -> bool {
    family != Family::SinglePage
}

pub(super) const FAULTS: &[Fault] = &[
    Fault::walk("a row comes again on the next page", |ask| {
        let mut page = ask.sound();
        if ask.page == 2 {
            page.rows.insert(0, row(10));
        }
        page
    })
    .concerning(pages),
    Fault::walk("a row stands in the place of another", |ask| {
        let mut page = ask.sound();
        if ask.page == 2 {
            page.rows[0] = row(10);
        }
        page
    })
    .concerning(pages),
    Fault::walk("a row moves to the end meanwhile", |ask| moved(ask, one_to_the_end)).concerning(pages),
    Fault::walk("a row moves to the front meanwhile", |ask| moved(ask, one_to_the_front)).concerning(pages),
    Fault::walk("a row comes at the front meanwhile", |ask| moved(ask, one_more_in_front))
        .concerning(pages)
        .leaving(one_more_in_front),
    Fault::walk("a row goes from the front meanwhile", |ask| moved(ask, one_less_in_front))
        .concerning(pages)
        .unreported(Family::names_next)
        .leaving(one_less_in_front),
    Fault::walk("a total that is too high", |ask| {
        let mut page = ask.sound();
        page.total = json!(ROWS + 5);
        page
    })
    .concerning(Family::has_total),
    Fault::walk("a total that is too low, within a page", |ask| {
        let mut page = ask.sound();
        page.total = json!(25);
        page
    })
    .concerning(Family::has_total),
    Fault::walk("a total that is too low, at the end of a page", |ask| {
        let mut page = ask.sound();
        page.total = json!(20);
        page
    })
    .concerning(Family::has_total)
    .unreported(|_| true),
    Fault::walk("the first page again and again", |ask| {
        let mut page = ask.sound();
        page.rows = (1..=10).map(row).collect();
        page.next = page.next.map(|_| ask.page + 1);
        page
    })
    .concerning(pages),
    Fault::walk("a page without rows in the middle", |ask| {
        let mut page = ask.sound();
        if ask.page == 2 {
            page.rows.clear();
        }
        page
    })
    .concerning(pages),
    Fault::walk("pages without rows, and no end", |ask| {
        let mut page = ask.sound();
        if ask.page > 2 {
            page.rows.clear();
            page.next = Some(ask.page + 1);
        }
        page
    })
    .concerning(pages),
    Fault::walk("a cursor or link that leads back to a page before", |ask| {
        let mut page = ask.sound();
        if ask.page == 3 {
            page.next = Some(2);
        }
        page
    })
    .concerning(Family::names_next),
    Fault::walk("a cursor or link that leads to its own page", |ask| {
        let mut page = ask.sound();
        if ask.page == 2 {
            page.next = Some(2);
        }
        page
    })
    .concerning(Family::names_next),
];
