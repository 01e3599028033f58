//! The outcomes as a page for people, `tests/faults/README.md`.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use declarest_tests::faults::{Answer, Family, Fault, GROUPS};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::api::Mode;
use crate::cell::{Span, outcome};

const HEAD: &str = "\
# Outcome of each fault

Each fault below happens to a resource of forty rows, ten on a page (all on one page of `single_page`), with each paginator,
over real HTTP. The resource is fetched, merged into a database, and appended to one, with `retry(max_retries = 2,
backoff_factor = 0.001, max_wait = \"20ms\")`, `timeout = \"4s\"` and `max_page_bytes = \"64KiB\"`. The tests are in
`tests/tests/faults/`; `the_page_is_in_step` compares this page with their outcomes, and writes it with `UPDATE_FAULTS=1`.

- **complete**: the rows are those of the source, each once.
- **`Kind`**: an error of this `ErrorKind`. A sync has committed whole pages, and its state has their number. The next run,
  without the fault, completes: the table equals the source.
- **reported**: the rows are those that the API sent, and differ from the source's. The report of a sync and the statistics of a
  fetch show why: repeated keys (`repeated`), a changed total (`total_changes`), empty pages before others (`empty_pages`); the
  report also more rows than promised. The next run repairs a merged table.
- **as sent**: the same, where no response shows it.
- *Habits of servers* are what servers do when nothing is wrong. Where a habit ends in an error here, the error says what to
  declare: for instance `advance = limit` where rows are hidden, or `response_actions(404 = ignore)`.
- Left of the arrow, the fault ends after two responses; right of it, it persists. A single outcome applies to both. Faults of
  *Walks* and *Habits* persist.
- `fetch:`, `merge:` and `append:` name the way of reading; *X; merged: Y* means X when fetched or appended and Y when merged.

A redirect or link from https to http is refused, too: unit tests show it, because these servers have no certificates.
";

const TAIL: &str = "
## About \"as sent\"

With page numbers, offsets, cursors and links, rows that move during a run appear twice or not at all. Where the API gives a
total, the distinct keys are compared with it: a read that ends short fails with `Incomplete`. Otherwise the report and the
statistics have the signs: repeated keys, a changed total, an empty page. They are signs, not proof: healthy APIs show them, too.
Rows without a `primary_key` cannot be compared. An ascending order by a fixed field (`sort=created`) protects against added and
changed rows. Deleted rows still shift page numbers and offsets, but not cursors that continue after a given row.
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_is_in_step() {
    let outcomes = outcomes().await;
    let mut page = HEAD.to_owned();
    for (index, group) in GROUPS.iter().enumerate() {
        let names: Vec<_> = Family::ALL.iter().map(|family| format!("`{}`", family.name())).collect();
        let line = " --- |".repeat(names.len() + 1);
        page.extend(["\n## ", group.name, "\n\n| fault | ", &names.join(" | "), " |\n|", &line, "\n"]);
        for (number, fault) in group.faults.iter().enumerate() {
            let cells = Family::ALL.map(|family| {
                if (fault.concerns)(family) { cell(&outcomes, (index, number), family) } else { "–".to_owned() }
            });
            page.extend(["| ", fault.name, " | ", &cells.join(" | "), " |\n"]);
        }
    }
    page += TAIL;

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("faults/README.md");
    if std::env::var_os("UPDATE_FAULTS").is_some() {
        fs::write(&path, &page).expect("the page can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    for (written, page) in written.lines().zip(page.lines()) {
        assert_eq!(written, page, "{} is out of step: run this test with UPDATE_FAULTS=1", path.display());
    }
    assert!(written == page, "{} is out of step: run this test with UPDATE_FAULTS=1", path.display());
}

/// The group and the fault in it, the paginator, the way to read, and how long the fault is there.
type Place = ((usize, usize), &'static str, &'static str, bool);

async fn outcomes() -> HashMap<Place, String> {
    // A few at a time: each is to meet its fault, not a time-out because of the others.
    let [busy, waiting] = [6, 30].map(|cells| Arc::new(Semaphore::new(cells)));
    let mut cells = JoinSet::new();
    for (index, group) in GROUPS.iter().enumerate() {
        for (number, fault) in group.faults.iter().enumerate() {
            for (family, mode, span) in runs(fault) {
                let (turns, fault) = (Arc::clone(if fault.waits { &waiting } else { &busy }), *fault);
                cells.spawn(async move {
                    let _turn = turns.acquire().await.expect("it is never closed");
                    let place = ((index, number), family.name(), mode.name(), span == Span::Passes);
                    (place, outcome(fault, family, mode, span).await)
                });
            }
        }
    }
    let (mut outcomes, mut broken) = (HashMap::new(), 0);
    while let Some(cell) = cells.join_next().await {
        match cell {
            Ok((place, outcome)) => drop(outcomes.insert(place, outcome)),
            // Said where it came up; the other cells are worth knowing, too.
            Err(_) => broken += 1,
        }
    }
    assert_eq!(broken, 0, "cells whose outcome is neither complete nor an error that can be recovered from");
    outcomes
}

/// What is done with a fault.
fn runs(fault: &Fault) -> Vec<(Family, Mode, Span)> {
    let spans: &[Span] = match fault.answer {
        Answer::Page(_) => &[Span::Passes, Span::Lasts],
        Answer::Walk(_) | Answer::Any(_) => &[Span::Lasts],
    };
    let families = Family::ALL.into_iter().filter(|family| (fault.concerns)(*family));
    let runs = families.flat_map(|family| Mode::ALL.map(|mode| (family, mode)));
    runs.flat_map(|(family, mode)| spans.iter().map(move |span| (family, mode, *span))).collect()
}

/// A cell: one word where all is the same.
fn cell(outcomes: &HashMap<Place, String>, fault: (usize, usize), family: Family) -> String {
    let modes = Mode::ALL.map(|mode| {
        let at = |passes| outcomes.get(&(fault, family.name(), mode.name(), passes));
        let lasts = at(false).cloned().unwrap_or_default();
        match at(true) {
            Some(passes) if *passes != lasts => format!("{passes} → {lasts}"),
            _ => lasts,
        }
    });
    let [fetch, merge, append] = &modes;
    if fetch == merge && merge == append {
        fetch.clone()
    } else if fetch == append {
        format!("{fetch}; merged: {merge}")
    } else {
        format!("fetch: {fetch}; merge: {merge}; append: {append}")
    }
}
