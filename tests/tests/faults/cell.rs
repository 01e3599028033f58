//! One fault in a walk of one paginator, read in one way.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use declarest::Error;
use declarest_tests::faults::{Ask, Family, Fault, SIZE};
use declarest_tests::{Database, Server};

use crate::api::{Client, Mode};

/// How long a fault is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// For two answers.
    Passes,
    /// For as long as the walk lasts.
    Lasts,
}

/// A site with a fault, until it is mended.
struct Faulty {
    server: Server,
    mended: Arc<AtomicBool>,
}

impl Faulty {
    fn start(fault: Fault, family: Family, span: Span) -> Self {
        let mended = Arc::new(AtomicBool::new(false));
        let (over, bad) = (Arc::clone(&mended), AtomicUsize::new(0));
        let server = Server::start(move |request| {
            let ask = Ask::new(request, family);
            if over.load(SeqCst) {
                return ask.page_of(&(fault.source)()).reply();
            }
            let spoilt = fault.spoils(&ask).filter(|_| span == Span::Lasts || bad.fetch_add(1, SeqCst) < 2);
            spoilt.unwrap_or_else(|| ask.sound().reply())
        });
        Self { server, mended }
    }

    fn client(&self, mode: Mode) -> Client {
        Client::new(&self.server.base_url(), mode)
    }
}

/// The outcome in a word: `complete`; `reported` or `as sent` where the rows differ from the source's, and the report shows it
/// or not; else the kind of the error.
pub(crate) async fn outcome(fault: Fault, family: Family, mode: Mode, span: Span) -> String {
    let what = format!("{}, {}, {}, {span:?}", fault.name, family.name(), mode.name());
    let site = Faulty::start(fault, family, span);
    let source = (fault.source)();
    let outcome = match mode {
        Mode::Fetch => site.client(mode).fetch(family).await.map(|(ids, stats)| {
            if ids == source {
                "complete"
            } else if stats.repeated + stats.total_changes + stats.empty_pages > 0 {
                "reported"
            } else {
                "as sent"
            }
        }),
        Mode::Merge | Mode::Append => synced(&site, &what, (family, mode), &source).await,
    };
    match outcome {
        Ok(outcome) => {
            assert!(
                outcome != "as sent" || (fault.unreported)(family),
                "{what}: it is not complete, and nothing says so"
            );
            outcome.to_owned()
        }
        Err(error) => {
            assert!(error.help().is_some(), "{what}: {error}");
            assert!(!error.to_string().contains(|c: char| c.is_control() && c != '\n'), "{what}: {error}");
            format!("`{:?}`", error.kind())
        }
    }
}

/// Syncs with the fault, and then without it.
async fn synced(
    site: &Faulty,
    what: &str,
    (family, mode): (Family, Mode),
    source: &[u64],
) -> Result<&'static str, Error> {
    let (database, client) = (Database::new(), site.client(mode));
    let outcome = client.sync(family, database.open()).await;
    let stored = ids(&database, family);
    if outcome.is_err() {
        assert_whole(&database, what, family, &stored);
    }
    site.mended.store(true, SeqCst);
    if outcome.is_err() || mode == Mode::Merge {
        let next = client.sync(family, database.open()).await;
        next.unwrap_or_else(|error| panic!("{what}: the next run: {error}"));
        let (stored, source) = (ids(&database, family), source.iter().copied().collect::<BTreeSet<_>>());
        let distinct: BTreeSet<_> = stored.iter().copied().collect();
        assert_eq!(stored.len(), distinct.len(), "{what}: rows are doubled");
        // A row that the API has no more is not removed by a merge.
        let missing: Vec<_> = source.difference(&distinct).collect();
        assert!(missing.is_empty(), "{what}: {missing:?} are missing");
        assert!(distinct.len() <= source.len() + 1, "{what}: {distinct:?}");
        assert_eq!(database.state(), Vec::<Vec<String>>::new(), "{what}");
    }
    assert_eq!(database.one("PRAGMA integrity_check"), "ok", "{what}");
    outcome.map(|report| {
        let surplus = report.expected.map_or(0, |expected| report.rows.saturating_sub(expected));
        let signs = report.repeated + report.total_changes + report.empty_pages + surplus;
        if stored == source {
            "complete"
        } else if signs > 0 {
            "reported"
        } else {
            "as sent"
        }
    })
}

/// What is there of a load that failed is whole pages, and the state says how many.
fn assert_whole(database: &Database, what: &str, family: Family, stored: &[u64]) {
    let status = database.one("SELECT status FROM _declarest_loads");
    assert!(["failed", "incomplete"].contains(&status.as_str()), "{what}: {status}");
    let saved = database.query("SELECT json_extract(value, '$.rows') FROM _declarest_state WHERE name = 'checkpoint'");
    match saved.as_slice() {
        // What is known to be short is read again as a whole: rows that are merged may stay meanwhile.
        [] => {}
        [rows] => assert_eq!(rows[0], stored.len().to_string(), "{what}: {stored:?}"),
        more => panic!("{what}: {more:?}"),
    }
    if status == "failed" && family != Family::SinglePage {
        assert!((stored.len() as u64).is_multiple_of(SIZE), "{what}: {stored:?}");
    }
}

fn ids(database: &Database, family: Family) -> Vec<u64> {
    let rows = database.query(&format!("SELECT id FROM {} ORDER BY id", family.name()));
    rows.into_iter().map(|row| row[0].parse().expect("a number")).collect()
}
