//! Which resources are synced, and how it is told.

use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex};

use declarest::{ErrorKind, Progress, Stage};
use declarest_tests::{Database, Listing, Reply, Server};

use crate::source::{assert_no_state, assert_rows, client, listing, staged, sync};

#[tokio::test]
async fn only_reads_what_it_names_also_what_is_not_selected() {
    let (server, database) = (listing(5), Database::new());
    let report = sync(&server, &database, &["unselected", "items"]).await.expect("a report");
    assert_eq!(
        report.resources.iter().map(|resource| resource.name.as_str()).collect::<Vec<_>>(),
        ["items", "unselected"]
    );
    assert!(database.has_table("unselected") && !database.has_table("others"));
    assert!(report.resource("others").is_none());
}

#[tokio::test]
async fn only_refuses_what_it_does_not_know_before_anything_is_sent() {
    let (server, database) = (listing(5), Database::new());
    let error = sync(&server, &database, &["items", "itmes"]).await.expect_err("a typo");
    assert_eq!(error.kind(), ErrorKind::Config);
    let text = format!("{error:#}");
    for part in ["`itmes`", "`items`", "`others`", "`events`", "`unselected`"] {
        assert!(text.contains(part), "{part} in: {text}");
    }
    let error = sync(&server, &database, &["asked"]).await.expect_err("no value");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("project"), "{error}");
    assert_eq!((server.count(), database.has_table("items")), (0, false));
}

#[tokio::test]
async fn a_full_refresh_loads_anew() {
    let (server, stage) = staged(|stage, request| Listing::of(if stage == 1 { 30 } else { 12 }).reply(request));
    let database = Database::new();
    sync(&server, &database, &["items", "events"]).await.expect("a report");
    stage.store(2, SeqCst);
    sync(&server, &database, &["items"]).await.expect("a report");
    assert_eq!(database.count("items"), 30, "a merge removes nothing");
    let report = client(&server).sync(&mut database.open()).only(["items"]).full_refresh().await.expect("a report");
    assert_eq!(report.resource("items").map(|items| (items.rows, items.inserted)), Some((12, 12)));
    assert_rows(&database, "items", 12);
    assert_eq!(database.count("events"), 30, "what is not read is left alone");
}

#[tokio::test]
async fn progress_is_told_from_the_beginning_to_the_end() {
    let (server, database) = (listing(25), Database::new());
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let progress = move |progress: &Progress| tell.lock().expect("no panic").push(*progress);
    client(&server).sync(&mut database.open()).only(["items", "others"]).progress(progress).await.expect("a report");
    let told = told.lock().expect("no panic").clone();
    let seen: Vec<_> =
        told.iter().map(|told| (told.resource, told.rows, told.expected, told.pages, told.stage)).collect();
    let of = |name| {
        [
            (name, 0, None, 0, Stage::Reading),
            (name, 10, Some(25), 1, Stage::Reading),
            (name, 20, Some(25), 2, Stage::Reading),
            (name, 25, Some(25), 3, Stage::Reading),
            (name, 25, Some(25), 3, Stage::Complete),
        ]
    };
    assert_eq!(seen, [of("items"), of("others")].concat());
}

#[tokio::test]
async fn progress_is_told_of_a_failure() {
    let server = Server::start(|_| Reply::status(404));
    let database = Database::new();
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let progress = move |progress: &Progress| tell.lock().expect("no panic").push(progress.stage);
    let result = client(&server).sync(&mut database.open()).only(["items"]).progress(progress).await;
    assert_eq!(result.expect_err("404").kind(), ErrorKind::Status);
    assert_eq!(*told.lock().expect("no panic"), [Stage::Reading, Stage::Failed]);
}

/// What they show is looked at beside the code; here, that a sync takes them.
#[tokio::test]
async fn the_progress_bars_can_be_used() {
    let (server, database) = (listing(25), Database::new());
    let report = client(&server).sync(&mut database.open()).progress(declarest::progress_bars()).await;
    assert_eq!(report.expect("a report").resources.iter().map(|resource| resource.rows).sum::<u64>(), 75);
}

#[tokio::test]
async fn a_sync_reads_as_many_pages_together_as_it_is_told() {
    let server = Server::start(|request| {
        let reply = Listing::of(120).reply(request);
        if request.number("p") == Some(1) { reply } else { reply.when(|log| log.most_in_flight() >= 6) }
    });
    let database = Database::new();
    client(&server).sync(&mut database.open()).only(["items"]).concurrency(6).await.expect("a report");
    assert_eq!(server.most_in_flight(), 6);
    assert_rows(&database, "items", 120);
}

#[tokio::test]
async fn a_sync_does_nothing_before_it_is_awaited_and_can_go_to_another_thread() {
    let (server, database) = (listing(5), Database::new());
    let mut sqlite = database.open();
    drop(client(&server).sync(&mut sqlite));
    assert_eq!(server.count(), 0);
    let client = client(&server);
    let report = tokio::spawn(async move { client.sync(&mut sqlite).only(["items"]).await }).await.expect("no panic");
    assert_eq!(report.expect("a report").resources.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_syncs_can_write_to_one_file() {
    let (server, database) = (listing(300), Database::new());
    let (mut one, mut other) = (database.open(), database.open());
    let client = client(&server);
    let (items, events) = tokio::join!(
        client.sync(&mut one).only(["items"]).into_future(),
        client.sync(&mut other).only(["events"]).into_future()
    );
    items.expect("a report");
    events.expect("a report");
    assert_rows(&database, "items", 300);
    assert_rows(&database, "events", 300);
    assert_no_state(&database);
}
