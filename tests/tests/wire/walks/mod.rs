//! Random walks: whatever a site does while it is read, each walk ends, by few requests, and ends complete, or with an
//! error, or with a sign that says what may be missing.
//!
//! `DECLAREST_WALKS=1000 cargo test -p declarest-tests --test wire random_walks` makes more of them;
//! `DECLAREST_SEED=…`, which a failure prints, repeats one.

mod api;
mod site;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use declarest::{Error, ErrorKind};
use declarest_tests::{Database, Server};
use fastrand::Rng;
use tokio::time::timeout;

use self::api::{Client, KINDS, Kind, Place, Stop};
use self::site::{End, Habit, SIZE, Site};

/// How a resource is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Fetch,
    Scan,
    Merge,
    Append,
}

/// What a walk has brought.
struct Outcome {
    ids: Vec<u64>,
    /// The signs in the statistics or in the report.
    signs: u64,
    end: End,
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_walks_end_complete_or_say_what_may_be_missing() {
    let given = number("DECLAREST_SEED");
    let walks = number("DECLAREST_WALKS").unwrap_or(if given.is_some() { 1 } else { 120 });
    let first = given.unwrap_or_else(|| fastrand::u64(..));
    let mut broken = Vec::new();
    for walk in 0..walks {
        let seed = first.wrapping_add(walk);
        let walked = tokio::spawn(one(seed));
        if let Err(message) = walked.await.expect("a walk says what is wrong with it") {
            broken.push(format!("DECLAREST_SEED={seed}: {message}"));
        }
    }
    assert!(broken.is_empty(), "{} of {walks} walks:\n{}", broken.len(), broken.join("\n"));
}

async fn one(seed: u64) -> Result<(), String> {
    let mut rng = Rng::with_seed(seed);
    let kind = KINDS[rng.usize(..KINDS.len())];
    let rows = rng.u64(1..=60);
    let habit = Habit::random(&mut rng, rows);
    let mode = match rng.u32(0..10) {
        0..5 => Mode::Fetch,
        5..7 => Mode::Scan,
        7 => Mode::Append,
        _ => Mode::Merge,
    };
    let what = format!("{} of {rows} rows, {mode:?}, {habit:?}", kind.name);
    let site = Arc::new(Site::new(kind, habit.clone(), rows, rng.u64(..)));
    let server = {
        let site = Arc::clone(&site);
        Server::start(move |request| site.answer(request))
    };
    let read = timeout(Duration::from_secs(30), read(&server, kind, mode)).await;
    let read = read.map_err(|_| format!("{what}: it does not end after {} requests", server.count()))?;
    let end = site.end(rows);
    let most = requests(kind, &habit, end.most);
    if server.count() as u64 > most {
        return Err(format!("{what}: {} requests, {most} would do; {read:?}", server.count()));
    }
    match read {
        Err(error) => judge_error(kind, &habit, &error),
        Ok((ids, signs)) => judge(kind, &habit, &Outcome { ids, signs, end }),
    }
    .map_err(|message| format!("{what}, {} requests: {message}", server.count()))
}

/// The rows, and the signs that some may be missing.
async fn read(server: &Server, kind: Kind, mode: Mode) -> Result<(Vec<u64>, u64), Error> {
    let client = Client::new(&server.base_url());
    let merged = match mode {
        Mode::Fetch | Mode::Scan => {
            let read = if mode == Mode::Fetch { client.fetch(kind.name).await } else { client.scan(kind.name).await };
            return read.map(|(ids, stats)| (ids, stats.repeated + stats.total_changes + stats.empty_pages));
        }
        Mode::Merge => true,
        Mode::Append => false,
    };
    let database = Database::new();
    let report = client.sync(kind.name, merged, database.open()).await?;
    let stored = database.query(&format!("SELECT id FROM {}", kind.name));
    let ids = stored.into_iter().map(|row| row[0].parse().expect("a number")).collect();
    Ok((ids, report.repeated + report.total_changes + report.empty_pages))
}

/// Twice as many requests as a walk needs that knows the site, and a few for what is in flight when it ends.
fn requests(kind: Kind, habit: &Habit, rows: u64) -> u64 {
    let size = match habit {
        Habit::Caps(most) => *most,
        Habit::AnyLength if !matches!(kind.place, Place::Number(_)) => 6,
        _ => SIZE,
    };
    // The one behind the last shows that it was the last.
    2 * (rows.div_ceil(size) + 1) + 6
}

/// Whether the site does nothing that keeps a walk from being complete.
fn is_harmless(kind: Kind, habit: &Habit) -> bool {
    match habit {
        Habit::Sound => true,
        Habit::Caps(_) | Habit::AnyLength => kind.stop != Stop::Short && !kind.by_limit,
        _ => false,
    }
}

fn judge_error(kind: Kind, habit: &Habit, error: &Error) -> Result<(), String> {
    let expected: &[ErrorKind] = match habit {
        Habit::RefusesBehindLast => &[ErrorKind::Status],
        _ => &[ErrorKind::Incomplete, ErrorKind::PaginationLoop],
    };
    if is_harmless(kind, habit) || !expected.contains(&error.kind()) || error.help().is_none() {
        return Err(format!("{error:#}"));
    }
    Ok(())
}

fn judge(kind: Kind, habit: &Habit, outcome: &Outcome) -> Result<(), String> {
    let Outcome { ids, signs, end } = outcome;
    let distinct: BTreeSet<_> = ids.iter().copied().collect();
    let missing: Vec<_> = end.lasting.difference(&distinct).collect();
    let doubled = ids.len() - distinct.len();
    let is_said = *signs > 0 || kind.is_limited || cannot_be_seen(kind, habit);
    if (missing.is_empty() && doubled == 0) || (is_said && !is_harmless(kind, habit)) {
        return Ok(());
    }
    if kind.is_limited && doubled == 0 {
        return Ok(());
    }
    Err(format!("{missing:?} are missing, {doubled} come twice, and nothing says so"))
}

/// Where no answer shows that rows are missing.
fn cannot_be_seen(kind: Kind, habit: &Habit) -> bool {
    match habit {
        // What goes leaves no trace, unless the rows are counted.
        Habit::Shrinks => !kind.counts,
        // A page without rows, or a short one, is declared to be the last.
        Habit::Empty(_) => !kind.counts && kind.stop != Stop::Never,
        Habit::Hides(..) if kind.stop != Stop::Never && !kind.counts => true,
        Habit::Caps(_) | Habit::AnyLength | Habit::Hides(..) if kind.by_limit || kind.stop == Stop::Short => true,
        _ if !kind.has_key => true,
        _ => false,
    }
}
