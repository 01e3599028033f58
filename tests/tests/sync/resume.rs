//! Where an interrupted load resumes, and whether the rows before that place are still those that were read.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use declarest::{ErrorKind, ResourceReport};
use declarest_tests::{Database, Reply, Request, Server};
use serde_json::json;

/// The same list, in each way to divide it into pages that no total of rows comes with.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(resume_token)),
    retry(max_retries = 0),
    concurrency = 1,
    resource_defaults(data_selector = "items", selected = false),
)]
mod api {
    #[resource(name = numbered, path = "/numbered", primary_key = id, write_disposition = merge, paginator = page_number(limit_param = "limit", limit = 3))]
    pub struct Numbered {
        pub id: u64,
        pub at: u64,
    }

    #[resource(
        name = counted, path = "/counted", primary_key = id, write_disposition = merge,
        paginator = page_number(limit_param = "limit", limit = 3, total_pages_path = "pages"), incremental(cursor = at, start_param = "since"),
    )]
    pub struct Counted {
        pub id: u64,
        pub at: u64,
    }

    #[resource(name = capped, path = "/capped", primary_key = id, write_disposition = merge, paginator = offset(limit = 5, advance = limit))]
    pub struct Capped {
        pub id: u64,
    }

    #[resource(name = offsets, path = "/offsets", write_disposition = append, paginator = offset(limit = 3))]
    pub struct Offset {
        pub id: u64,
        pub at: u64,
    }

    #[resource(
        name = linked, path = "/linked", primary_key = id, write_disposition = merge, paginator = header_link,
        incremental(cursor = at, start_param = "since"),
    )]
    pub struct Linked {
        pub id: u64,
        pub at: u64,
    }

    #[resource(name = json_linked, path = "/json_linked", write_disposition = append, paginator = json_link, incremental(cursor = at, start_param = "since"))]
    pub struct JsonLinked {
        pub id: u64,
        pub at: u64,
    }

    #[resource(name = automatic, path = "/automatic", write_disposition = replace, paginator = auto)]
    pub struct Automatic {
        pub id: u64,
        pub at: u64,
    }

    #[resource(name = chained, path = "/chained", write_disposition = append, paginator = cursor(cursor_path = "cursor"))]
    pub struct Chained {
        pub id: u64,
        pub at: u64,
    }

    #[resource(name = by_page, path = "/by_page", write_disposition = append, paginator = cursor(cursor_path = "cursor"))]
    pub struct ByPage {
        pub id: u64,
    }

    #[resource(name = groups, path = "/groups", paginator = single_page)]
    pub struct Group {
        pub id: u64,
    }

    #[resource(
        name = members, path = "/groups/{resources.groups.id}/numbered", write_disposition = append,
        paginator = page_number(limit_param = "limit", limit = 3),
    )]
    pub struct Member {
        pub id: u64,
        pub at: u64,
    }
}

/// Rows per page.
const SIZE: usize = 3;
/// The page that fails at first.
const BROKEN: usize = 5;

/// The id that a page is behind.
fn cursor(request: &Request) -> Option<u64> {
    request.param("cursor")?.strip_prefix("after-")?.parse().ok()
}

/// A list that changes between two runs.
#[derive(Clone)]
struct List(Arc<Mutex<State>>);

struct State {
    ids: Vec<u64>,
    /// What the server answers at page 5.
    broken: Option<u16>,
}

impl List {
    fn new(rows: u64) -> Self {
        Self(Arc::new(Mutex::new(State { ids: (1..=rows).collect(), broken: Some(500) })))
    }

    /// The server works again, and this has happened meanwhile.
    fn repaired(&self, change: impl FnOnce(&mut Vec<u64>)) {
        let mut state = self.0.lock().expect("whole");
        state.broken = None;
        change(&mut state.ids);
    }

    fn ids(&self) -> Vec<u64> {
        self.0.lock().expect("whole").ids.clone()
    }

    fn answer(&self, request: &Request) -> Reply {
        let state = self.0.lock().expect("whole");
        if request.path == "/groups" {
            return Reply::json(json!({ "items": [{ "id": 1 }] }));
        }
        let first = match (request.number("offset"), cursor(request)) {
            (Some(offset), _) => usize::try_from(offset).expect("small"),
            // After this id, whatever is before it.
            (_, Some(cursor)) => state.ids.iter().position(|id| *id > cursor).unwrap_or(state.ids.len()),
            _ => {
                usize::try_from(request.number("page").or(request.number("cursor")).unwrap_or(1) - 1).expect("small")
                    * SIZE
            }
        };
        let number = first / SIZE + 1;
        if let Some(status) = state.broken.filter(|_| number == BROKEN) {
            return Reply::status(status);
        }
        let page: Vec<_> = state.ids.iter().skip(first).take(SIZE).collect();
        let items: Vec<_> = page.iter().map(|id| json!({ "id": id, "at": id })).collect();
        let is_last = first + SIZE >= state.ids.len();
        let next = (!is_last).then(|| format!("{}?page={}", request.path, number + 1));
        let mut body = json!({ "items": items });
        match request.path.as_str() {
            "/counted" => body["pages"] = json!(state.ids.len().div_ceil(SIZE)),
            "/json_linked" | "/automatic" => body["next"] = json!(next),
            // A cursor that is the number of a page.
            "/by_page" if !is_last => body["cursor"] = json!(number + 1),
            "/chained" if !is_last => body["cursor"] = json!(page.last().map(|id| format!("after-{id}"))),
            "/linked" => {
                let reply = Reply::json(body);
                return match next {
                    Some(next) => reply.header("Link", format!("<{next}>; rel=\"next\"")),
                    None => reply,
                };
            }
            _ => {}
        }
        Reply::json(body)
    }

    fn serve(&self) -> Server {
        let list = self.clone();
        Server::start(move |request| list.answer(request))
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).resume_token("t0k3n-m4rk3r").build().expect("nothing is missing")
}

async fn sync(server: &Server, database: &Database, resource: &str) -> declarest::Result<ResourceReport> {
    let report = client(server).sync(&mut database.open()).only([resource]).await?;
    let text = report.to_string();
    assert!(!text.ends_with('\n'), "no empty line: {text}");
    let report = report.resource(resource).expect("it was read").clone();
    if let Some(why) = &report.restarted {
        assert!(
            text.contains(&format!("{resource}: an interrupted run was not resumed: {why}; it began again")),
            "{text}"
        );
    }
    Ok(report)
}

/// Fails at page 5 in the first run.
async fn interrupted(resource: &str) -> (List, Server, Database) {
    let list = List::new(20);
    let server = list.serve();
    let database = Database::new();
    let error = sync(&server, &database, resource).await.expect_err(resource);
    assert_eq!((error.kind(), error.status()), (ErrorKind::Status, Some(500)), "{resource}: {error}");
    (list, server, database)
}

/// The rows of a table: those of the list, each once.
fn assert_rows(database: &Database, resource: &str, list: &List) {
    let rows = database.query(&format!("SELECT id FROM {resource} ORDER BY id")).concat();
    let expected: Vec<_> = list.ids().iter().map(u64::to_string).collect();
    assert_eq!(rows, expected, "{resource}");
}

const LISTS: [&str; 7] = ["numbered", "counted", "offsets", "linked", "json_linked", "automatic", "by_page"];

#[tokio::test]
async fn rows_that_went_meanwhile_make_a_load_begin_again() {
    for resource in LISTS {
        let (list, server, database) = interrupted(resource).await;
        // Three rows of the first page: as many are now on pages that have been read.
        list.repaired(|ids| drop(ids.drain(..3)));
        let report = sync(&server, &database, resource).await.expect(resource);
        assert_eq!((report.rows, report.resumed), (17, 0), "{resource}");
        let why = report.restarted.as_deref().unwrap_or_default();
        let expected = if resource == "counted" { "promises 6 pages" } else { "has other rows now" };
        assert!(why.contains(expected), "{resource}: {why}");
        let is_appended = ["offsets", "json_linked", "by_page"].contains(&resource);
        assert_eq!(report.taken_back, if is_appended { 12 } else { 0 }, "{resource}");
        if ["numbered", "counted", "linked"].contains(&resource) {
            // Merged rows stay, also those that are gone.
            assert_eq!(database.count(resource), 20, "{resource}");
            database.run(&format!("DELETE FROM {resource} WHERE id < 4"));
        }
        assert_rows(&database, resource, &list);
    }
}

#[tokio::test]
async fn rows_that_came_meanwhile_make_a_load_begin_again() {
    for resource in LISTS {
        let (list, server, database) = interrupted(resource).await;
        list.repaired(|ids| ids.insert(0, 0));
        let report = sync(&server, &database, resource).await.expect(resource);
        assert_eq!((report.rows, report.resumed), (21, 0), "{resource}");
        assert!(report.restarted.is_some(), "{resource}");
        assert_rows(&database, resource, &list);
    }
}

#[tokio::test]
async fn a_list_that_is_as_it_was_is_resumed_behind_its_last_page() {
    for resource in LISTS {
        let (list, server, database) = interrupted(resource).await;
        list.repaired(|_| ());
        let before = server.count();
        let report = sync(&server, &database, resource).await.expect(resource);
        assert_eq!((report.rows, report.resumed, report.restarted.as_deref()), (20, 12, None), "{resource}");
        assert_rows(&database, resource, &list);
        let asked = &server.requests()[before..];
        let first = asked
            .first()
            .map(|request| request.number("page").or(request.number("offset")).or(request.number("cursor")));
        let expected = if resource == "offsets" { 9 } else { 4 };
        assert_eq!(first, Some(Some(expected)), "{resource}: the last page that was committed is compared");
        // Lists of numbers and offsets that say nothing end with a page without rows.
        let expected = if ["numbered", "offsets"].contains(&resource) { 5 } else { 4 };
        assert_eq!(asked.len(), expected, "{resource}");
    }
}

#[tokio::test]
async fn more_pages_than_before_make_a_load_begin_again() {
    let (list, server, database) = interrupted("counted").await;
    list.repaired(|ids| ids.extend(21..=25));
    let report = sync(&server, &database, "counted").await.expect("a report");
    assert_eq!(report.restarted.as_deref(), Some("the API promises 9 pages; before, it promised 7"));
    assert_rows(&database, "counted", &list);
}

#[tokio::test]
async fn a_cursor_is_resumed_whatever_went() {
    let (list, server, database) = interrupted("chained").await;
    list.repaired(|ids| drop(ids.drain(..3)));
    let before = server.count();
    let report = sync(&server, &database, "chained").await.expect("a report");
    assert_eq!((report.rows, report.resumed, report.restarted), (20, 12, None));
    assert_eq!(cursor(&server.requests()[before]), Some(12), "no page is read twice");
    assert_eq!(database.count("chained"), 20);
}

#[tokio::test]
async fn a_place_that_is_old_is_not_used() {
    for resource in ["chained", "linked", "offsets"] {
        let (list, server, database) = interrupted(resource).await;
        list.repaired(|_| ());
        database.run(
            "UPDATE _declarest_state SET value = json_set(value, '$.at', '2024-01-02T03:04:05.5Z') WHERE name = 'checkpoint'",
        );
        let report = sync(&server, &database, resource).await.expect(resource);
        let why = report.restarted.as_deref();
        assert_eq!(why, Some("its last commit is of 2024-01-02T03:04:05Z, more than an hour ago"), "{resource}");
        assert_eq!((report.rows, report.resumed), (20, 0), "{resource}");
        assert_rows(&database, resource, &list);
    }
}

#[tokio::test]
async fn a_place_that_cannot_be_read_is_not_used() {
    let (list, server, database) = interrupted("chained").await;
    list.repaired(|_| ());
    database.run("UPDATE _declarest_state SET value = '{' WHERE name = 'checkpoint'");
    let report = sync(&server, &database, "chained").await.expect("a report");
    assert_eq!(report.restarted.as_deref(), Some("its saved place is damaged, or of another version"));
    assert_rows(&database, "chained", &list);
}

#[tokio::test]
async fn a_page_after_the_place_that_cannot_be_read_is_said() {
    let list = List::new(20);
    let (now, garbage) = (list.clone(), Arc::new(Mutex::new(false)));
    let is_garbage = Arc::clone(&garbage);
    let server = Server::start(move |request| match cursor(request) {
        Some(12) if std::mem::take(&mut *is_garbage.lock().expect("whole")) => Reply::json(r#"{"error":"gone"}"#),
        _ => now.answer(request),
    });
    let database = Database::new();
    sync(&server, &database, "chained").await.expect_err("page 5 fails");
    list.repaired(|_| ());
    *garbage.lock().expect("whole") = true;
    let report = sync(&server, &database, "chained").await.expect("a report");
    assert!(report.restarted.as_deref().is_some_and(|why| why.contains("no rows at `items`")), "{report:?}");
    assert_eq!(report.taken_back, 12);
    assert_rows(&database, "chained", &list);
}

#[tokio::test]
async fn rows_of_a_parent_resume_each_in_its_list() {
    for gone in [false, true] {
        let (list, server, database) = interrupted("members").await;
        list.repaired(|ids| {
            if gone {
                drop(ids.drain(..3));
            }
        });
        let report = sync(&server, &database, "members").await.expect("a report");
        assert_eq!((report.restarted.is_some(), report.resumed), (gone, if gone { 0 } else { 12 }), "{report:?}");
        assert_eq!(report.taken_back, if gone { 12 } else { 0 });
        assert_rows(&database, "members", &list);
    }
}

/// A server of the list that answers the cursor 12 with this once for each `true` that is set.
fn refusing(list: &List, answer: impl Fn() -> Reply + Send + Sync + 'static) -> (Server, Arc<AtomicBool>) {
    let (list, refuses) = (list.clone(), Arc::<AtomicBool>::default());
    let now = Arc::clone(&refuses);
    let server = Server::start(move |request| match cursor(request) {
        Some(12) if now.swap(false, SeqCst) => answer(),
        _ => list.answer(request),
    });
    (server, refuses)
}

/// The API refuses a cursor that has expired, as it refuses much else.
#[tokio::test]
async fn a_place_that_is_refused_is_named_and_given_up_in_the_next_run() {
    for status in [401, 403, 500, 503] {
        let list = List::new(20);
        let (server, refuses) = refusing(&list, move || Reply::status(status));
        let database = Database::new();
        sync(&server, &database, "chained").await.expect_err("page 5 fails");
        list.repaired(|_| ());
        refuses.store(true, SeqCst);
        let error = sync(&server, &database, "chained").await.expect_err("it has expired");
        assert_eq!(error.status(), Some(status));
        let text = format!("{error:#}");
        assert!(
            text.contains(
                "this is the saved place `after-12`, where a load that was interrupted after 12 rows resumes"
            ) && text.contains("once more, but not the first page, the load starts there"),
            "{text}"
        );
        assert_eq!(database.count("chained"), 12, "{status}: what was committed stays");

        let before = server.count();
        refuses.store(true, SeqCst);
        let report = sync(&server, &database, "chained").await.expect("a report");
        let asked: Vec<_> = server.requests()[before..].iter().map(cursor).collect();
        // The place, the first page to see whether all is refused, and all from the start.
        assert_eq!(asked[..2], [Some(12), None], "{status}: the place is tried once more");
        assert!(asked.contains(&Some(3)) && asked.ends_with(&[Some(12), Some(15), Some(18)]), "{asked:?}");
        let why = report.restarted.as_deref().unwrap_or_default();
        assert!(why.contains("refused its saved place in two runs") && why.contains(&status.to_string()), "{why}");
        assert_eq!((report.resumed, report.taken_back), (0, 12), "{status}");
        assert_rows(&database, "chained", &list);
    }
}

/// As long as everything is refused, it is not about the place.
#[tokio::test]
async fn a_token_that_has_expired_costs_no_place() {
    let list = List::new(20);
    let (now, refuses) = (list.clone(), Arc::<AtomicBool>::default());
    let is_refusing = Arc::clone(&refuses);
    let server =
        Server::start(move |request| if is_refusing.load(SeqCst) { Reply::status(401) } else { now.answer(request) });
    let database = Database::new();
    sync(&server, &database, "chained").await.expect_err("page 5 fails");
    list.repaired(|_| ());
    refuses.store(true, SeqCst);
    for _ in 0..3 {
        let error = sync(&server, &database, "chained").await.expect_err("it has expired");
        assert!(
            error.status() == Some(401) && error.message().contains("this is the saved place `after-12`"),
            "{error}"
        );
        assert_eq!(database.count("chained"), 12);
    }
    refuses.store(false, SeqCst);
    let report = sync(&server, &database, "chained").await.expect("a report");
    assert_eq!((report.rows, report.resumed, report.restarted), (20, 12, None));
    assert_rows(&database, "chained", &list);
}

#[tokio::test]
async fn a_server_that_was_out_of_order_for_a_run_costs_no_place() {
    let list = List::new(20);
    let (server, refuses) = refusing(&list, || Reply::status(503));
    let database = Database::new();
    sync(&server, &database, "chained").await.expect_err("page 5 fails");
    list.repaired(|_| ());
    refuses.store(true, SeqCst);
    sync(&server, &database, "chained").await.expect_err("503");
    let report = sync(&server, &database, "chained").await.expect("a report");
    assert_eq!((report.rows, report.resumed, report.restarted), (20, 12, None));
    assert_rows(&database, "chained", &list);
    assert_eq!(database.query("SELECT 1 FROM _declarest_state WHERE name IN ('refused', 'checkpoint')").len(), 0);
}

/// So do some APIs answer a cursor that has expired.
#[tokio::test]
async fn no_rows_at_the_place_are_not_the_end() {
    for ignored in [false, true] {
        let list = List::new(20);
        let (server, refuses) =
            refusing(&list, move || if ignored { Reply::status(410) } else { Reply::json(r#"{"items":[]}"#) });
        let database = Database::new();
        sync(&server, &database, "chained").await.expect_err("page 5 fails");
        list.repaired(|_| ());
        refuses.store(true, SeqCst);
        let report = sync(&server, &database, "chained").await.expect("a report");
        let expected =
            if ignored { "the API does not take its saved place" } else { "there are no rows at the saved place" };
        assert!(report.restarted.as_deref().is_some_and(|why| why.starts_with(expected)), "{report:?}");
        assert_rows(&database, "chained", &list);
    }
}

#[tokio::test]
async fn what_makes_a_walk_incomplete_is_saved_with_its_place() {
    let broken = AtomicBool::new(true);
    let server = Server::start(move |request| {
        let offset = request.number("offset").unwrap_or(0);
        if offset == 20 && broken.swap(false, SeqCst) {
            return Reply::status(500);
        }
        // The server's own cap: the rows between are skipped.
        let items: Vec<_> = (offset..24.min(offset + 3)).map(|id| json!({ "id": id })).collect();
        Reply::json(json!({ "items": items }))
    });
    let database = Database::new();
    sync(&server, &database, "capped").await.expect_err("the fifth page fails");
    let before = server.count();
    let error = sync(&server, &database, "capped").await.expect_err("rows were skipped");
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
    assert!(error.to_string().contains("each page had 3 rows where 5 were requested"), "{error}");
    assert_eq!(server.requests()[before].number("offset"), Some(15), "it was resumed");
}
