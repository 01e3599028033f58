//! Syncs of the rows of many parents, each with a position of its own, killed at random moments while new rows come.
//!
//! `DECLAREST_KILLS` says how often, 15 times by default; `DECLAREST_SEED` repeats a run.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::Duration;

use declarest_tests::killed::setting;
use declarest_tests::{Database, Reply, Request, Server};
use serde_json::json;

use crate::program::Program;

/// The positions of the rows of each post: those of one post say nothing of those of another.
type Posts = Arc<Mutex<BTreeMap<u64, Vec<u64>>>>;

fn answer(request: &Request, posts: &Posts) -> Reply {
    let posts = posts.lock().expect("no panic");
    let Some(post) = request.path.split('/').nth(2).and_then(|post| post.parse::<u64>().ok()) else {
        return Reply::json(json!({ "items": posts.keys().map(|id| json!({ "id": id })).collect::<Vec<_>>() }));
    };
    let since = request.number("since").unwrap_or(0);
    let rows = posts.get(&post).into_iter().flatten().zip(1..);
    let rows: Vec<_> = rows.filter(|(at, _)| **at >= since).collect();
    let from = usize::try_from((request.number("p").unwrap_or(1) - 1) * 2).expect("small");
    let items = rows.iter().skip(from).take(2).map(|(at, id)| json!({ "id": post * 1000 + id, "at": at }));
    Reply::json(json!({ "items": items.collect::<Vec<_>>(), "total": rows.len() })).after(Duration::from_micros(300))
}

/// New rows of some posts, each after the last one of its post or beside it, and a new post with rows of any age.
fn grow(posts: &Posts, chance: &mut fastrand::Rng) {
    let mut posts = posts.lock().expect("no panic");
    for rows in posts.values_mut() {
        for _ in 0..chance.usize(..3) {
            let last = rows.last().copied().unwrap_or(0);
            rows.push(last + chance.u64(..3));
        }
    }
    let new = posts.len() as u64 + 1;
    let first = chance.u64(1..1000);
    posts.insert(new, (0..chance.u64(..5)).map(|row| first + row / 2).collect());
}

#[test]
fn killed_at_random_moments_no_row_of_any_parent_is_lost_or_doubled() {
    let kills = setting("DECLAREST_KILLS", 15);
    let seed = setting("DECLAREST_SEED", fastrand::u64(..1 << 32));
    println!("positions: DECLAREST_SEED={seed} DECLAREST_KILLS={kills}");
    let mut chance = fastrand::Rng::with_seed(seed);
    let posts = Posts::default();
    (0..20).for_each(|_| grow(&posts, &mut chance));
    let answered = Arc::clone(&posts);
    let server = Server::start(move |request| answer(request, &answered));
    let database = Database::new();
    let command = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_posts"));
        command.arg(server.base_url()).arg(database.path()).stdout(Stdio::null());
        command
    };
    let (mut killed, mut complete) = (0, 0);
    while killed < kills {
        let from = server.count();
        let mut sync = Program::start(command());
        let (requests, within) = (chance.usize(..500), Duration::from_micros(chance.u64(..3000)));
        while server.count() < from + requests && sync.ended().is_none() {
            sleep(Duration::from_micros(200));
        }
        sleep(within);
        if let Some(status) = sync.ended() {
            assert!(status.success(), "{}", sync.finish().1);
            complete += 1;
            assert_sound(&database, &posts);
            grow(&posts, &mut chance);
            continue;
        }
        // SIGKILL: nothing of it runs any more.
        drop(sync);
        killed += 1;
        // What comes between two runs is not always found by the one that resumes.
        if chance.bool() && posts.lock().expect("no panic").len() < 60 {
            grow(&posts, &mut chance);
        }
    }
    // One ends what was interrupted, the other reads what came meanwhile.
    for _ in 0..2 {
        let (code, said) = Program::start(command()).finish();
        assert_eq!(code, Some(0), "{said}");
    }
    for table in ["comments", "votes"] {
        let stored = database.query(&format!("SELECT id FROM {table} ORDER BY id")).concat();
        assert_eq!(stored, expected(&posts), "{table}");
    }
    assert!(complete > 0, "no load was complete: this would show nothing of the next one");
    println!("positions: killed {killed} times, {complete} complete loads, {} requests", server.count());
}

/// Each row is there once, and all that are there are the source's.
fn assert_sound(database: &Database, posts: &Posts) {
    for table in ["comments", "votes"] {
        let stored = database.query(&format!("SELECT id FROM {table} ORDER BY id")).concat();
        let mut once = stored.clone();
        once.dedup();
        assert_eq!(stored, once, "{table}: rows are there twice");
        let expected = expected(posts);
        assert!(stored.iter().all(|id| expected.contains(id)), "{table}");
    }
}

/// The keys of all rows of the source.
fn expected(posts: &Posts) -> Vec<String> {
    let posts = posts.lock().expect("no panic");
    posts.iter().flat_map(|(post, rows)| (1..).zip(rows).map(move |(id, _)| (post * 1000 + id).to_string())).collect()
}
