//! How far an incremental resource has been read: never past the moment a run began, and no further than is sure.

use std::sync::{Arc, Mutex};

use declarest::jiff::{SignedDuration, Timestamp};
use declarest::{ErrorKind, ResourceReport};
use declarest_tests::{Database, Reply, Server};
use serde_json::{Value, json};

#[declarest::source(
    base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0),
    resource_defaults(data_selector = "items", selected = false),
)]
mod api {
    #[resource(
        name = merged, path = "/merged", primary_key = id, write_disposition = merge, paginator = page_number,
        incremental(cursor = at, start_param = "since"),
    )]
    pub struct Merged {
        pub id: u64,
        pub at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = appended, path = "/appended", write_disposition = append, paginator = single_page,
        incremental(cursor = at, start_param = "since"),
    )]
    pub struct Appended {
        pub id: u64,
        pub at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = logged, path = "/logged", primary_key = id, write_disposition = append, paginator = page_number,
        incremental(cursor = at, start_param = "since"),
    )]
    pub struct Logged {
        pub id: u64,
        pub at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = counted, path = "/counted", primary_key = id, paginator = page_number(total_path = "total"),
        incremental(cursor = at, start_param = "since"),
    )]
    pub struct Counted {
        pub id: u64,
        pub at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = local, path = "/local", primary_key = id, paginator = single_page,
        incremental(cursor = at, start_param = "since", timezone = "America/New_York"),
    )]
    pub struct Local {
        pub id: u64,
        pub at: declarest::jiff::civil::DateTime,
    }

    #[resource(
        name = texts, path = "/texts", write_disposition = append, paginator = single_page,
        incremental(cursor = at, start_param = "since"),
    )]
    pub struct Text {
        pub id: u64,
        pub at: String,
    }

    #[resource(
        name = chained, path = "/chained", primary_key = id, write_disposition = merge, paginator = cursor(cursor_path = "next"),
        incremental(cursor = at, start_param = "since"),
    )]
    pub struct Chained {
        pub id: u64,
        pub at: declarest::jiff::Timestamp,
    }
}

/// The pages of a list.
type Pages = Arc<Mutex<Vec<Vec<(u64, String)>>>>;

/// Serves the rows that are not older than `since`.
fn serve() -> (Server, Pages) {
    let pages = Pages::default();
    let now = Arc::clone(&pages);
    let server = Server::start(move |request| {
        let since = request.param("since").map(str::to_owned);
        let pages = now.lock().expect("whole");
        let number = request.number("page").or(request.number("cursor")).unwrap_or(1);
        let index = usize::try_from(number - 1).expect("small");
        let rows = pages.get(index).into_iter().flatten();
        let rows = rows.filter(|(_, at)| since.as_ref().is_none_or(|since| at >= since));
        let items: Vec<_> = rows.map(|(id, at)| json!({ "id": id, "at": at })).collect();
        let next = (index + 1 < pages.len()).then_some(number + 1);
        Reply::json(json!({ "items": items, "next": next }))
    });
    (server, pages)
}

fn set(pages: &Pages, rows: &[&[(u64, &str)]]) {
    let owned = |page: &&[(u64, &str)]| page.iter().map(|(id, at)| (*id, (*at).to_owned())).collect();
    *pages.lock().expect("whole") = rows.iter().map(owned).collect();
}

async fn sync(server: &Server, database: &Database, resource: &str) -> (ResourceReport, String) {
    let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let report = client.sync(&mut database.open()).only([resource]).await.expect("a report");
    (report.resource(resource).expect("it was read").clone(), report.to_string())
}

fn ids(database: &Database, resource: &str) -> Vec<String> {
    database.query(&format!("SELECT id FROM {resource} ORDER BY id")).concat()
}

/// What the last request asked for.
fn since(server: &Server) -> Option<String> {
    server.asked("since").pop().flatten()
}

#[tokio::test]
async fn one_row_of_the_future_holds_nothing_up() {
    for resource in ["merged", "appended", "texts"] {
        let ((server, pages), database) = (serve(), Database::new());
        set(&pages, &[&[(1, "2024-01-01T00:00:00Z"), (2, "2206-01-01T00:00:00Z"), (3, "2024-01-03T00:00:00Z")]]);
        let (report, text) = sync(&server, &database, resource).await;
        assert_eq!((report.rows, report.beyond_start), (3, 1), "{text}");
        let line =
            format!("{resource}: 1 row is newer than the start of the run; the next run starts no later than this one");
        assert!(text.contains(&line), "{text}");

        // Later rows come, and the one of the future is loaded once.
        set(&pages, &[&[(3, "2024-01-03T00:00:00Z"), (2, "2206-01-01T00:00:00Z"), (4, "2024-01-04T00:00:00Z")]]);
        for _ in 0..3 {
            let (report, text) = sync(&server, &database, resource).await;
            assert_eq!(report.beyond_start, 1, "{text}");
            assert_eq!(ids(&database, resource), ["1", "2", "3", "4"], "{resource}");
        }
        assert_eq!(since(&server).as_deref(), Some("2024-01-04T00:00:00Z"), "{resource}");
    }
}

/// `00.5Z` is after `00Z`, though its characters are before.
#[tokio::test]
async fn texts_of_times_are_in_the_order_of_the_times() {
    let ((server, pages), database) = (serve(), Database::new());
    set(&pages, &[&[(1, "2024-01-01T00:00:00Z"), (2, "2024-01-01T00:00:00.5Z")]]);
    sync(&server, &database, "texts").await;
    set(&pages, &[&[(1, "2024-01-01T00:00:00Z"), (2, "2024-01-01T00:00:00.5Z"), (3, "2024-01-01T00:00:00.75Z")]]);
    let (report, text) = sync(&server, &database, "texts").await;
    assert_eq!(ids(&database, "texts"), ["1", "2", "3"], "{text}");
    assert_eq!((report.inserted, since(&server).as_deref()), (1, Some("2024-01-01T00:00:00.5Z")), "{text}");
}

#[tokio::test]
async fn a_row_that_is_new_since_the_run_began_comes_again_and_is_loaded_once() {
    let ((server, pages), database) = (serve(), Database::new());
    let soon = (Timestamp::now() + SignedDuration::from_secs(2)).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let rows: [&[(u64, &str)]; 1] = [&[(1, "2024-01-01T00:00:00Z"), (2, &soon)]];
    set(&pages, &rows);
    let (report, _) = sync(&server, &database, "appended").await;
    assert_eq!(report.beyond_start, 1);
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    // Now it is no longer of the future: the run reads it again, knows it, and gets there.
    let (report, text) = sync(&server, &database, "appended").await;
    assert_eq!((since(&server).as_deref(), report.beyond_start), (Some("2024-01-01T00:00:00Z"), 0), "{text}");
    assert_eq!(ids(&database, "appended"), ["1", "2"]);
    sync(&server, &database, "appended").await;
    assert_eq!(since(&server), Some(soon));
    assert_eq!(ids(&database, "appended"), ["1", "2"]);
}

/// The server's clock is ahead, and a row of it changes: each version is a row.
#[tokio::test]
async fn a_later_version_of_a_row_of_the_future_is_new() {
    let ((server, pages), database) = (serve(), Database::new());
    for (at, versions) in [("2206-01-01T00:00:00Z", 1), ("2206-01-01T00:00:30Z", 2), ("2206-01-01T00:00:30Z", 2)] {
        set(&pages, &[&[(1, "2024-01-01T00:00:00Z"), (2, at)], &[]]);
        let (report, text) = sync(&server, &database, "logged").await;
        assert_eq!(report.beyond_start, 1, "{text}");
        assert_eq!(database.count("logged"), 1 + versions, "{text}");
    }
}

/// A row of a page that was read goes, and the next page begins one row later.
#[tokio::test]
async fn the_position_stays_where_the_total_sinks() {
    let database = Database::new();
    let row = |id: u64| json!({ "id": id, "at": format!("2024-01-0{id}T00:00:00Z") });
    let server = Server::start(move |request| {
        Reply::json(match (request.nth, request.number("page")) {
            (0..2, Some(1)) => json!({ "items": [row(1), row(2)], "total": 6 }),
            (_, Some(1)) => json!({ "items": [row(2), row(3)], "total": 5 }),
            (_, Some(2)) => json!({ "items": [row(4), row(5)], "total": 5 }),
            _ => json!({ "items": [row(6)], "total": 5 }),
        })
    });
    let (report, text) = sync(&server, &database, "counted").await;
    assert_eq!((report.total_changes, report.repeated, report.position_kept), (1, 0, true), "{text}");
    assert!(text.contains("the total became smaller while the pages were read: the next run starts"), "{text}");
    let (report, text) = sync(&server, &database, "counted").await;
    assert_eq!((since(&server), report.position_kept), (None, false), "{text}");
    assert_eq!(ids(&database, "counted"), ["1", "2", "3", "4", "5", "6"]);
}

/// What is the future is said by the clock of the account's zone.
#[tokio::test]
async fn a_time_of_a_zone_is_of_the_future_by_its_clock() {
    let ((server, pages), database) = (serve(), Database::new());
    let here = Timestamp::now().in_tz("America/New_York").expect("a zone").datetime();
    let soon = (here + SignedDuration::from_hours(3)).strftime("%Y-%m-%dT%H:%M:%S").to_string();
    set(&pages, &[&[(1, "2024-01-01T00:00:00"), (2, &soon)]]);
    let (report, text) = sync(&server, &database, "local").await;
    assert_eq!(report.beyond_start, 1, "{text}");
    sync(&server, &database, "local").await;
    assert_eq!(since(&server).as_deref(), Some("2024-01-01T00:00:00"));
}

#[tokio::test]
async fn only_rows_of_the_future_move_nothing() {
    let ((server, pages), database) = (serve(), Database::new());
    set(&pages, &[&[(1, "2206-01-01T00:00:00Z")]]);
    for _ in 0..2 {
        sync(&server, &database, "appended").await;
        assert_eq!((since(&server), ids(&database, "appended")), (None, vec!["1".to_owned()]));
    }
}

/// Rows of the same time change places between two pages: one comes twice, and another one never.
#[tokio::test]
async fn the_position_stays_where_keys_repeat_without_a_total() {
    let equal = "2024-01-02T00:00:00Z";
    for resource in ["merged", "chained"] {
        let ((server, pages), database) = (serve(), Database::new());
        set(&pages, &[&[(1, "2024-01-01T00:00:00Z"), (2, equal)], &[(2, equal), (4, "2024-01-04T00:00:00Z")], &[]]);
        let (report, text) = sync(&server, &database, resource).await;
        assert_eq!((report.repeated, report.position_kept), (1, true), "{text}");
        let line = "others may be missing, and no total shows it: the next run starts where this one did; have the API sort by something unique";
        assert!(text.contains(line), "{text}");
        assert_eq!(ids(&database, resource), ["1", "2", "4"]);

        set(&pages, &[&[(1, "2024-01-01T00:00:00Z"), (2, equal)], &[(3, equal), (4, "2024-01-04T00:00:00Z")], &[]]);
        let before = server.count();
        let (report, text) = sync(&server, &database, resource).await;
        assert_eq!(server.requests()[before].param("since"), None, "{text}");
        assert!(!report.position_kept, "{text}");
        assert_eq!(ids(&database, resource), ["1", "2", "3", "4"]);
        sync(&server, &database, resource).await;
        assert_eq!(since(&server).as_deref(), Some("2024-01-04T00:00:00Z"), "it moves once all is sure");
    }
}

/// Appended rows cannot be read again: then the load fails, and leaves nothing.
#[tokio::test]
async fn a_load_fails_where_appended_rows_repeat_without_a_total() {
    let ((server, pages), database) = (serve(), Database::new());
    let equal = "2024-01-02T00:00:00Z";
    set(&pages, &[&[(1, "2024-01-01T00:00:00Z"), (2, equal)], &[(2, equal), (4, "2024-01-04T00:00:00Z")], &[]]);
    let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let error = client.sync(&mut database.open()).only(["logged"]).await.expect_err("a row may be missing");
    assert_eq!(error.kind(), ErrorKind::Incomplete);
    let text = format!("{error:#}");
    assert!(
        text.contains("1 of the 4 rows have the key and the cursor of an earlier one")
            && text.contains("others may be missing"),
        "{text}"
    );
    assert!(text.contains("sort by something unique"), "{text}");
    assert_eq!(database.count("logged"), 0);
    let logged = error.report().and_then(|report| report.resource("logged")).expect("it was read");
    assert_eq!((logged.inserted, logged.taken_back), (0, 4));
    set(&pages, &[&[(1, "2024-01-01T00:00:00Z"), (2, equal)], &[(3, equal), (4, "2024-01-04T00:00:00Z")], &[]]);
    sync(&server, &database, "logged").await;
    assert_eq!(ids(&database, "logged"), ["1", "2", "3", "4"]);
}

/// A row that changes while cursors are followed comes again with its new time, and moves no others.
#[tokio::test]
async fn a_row_that_changed_meanwhile_is_no_reason_to_stay() {
    let ((server, pages), database) = (serve(), Database::new());
    let later = (Timestamp::now() + SignedDuration::from_hours(1)).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    set(
        &pages,
        &[&[(1, "2024-01-01T00:00:00Z"), (2, "2024-01-02T00:00:00Z")], &[(3, "2024-01-03T00:00:00Z"), (1, &later)]],
    );
    let (report, text) = sync(&server, &database, "chained").await;
    assert_eq!((report.repeated, report.beyond_start, report.position_kept), (1, 1, false), "{text}");
    sync(&server, &database, "chained").await;
    assert_eq!(since(&server).as_deref(), Some("2024-01-03T00:00:00Z"));
}

/// An earlier version has followed a row of the future.
#[tokio::test]
async fn a_position_that_is_in_the_future_already_is_left() {
    let ((server, pages), database) = (serve(), Database::new());
    set(&pages, &[&[(1, "2024-01-01T00:00:00Z")]]);
    sync(&server, &database, "merged").await;
    database.run(
        "UPDATE _declarest_state SET value = json_set(value, '$.position.timestamp', '2206-01-01T00:00:00Z') WHERE name = 'incremental'",
    );
    set(&pages, &[&[(1, "2024-01-01T00:00:00Z"), (2, "2024-01-02T00:00:00Z")]]);
    sync(&server, &database, "merged").await;
    assert_eq!((since(&server), ids(&database, "merged").len()), (None, 2));
    sync(&server, &database, "merged").await;
    assert_eq!(since(&server).as_deref(), Some("2024-01-02T00:00:00Z"));
}

/// Where rows are appended, what is read again would be doubled: nothing goes on unsaid.
#[tokio::test]
async fn a_position_of_appended_rows_that_is_in_the_future_is_refused() {
    let ((server, pages), database) = (serve(), Database::new());
    set(&pages, &[&[(1, "2024-01-01T00:00:00Z")]]);
    sync(&server, &database, "appended").await;
    database.run(
        "UPDATE _declarest_state SET value = json_set(value, '$.position.timestamp', '2206-01-01T00:00:00Z') WHERE name = 'incremental'",
    );
    let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let error = client.sync(&mut database.open()).only(["appended"]).await.expect_err("nothing would be new");
    assert_eq!(error.kind(), ErrorKind::Schema, "{error}");
    assert!(error.to_string().contains("in the future, 2206-01-01T00:00:00Z"), "{error}");
    assert!(error.help().is_some_and(|help| help.contains(".full_refresh()")), "{error:?}");
}

/// The saved position is what the format promises.
#[tokio::test]
async fn what_is_saved_of_rows_beyond_the_start_can_be_read() {
    let ((server, pages), database) = (serve(), Database::new());
    set(&pages, &[&[(1, "2024-01-01T00:00:00Z"), (2, "2206-01-01T00:00:00Z")]]);
    sync(&server, &database, "appended").await;
    let saved = database.one("SELECT value FROM _declarest_state WHERE name = 'incremental'");
    let saved: Value = serde_json::from_str(&saved).expect("JSON");
    assert_eq!(saved["position"]["timestamp"], "2024-01-01T00:00:00Z", "{saved}");
    assert_eq!(saved["beyond"]["from"]["timestamp"], "2206-01-01T00:00:00Z", "{saved}");
    assert_eq!(saved["beyond"]["rows"].as_array().map(Vec::len), Some(1), "{saved}");
}
