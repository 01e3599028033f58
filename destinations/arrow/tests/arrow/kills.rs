//! A sync in a process of its own, from a server that fails at random: killed at random moments and started again until it is done,
//! it loses no row and doubles none. `DECLAREST_KILLS` says how often (default: 10), `DECLAREST_SEED` repeats a run.

use std::collections::BTreeSet;
use std::env;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread::sleep;
use std::time::Duration;

use declarest::ColumnValue;
use declarest::conformance::{Harness as _, Row};
use declarest_arrow::Parquet;
use declarest_tests::Server;
use declarest_tests::killed::{Process, setting, weather};

use crate::commits::Commits;
use crate::source::list;
use crate::store::Store;

const SIZE: u64 = 50;

/// The program: this test, in a process that a test below has started.
#[tokio::test]
async fn the_sync_that_is_killed() {
    let [Ok(base_url), Ok(folder), Ok(resource)] =
        ["BASE", "FOLDER", "RESOURCE"].map(|name| env::var(format!("KILLED_{name}")))
    else {
        return;
    };
    let client = list::Client::builder().base_url(base_url).build().expect("a client");
    let mut lake = Parquet::open(folder).expect("it opens").commit_every(Duration::ZERO);
    client.sync(&mut lake).only([resource]).await.expect("a sync");
}

/// Whether the row is that of a line.
fn is_of(row: &Row, line: u64) -> bool {
    let text = |column: &str, text: String| row.get(column) == Some(&ColumnValue::from(text));
    text("key", format!("k{line}")) && text("name", format!("row {line}"))
}

async fn killed(resource: &str) {
    let kills = setting("DECLAREST_KILLS", 10);
    let (rows, seed) = (kills * 500, setting("DECLAREST_SEED", fastrand::u64(..1 << 32)));
    println!("{resource}: DECLAREST_SEED={seed} DECLAREST_KILLS={kills}, {rows} rows");
    let mut moments = fastrand::Rng::with_seed(seed);
    let chance = Mutex::new(fastrand::Rng::with_seed(seed + 1));
    let source = Server::start(move |request| weather(request, rows, chance.lock().expect("no panic").u32(..100)));
    let (store, staged) = (Store::new(), resource == "replaced");
    let start = || {
        let mut command = Command::new(env::current_exe().expect("this program"));
        command.args(["--exact", "kills::the_sync_that_is_killed"]).stdout(Stdio::null()).stderr(Stdio::null());
        command.env("KILLED_BASE", source.base_url()).env("KILLED_FOLDER", store.path());
        command.env("KILLED_RESOURCE", resource);
        Process(command.spawn().expect("this program"))
    };
    let (mut lives, mut resumed, mut done) = (0, 0, false);
    while lives < kills && !done {
        let (before, from) = (Commits::read(store.path()).checkpoint(resource), source.count());
        resumed += u64::from(before > 0);
        let mut sync = start();
        let (requests, within) = (moments.usize(..26), Duration::from_micros(moments.u64(..20_000)));
        while source.count() < from + requests && sync.ended().is_none() {
            sleep(Duration::from_micros(200));
        }
        // Every other one lives until it has committed: on a slow machine, no random moment may be late enough.
        while lives % 2 == 0 && sync.ended().is_none() && Commits::read(store.path()).checkpoint(resource) == before {
            sleep(Duration::from_millis(1));
        }
        sleep(within);
        if sync.ended().is_some() {
            sync.succeeds();
            done = true;
            continue;
        }
        // SIGKILL: nothing of it runs any more.
        drop(sync);
        lives += 1;
        let commits = Commits::read(store.path());
        let after = commits.checkpoint(resource);
        // It had ended, but for its process.
        done = after == 0 && store.rows(resource).await.expect("rows").len() as u64 == rows;
        if done {
            continue;
        }
        assert!(after >= before, "{after} rows after {before}");
        assert_eq!(commits.rows(resource, staged), after, "whole commits, and the state says which");
        assert_eq!(store.rows(resource).await.expect("rows").len() as u64, if staged { 0 } else { after });
    }
    if !done {
        start().succeeds();
    }
    let found = store.rows(resource).await.expect("rows");
    let number = |row: &Row| match row.get("line") {
        Some(ColumnValue::Unsigned(line)) if is_of(row, *line) => *line,
        _ => panic!("no row of the source: {row:?}"),
    };
    let numbers: BTreeSet<_> = found.iter().map(number).collect();
    assert!(found.len() as u64 == rows && numbers.into_iter().eq(1..=rows), "{} of {rows} rows", found.len());
    let commits = Commits::read(store.path());
    assert_eq!(commits.checkpoint(resource), 0);
    let named = commits.files(resource, false).len();
    assert_eq!(store.globbed(resource).len(), named, "what the killed syncs have left is deleted");
    assert!(lives > 0 && resumed > 0, "{lives} times killed, {resumed} times resumed: this would show nothing");
    println!(
        "{resource}: killed {lives} times, resumed {resumed} times, {} requests for {} pages, {named} files",
        source.count(),
        rows / SIZE
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_appends_loses_nothing_and_doubles_nothing() {
    killed("appended").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_replaces_loses_nothing_and_doubles_nothing() {
    killed("replaced").await;
}
