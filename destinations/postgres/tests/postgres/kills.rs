//! A sync in a process of its own, from a server that fails at random: killed at random moments and started again until it is done,
//! it loses no row and doubles none. `DECLAREST_KILLS` says how often (default: 10), `DECLAREST_SEED` repeats a run.

use std::env;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread::sleep;
use std::time::Duration;

use declarest_postgres::Postgres;
use declarest_tests::killed::{Process, setting, weather};
use declarest_tests::{Server as Source, list};

use crate::server::{Server, fresh_name, shared};

const SIZE: u64 = 50;

/// The program: this test, in a process that a test below has started.
#[tokio::test]
async fn the_sync_that_is_killed() {
    let [Ok(base_url), Ok(url), Ok(schema), Ok(resource)] =
        ["BASE", "URL", "SCHEMA", "RESOURCE"].map(|name| env::var(format!("KILLED_{name}")))
    else {
        return;
    };
    let client = list::Client::builder().base_url(base_url).build().expect("a client");
    let mut db = Postgres::connect(url).await.expect("a connection").schema(schema);
    client.sync(&mut db).only([resource]).await.expect("a sync");
}

async fn number(server: &Server, sql: &str) -> u64 {
    let row = server.client().await.query_typed_opt(sql, &[]).await.ok().flatten();
    row.map_or(0, |row| row.get::<_, i64>(0).cast_unsigned())
}

async fn killed(resource: &str) {
    let Some(server) = shared() else { return };
    let kills = setting("DECLAREST_KILLS", 10);
    let (rows, seed) = (kills * 500, setting("DECLAREST_SEED", fastrand::u64(..1 << 32)));
    println!("{resource}: DECLAREST_SEED={seed} DECLAREST_KILLS={kills}, {rows} rows");
    let mut moments = fastrand::Rng::with_seed(seed);
    let chance = Mutex::new(fastrand::Rng::with_seed(seed + 1));
    let source = Source::start(move |request| weather(request, rows, chance.lock().expect("no panic").u32(..100)));
    let schema = fresh_name();
    let checkpoint =
        format!("SELECT (value::jsonb ->> 'rows')::bigint FROM {schema}._declarest_state WHERE name = 'checkpoint'");
    let count = format!(
        "SELECT count(*) FROM {schema}.{}",
        if resource == "replaced" { "_declarest_new_replaced" } else { resource }
    );
    let start = || {
        let mut command = Command::new(env::current_exe().expect("this program"));
        command.args(["--exact", "kills::the_sync_that_is_killed"]).stdout(Stdio::null()).stderr(Stdio::null());
        command.env("KILLED_BASE", source.base_url()).env("KILLED_URL", &server.url);
        command.env("KILLED_SCHEMA", &schema).env("KILLED_RESOURCE", resource);
        Process(command.spawn().expect("this program"))
    };
    let (mut lives, mut resumed, mut done) = (0, 0, false);
    while lives < kills && !done {
        let (before, from) = (number(server, &checkpoint).await, source.count());
        resumed += u64::from(before > 0);
        let mut sync = start();
        let (requests, within) = (moments.usize(..26), Duration::from_micros(moments.u64(..20_000)));
        while source.count() < from + requests && sync.ended().is_none() {
            sleep(Duration::from_micros(200));
        }
        // Every other one lives until it has committed: on a slow machine, no random moment may be late enough.
        while lives % 2 == 0 && sync.ended().is_none() {
            if number(server, &checkpoint).await != before {
                break;
            }
            sleep(Duration::from_millis(1));
        }
        sleep(within);
        if sync.ended().is_some() {
            sync.succeeds();
            done = true;
            continue;
        }
        // SIGKILL: nothing of it runs any more. The server may still be in its last transaction, which ends before the next begins.
        drop(sync);
        lives += 1;
        let busy = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'declarest' AND state <> 'idle' AND query LIKE '%\"' || $1 || '\"%'";
        for _ in 0..200 {
            let row =
                server.client().await.query_typed_one(busy, &[(&schema, tokio_postgres::types::Type::TEXT)]).await;
            if row.is_ok_and(|row| row.get::<_, i64>(0) == 0) {
                break;
            }
            sleep(Duration::from_millis(5));
        }
        let after = number(server, &checkpoint).await;
        // It had ended, but for its process.
        done = after == 0 && number(server, &format!("SELECT count(*) FROM {schema}.{resource}")).await == rows;
        if done {
            continue;
        }
        assert!(after >= before, "{after} rows after {before}");
        assert_eq!(number(server, &count).await, after, "whole commits, and the state says which");
    }
    if !done {
        start().succeeds();
    }
    let total = format!(
        "SELECT count(*) || ' ' || count(DISTINCT line) || ' ' || min(line) || ' ' || max(line) || ' ' || count(*) FILTER (WHERE name <> 'row ' || line OR key <> 'k' || line) FROM {schema}.{resource}"
    );
    let row = server.client().await.query_typed_one(&total, &[]).await.expect("counts");
    assert_eq!(row.get::<_, String>(0), format!("{rows} {rows} 1 {rows} 0"));
    assert_eq!(number(server, &checkpoint).await, 0);
    assert!(lives > 0 && resumed > 0, "{lives} times killed, {resumed} times resumed: this would show nothing");
    println!(
        "{resource}: killed {lives} times, resumed {resumed} times, {} requests for {} pages",
        source.count(),
        rows / SIZE
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_merges_loses_nothing_and_doubles_nothing() {
    killed("merged").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_appends_loses_nothing_and_doubles_nothing() {
    killed("appended").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_replaces_loses_nothing_and_doubles_nothing() {
    killed("replaced").await;
}
