//! A sync of many rows from a server that fails at random, killed at random moments and started again until it is done.
//!
//! `DECLAREST_KILLS=200` kills each of the three syncs that many times, while they read 100 000 rows; without it they are killed a few times,
//! of fewer rows. `DECLAREST_SEED` repeats a run.

use std::sync::Mutex;
use std::thread::sleep;
use std::time::Duration;

use declarest_tests::killed::{setting, weather};
use declarest_tests::{Database, Server};

use crate::program::{Program, SIZE, assert_source, committed};

/// Pages that were asked for behind the first `from` requests.
fn asked(server: &Server, from: usize) -> Vec<u64> {
    server.requests()[from..].iter().filter_map(|request| request.number("p")).collect()
}

fn killed(table: &str) {
    let kills = setting("DECLAREST_KILLS", 25);
    let rows = kills * 500;
    let seed = setting("DECLAREST_SEED", fastrand::u64(..1 << 32));
    println!("{table}: DECLAREST_SEED={seed} DECLAREST_KILLS={kills}, {rows} rows");
    let mut moments = fastrand::Rng::with_seed(seed);
    let chance = Mutex::new(fastrand::Rng::with_seed(seed + 1));
    let server = Server::start(move |request| weather(request, rows, chance.lock().expect("no panic").u32(..100)));
    let database = Database::new();
    // Without a total, the last page that is committed is compared.
    let compared = u64::from(table == "uncounted");
    let (mut lives, mut resumed, mut again, mut most_again, mut done) = (0, 0, 0, 0, false);
    while lives < kills && !done {
        let (before, from) = (committed(&database), server.count());
        let mut sync = Program::start(Program::command(&server, &database, table));
        let (requests, within) = (moments.usize(..18), Duration::from_micros(moments.u64(..4000)));
        while server.count() < from + requests && sync.ended().is_none() {
            sleep(Duration::from_micros(200));
        }
        sleep(within);
        if let Some(status) = sync.ended() {
            assert!(status.success(), "{}", sync.finish().1);
            done = true;
            continue;
        }
        // SIGKILL: nothing of it runs any more.
        drop(sync);
        lives += 1;
        resumed += u64::from(before > 0);
        let asked = asked(&server, from);
        assert!(
            asked.iter().all(|page| *page + compared > before),
            "{before} pages are committed, asked for: {asked:?}"
        );
        let after = committed(&database);
        assert!(after >= before, "{after} pages after {before}");
        if database.path().exists() && database.has_table(table) {
            assert_eq!(database.count(table), (after * SIZE).min(rows), "whole pages, and the state says which");
        }
        // Those that came and were not committed will be asked for again.
        let lost = asked.iter().filter(|page| **page > after).count();
        again += lost;
        most_again = most_again.max(lost);
    }
    let (before, from) = (committed(&database), server.count());
    if !done {
        let (code, said) = Program::start(Program::command(&server, &database, table)).finish();
        assert_eq!(code, Some(0), "{said}");
        assert!(asked(&server, from).iter().all(|page| *page + compared > before));
    }
    assert_source(&database, table, rows);
    assert!(lives > 0 && resumed > 0, "{lives} times killed, {resumed} times gone on with: this would show nothing");
    println!(
        "{table}: killed {lives} times, {resumed} times gone on with, {} requests for {} pages, {again} of them in vain, at most {most_again} by one kill",
        server.count(),
        rows.div_ceil(SIZE),
    );
}

#[test]
fn killed_in_a_storm_a_sync_that_merges_loses_nothing_and_doubles_nothing() {
    killed("merged");
}

#[test]
fn killed_in_a_storm_a_sync_without_a_total_loses_nothing_and_doubles_nothing() {
    killed("uncounted");
}

#[test]
fn killed_in_a_storm_a_sync_that_appends_loses_nothing_and_doubles_nothing() {
    killed("appended");
}
