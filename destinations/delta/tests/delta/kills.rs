//! A sync in a process of its own, from a server that fails at random: killed at random moments and started again until it is done,
//! it loses no row and doubles none. `DECLAREST_KILLS` says how often (default: 10), `DECLAREST_SEED` repeats a run.

use std::env;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread::sleep;
use std::time::Duration;

use declarest::destination::{StateKey, StateStore as _};
use declarest_delta::Delta;
use declarest_tests::killed::{Process, setting, weather};
use declarest_tests::{Server as Source, list};

use crate::store::Store;

const SIZE: u64 = 50;

/// The program: this test, in a process that a test below has started.
#[tokio::test]
async fn the_sync_that_is_killed() {
    let [Ok(base_url), Ok(lake), Ok(resource), every] =
        ["BASE", "LAKE", "RESOURCE", "EVERY"].map(|name| env::var(format!("KILLED_{name}")))
    else {
        return;
    };
    let client = list::Client::builder().base_url(base_url).build().expect("a client");
    let mut lake = Delta::open(lake).expect("it opens");
    if let Ok(every) = every {
        lake = lake.commit_every(Duration::from_millis(every.parse().expect("a number")));
    }
    client.sync(&mut lake).only([resource]).await.expect("a sync");
}

/// How many rows the checkpoint says there are.
async fn committed(store: &Store, resource: &str) -> u64 {
    let checkpoint = store.delta().read_state(&StateKey::new("list", resource, "checkpoint")).await.expect("a state");
    let checkpoint = checkpoint.map(|text| serde_json::from_str::<serde_json::Value>(&text).expect("JSON"));
    checkpoint.map_or(0, |checkpoint| checkpoint["rows"].as_u64().expect("a number"))
}

/// How many rows a reader sees.
async fn visible(store: &Store, resource: &str) -> u64 {
    if store.table(resource).await.is_none() {
        return 0;
    }
    store.one(resource, &format!("SELECT count(*) FROM {resource}")).await.parse().expect("a number")
}

/// `commit_every` is what the destination is set to, in milliseconds.
async fn killed(resource: &str, commit_every: Option<u64>) {
    let store = Store::new();
    let kills = setting("DECLAREST_KILLS", 10);
    let (rows, seed) = (kills * 600, setting("DECLAREST_SEED", fastrand::u64(..1 << 32)));
    println!("{resource}: DECLAREST_SEED={seed} DECLAREST_KILLS={kills}, {rows} rows");
    let mut moments = fastrand::Rng::with_seed(seed);
    let chance = Mutex::new(fastrand::Rng::with_seed(seed + 1));
    let source = Source::start(move |request| weather(request, rows, chance.lock().expect("no panic").u32(..100)));
    let start = || {
        let mut command = Command::new(env::current_exe().expect("this program"));
        command.args(["--exact", "kills::the_sync_that_is_killed"]).stdout(Stdio::null()).stderr(Stdio::null());
        command.env("KILLED_BASE", source.base_url()).env("KILLED_LAKE", store.path()).env("KILLED_RESOURCE", resource);
        command.envs(commit_every.map(|every| ("KILLED_EVERY", every.to_string())));
        Process(command.spawn().expect("this program"))
    };
    let log = store.path().join("_declarest/log");
    let entries = || std::fs::read_dir(&log).map_or(0, Iterator::count);
    let (mut lives, mut resumed, mut behind, mut done) = (0, 0, 0, false);
    while lives < kills && !done {
        let before = committed(&store, resource).await;
        resumed += u64::from(before > 0);
        // Entries of the log for the lease and the beginning come before those for rows.
        let until = entries() + moments.usize(2..5);
        let mut sync = start();
        while entries() < until && sync.ended().is_none() {
            sleep(Duration::from_micros(200));
        }
        sleep(Duration::from_micros(moments.u64(..20_000)));
        if sync.ended().is_some() {
            sync.succeeds();
            done = true;
            continue;
        }
        // SIGKILL: nothing of it runs any more.
        drop(sync);
        lives += 1;
        let found = visible(&store, resource).await;
        let after = committed(&store, resource).await;
        // It had ended, but for its process.
        done = after == 0 && visible(&store, resource).await == rows;
        if done {
            continue;
        }
        assert!(after >= before, "{after} rows after {before}");
        let most = if resource == "appended" { after } else { 0 };
        assert!(found <= most, "no row is seen that is not committed: {found} of {most}");
        behind += u64::from(found < most);
        let followed = visible(&store, resource).await;
        if resource == "appended" && commit_every.is_none() {
            assert!(found <= followed && followed <= most, "{followed} of {most} rows are seen, {found} before");
        } else {
            assert_eq!(followed, most, "the tables follow the log");
        }
    }
    if !done {
        start().succeeds();
    }
    let total = format!(
        "SELECT concat_ws(' ', count(*), count(DISTINCT line), min(line), max(line), count(*) FILTER (WHERE name <> concat('row ', line) OR key <> concat('k', line))) FROM {resource}"
    );
    assert_eq!(store.one(resource, &total).await, format!("{rows} {rows} 1 {rows} 0"));
    assert_eq!(committed(&store, resource).await, 0);
    assert!(lives > 0 && resumed > 0, "{lives} times killed, {resumed} times resumed: this would show nothing");
    println!(
        "{resource}: killed {lives} times, resumed {resumed} times, {behind} times between the log and the table, {} requests for {} pages",
        source.count(),
        rows / SIZE
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_merges_loses_nothing_and_doubles_nothing() {
    killed("merged", None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_appends_loses_nothing_and_doubles_nothing() {
    killed("appended", None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_shows_each_commit_loses_nothing_and_doubles_nothing() {
    killed("appended", Some(0)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_replaces_loses_nothing_and_doubles_nothing() {
    killed("replaced", None).await;
}
