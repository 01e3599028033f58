//! What one run has left over for the children is read by a later one, whatever was synced in between: no row is lost.

use std::sync::{Arc, Mutex, PoisonError};

use declarest::{Client, ErrorKind, Source, SyncReport};
use declarest_tests::{Database, Reply, Request, Server, Step, until};
use serde_json::{Value, json};

/// Shelves of which only new ones are read, with books that have pages, and photos that are not always read; the shelves merged, or
/// appended.
macro_rules! library {
    ($name:ident, $disposition:ident) => {
        mod $name {
            #[declarest::source(
                base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), concurrency = 1,
                resource_defaults(data_selector = "items", primary_key = id, write_disposition = merge, paginator = single_page),
            )]
            pub mod api {
                #[resource(
                    name = shelves, path = "/shelves", write_disposition = $disposition, incremental(cursor = id, start_param = "since"),
                    paginator = page_number(page_param = "p", limit_param = "ps", limit = 2, total_path = "total"),
                )]
                pub struct Shelf {
                    pub id: u64,
                }

                #[resource(name = books, path = "/shelves/{resources.shelves.id}/books")]
                pub struct Book {
                    pub id: u64,
                }

                #[resource(name = pages, path = "/books/{resources.books.id}/pages")]
                pub struct Page {
                    pub id: u64,
                }

                #[resource(name = labels, path = "/shelves/{resources.shelves.id}/labels")]
                pub struct Label {
                    pub id: u64,
                }

                #[resource(name = photos, path = "/shelves/{resources.shelves.id}/photos", selected = false)]
                pub struct Photo {
                    pub id: u64,
                }
            }
        }
    };
}

library!(merged, merge);
library!(appended, append);

/// Tables that are replaced.
#[declarest::source(
    base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0),
    resource_defaults(data_selector = "items", paginator = single_page),
)]
mod replaced {
    #[resource(name = shelves, path = "/shelves", primary_key = id, write_disposition = merge, incremental(cursor = id, start_param = "since"))]
    pub struct Shelf {
        pub id: u64,
    }

    #[resource(name = books, path = "/shelves/{resources.shelves.id}/books")]
    pub struct Book {
        pub id: u64,
    }

    #[resource(name = pages, path = "/books/{resources.books.id}/pages", write_disposition = replace, selected = false)]
    pub struct Page {
        pub id: u64,
    }
}

/// More than an hour.
const LONG_AGO: &str = "2020-01-01T00:00:00Z";

/// How shelves are written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shelves {
    Merged,
    Appended,
}

use Shelves::{Appended, Merged};

/// What the server holds and how it answers.
struct Now {
    /// How many shelves there are.
    shelves: u64,
    /// The path, with its query where it has one, that fails.
    broken: &'static str,
    /// The one that is never answered.
    stalled: &'static str,
}

/// A server, a database, and a client of the first that syncs into the second.
struct Library {
    server: Server,
    now: Arc<Mutex<Now>>,
    database: Database,
    client: Client,
}

impl Library {
    fn new(shelves: Shelves) -> Self {
        let now = Arc::new(Mutex::new(Now { shelves: 4, broken: "", stalled: "" }));
        let state = Arc::clone(&now);
        let server = Server::start(move |request| {
            let now = state.lock().unwrap_or_else(PoisonError::into_inner);
            let page = request.number("p").map(|page| format!("?p={page}")).unwrap_or_default();
            let asked = format!("{}{page}", request.path);
            if asked == now.stalled {
                return Reply::script([Step::Stall]);
            }
            if asked == now.broken {
                return Reply::status(500);
            }
            answer(request, now.shelves)
        });
        let base = server.base_url();
        let client = match shelves {
            Merged => merged::api::Client::builder().base_url(base).build().expect("a client").client().clone(),
            Appended => appended::api::Client::builder().base_url(base).build().expect("a client").client().clone(),
        };
        Self { server, now, database: Database::new(), client }
    }

    fn set(&self, change: impl FnOnce(&mut Now)) {
        change(&mut self.now.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// All answers are right, and there are so many shelves.
    fn mend(&self, shelves: u64) {
        self.set(|now| *now = Now { shelves, broken: "", stalled: "" });
    }

    async fn sync(&self) -> declarest::Result<SyncReport> {
        self.client.sync(&mut self.database.open()).await
    }

    async fn only(&self, resources: &[&str]) -> declarest::Result<SyncReport> {
        self.client.sync(&mut self.database.open()).only(resources.iter().copied()).await
    }

    /// A sync of these that is dropped when it waits for this answer.
    async fn dropped_at(&self, resources: &[&str], path: &'static str) {
        self.set(|now| now.stalled = path);
        let path = path.split('?').next().unwrap_or_default();
        let asked = || self.server.requests().iter().filter(|request| request.path == path).count();
        let before = asked();
        // The first page of the shelves comes.
        let waits_for = before + if path == "/shelves" { 2 } else { 1 };
        let mut sqlite = self.database.open();
        tokio::select! {
            _ = self.client.sync(&mut sqlite).only(resources.iter().copied()).into_future() => panic!("it cannot have ended"),
            () = until("it waits", || asked() == waits_for) => {}
        }
        self.set(|now| now.stalled = "");
    }

    /// What was finished was finished then.
    fn finished_at(&self, time: &str) {
        self.database.run(&format!(
            "UPDATE _declarest_state SET value = json_set(value, '$.at', '{time}') WHERE name = 'finished'"
        ));
    }

    /// Each shelf is there once, and all that is on it.
    fn has_all(&self, shelves: u64, tables: &[&str]) {
        let ids = |table: &str| {
            let ids = self.database.query(&format!("SELECT id FROM {table} ORDER BY id")).concat();
            ids.iter().map(|id| id.parse().expect("a number")).collect::<Vec<u64>>()
        };
        assert_eq!(ids("shelves"), (1..=shelves).collect::<Vec<_>>(), "shelves");
        for table in tables {
            let (times, each): (u64, &[u64]) = match *table {
                "books" => (10, &[0, 1]),
                "pages" => (100, &[0, 10]),
                _ => (1, &[0]),
            };
            let expected: Vec<_> =
                (1..=shelves).flat_map(|shelf| each.iter().map(move |one| shelf * times + one)).collect();
            assert_eq!(ids(table), expected, "{table}");
        }
    }
}

/// The shelves are refused, with the advice to read this child for all of them.
fn advises(result: declarest::Result<SyncReport>, child: &str) {
    let error = result.expect_err("rows would be lost");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Schema, Some("shelves")), "{error}");
    assert!(error.to_string().contains(&format!("sync {child} once with `.only`")), "{error}");
}

/// Two books on each shelf, one page in each book, one label and one photo on each shelf.
fn answer(request: &Request, shelves: u64) -> Reply {
    let parts: Vec<_> = request.path.split('/').skip(1).collect();
    let id = |part: &str| part.parse::<u64>().expect("an id");
    let items =
        |ids: &[u64]| Reply::json(json!({ "items": ids.iter().map(|id| json!({ "id": id })).collect::<Value>() }));
    match parts.as_slice() {
        ["shelves"] => {
            let all = request.number("since").unwrap_or(1)..=shelves;
            let total = all.clone().count();
            let skip = usize::try_from(request.number("p").unwrap_or(1) - 1).expect("few pages") * 2;
            let page = all.skip(skip).take(if request.number("p").is_some() { 2 } else { usize::MAX });
            Reply::json(json!({ "total": total, "items": page.map(|id| json!({ "id": id })).collect::<Value>() }))
        }
        ["shelves", shelf, "books"] => items(&[id(shelf) * 10, id(shelf) * 10 + 1]),
        ["books", book, "pages"] => items(&[id(book) * 10]),
        ["shelves", shelf, _] => items(&[id(shelf)]),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn grandchildren_that_were_not_read_stay_when_only_new_rows_come() {
    for shelves in [Merged, Appended] {
        let library = Library::new(shelves);
        library.set(|now| now.broken = "/books/20/pages");
        library.sync().await.expect_err("pages fail");
        library.finished_at(LONG_AGO);
        library.mend(6);
        let report = library.sync().await.expect("a report");
        assert!(report.resource("books").is_some_and(|books| books.rows < 12), "new shelves alone: {report}");
        library.has_all(6, &["books", "pages", "labels"]);
        assert_eq!(library.database.waiting_parents(), 0);
    }
}

#[tokio::test]
async fn a_child_that_was_read_alone_in_part_is_read_for_all_rows() {
    for shelves in [Merged, Appended] {
        for is_dropped in [false, true] {
            let library = Library::new(shelves);
            library.set(|now| now.broken = "/shelves/2/labels");
            library.sync().await.expect_err("labels fail");
            library.mend(4);
            // It has a half of the shelves.
            if is_dropped {
                library.dropped_at(&["labels"], "/shelves?p=2").await;
            } else {
                library.set(|now| now.broken = "/shelves?p=2");
                library.only(&["labels"]).await.expect_err("shelves fail");
            }
            let waiting = "SELECT total(json_array_length(value)) FROM _declarest_state WHERE name LIKE 'parents/%' AND resource = 'labels'";
            assert_eq!(library.database.one(waiting), "2.0", "{shelves:?}");
            library.mend(5);
            if shelves == Appended {
                advises(library.sync().await, "`labels`");
                library.only(&["labels"]).await.expect("a report");
            }
            library.sync().await.expect("a report");
            library.has_all(5, &["books", "pages", "labels"]);
        }
    }
}

#[tokio::test]
async fn a_child_that_was_left_out_is_read_for_all_rows() {
    for shelves in [Merged, Appended] {
        let library = Library::new(shelves);
        let both = ["shelves", "photos"];
        library.only(&both).await.expect("a report");
        library.mend(6);
        library.only(&["shelves"]).await.expect("a report");
        library.mend(7);
        if shelves == Appended {
            advises(library.only(&both).await, "`photos`");
            library.only(&["photos"]).await.expect("a report");
        }
        library.only(&both).await.expect("a report");
        library.has_all(7, &["photos"]);
    }
}

#[tokio::test]
async fn a_child_that_is_read_alone_leaves_its_sibling_nothing_to_read_again() {
    for shelves in [Merged, Appended] {
        let library = Library::new(shelves);
        library.sync().await.expect("a report");
        library.mend(5);
        library.only(&["labels"]).await.expect("a report");
        let report = library.sync().await.expect("a report");
        assert!(report.resource("shelves").is_some_and(|shelves| shelves.rows <= 2), "new shelves alone: {report}");
        library.has_all(5, &["books", "pages", "labels"]);
    }
}

#[tokio::test]
async fn the_advice_holds_for_a_child_that_has_children() {
    let library = Library::new(Appended);
    library.sync().await.expect("a report");
    library.mend(5);
    library.only(&["books"]).await.expect("a report");
    advises(library.sync().await, "`books`, `pages`");
    library.only(&["books", "pages"]).await.expect("a report");
    library.sync().await.expect("a report");
    library.has_all(5, &["books", "pages", "labels"]);
}

#[tokio::test]
async fn what_was_left_for_a_table_is_not_used_up_without_it() {
    for shelves in [Merged, Appended] {
        for of_all in [true, false] {
            let library = Library::new(shelves);
            library.set(|now| now.broken = "/shelves/3/books");
            library.sync().await.expect_err("books fail");
            library.mend(5);
            // Books are read for their pages alone.
            if of_all {
                library.only(&["pages"]).await.expect("a report");
            } else if shelves == Appended {
                advises(library.only(&["shelves", "pages"]).await, "`pages`");
                continue;
            } else {
                // From then on, only new ones are.
                library.only(&["shelves", "pages"]).await.expect("a report");
                library.mend(6);
                let report = library.only(&["shelves", "pages"]).await.expect("a report");
                assert!(report.resource("shelves").is_some_and(|shelves| shelves.rows <= 2), "{report}");
            }
            library.mend(6);
            if shelves == Appended {
                advises(library.sync().await, "`books`, `pages`");
                library.only(&["books", "pages"]).await.expect("a report");
            }
            library.sync().await.expect("a report");
            library.has_all(6, &["books", "pages", "labels"]);
        }
    }
}

#[tokio::test]
async fn a_table_is_not_replaced_by_the_rows_of_new_parents() {
    let server = Server::start(|request| answer(request, 3));
    let database = Database::new();
    let client = replaced::Client::builder().base_url(server.base_url()).build().expect("a client");
    for of in [["shelves", "pages"].as_slice(), &["shelves", "books", "pages"]] {
        let mut sqlite = database.open();
        let sync = client.sync(&mut sqlite).only(of.iter().copied());
        let error = sync.await.expect_err("pages of new shelves alone");
        assert_eq!((error.kind(), server.count()), (ErrorKind::Config, 0), "{error}");
        let text = format!("{error:#}");
        assert!(text.contains("`pages` replaces its table") && text.contains("new rows of `shelves`"), "{text}");
        assert!(
            text.contains("write_disposition = merge") && text.contains("sync it by itself with `.only`"),
            "{text}"
        );
    }
    // As it says; also again.
    client.sync(&mut database.open()).only(["shelves", "books"]).await.expect("a report");
    for _ in 0..2 {
        client.sync(&mut database.open()).only(["pages"]).await.expect("a report");
        assert_eq!(
            database.one("SELECT group_concat(id) FROM (SELECT id FROM pages ORDER BY id)"),
            "100,110,200,210,300,310"
        );
    }
}

#[tokio::test]
async fn parents_are_read_again_where_what_they_have_left_is_damaged() {
    let damages = [
        "UPDATE _declarest_state SET value = 'damaged' WHERE name = 'parents/0' AND resource = ",
        "DELETE FROM _declarest_state WHERE name = 'parents/0' AND resource = ",
    ];
    for (broken, child, advised) in
        [("/shelves/2/labels", "labels", "`labels`"), ("/books/20/pages", "pages", "`books`, `pages`")]
    {
        for damage in damages {
            for time in ["now", LONG_AGO] {
                for shelves in [Merged, Appended] {
                    let library = Library::new(shelves);
                    library.set(|now| now.broken = broken);
                    library.sync().await.expect_err("a child fails");
                    library.database.run(&format!("{damage}'{child}'"));
                    if time == LONG_AGO {
                        library.finished_at(LONG_AGO);
                    }
                    library.mend(5);
                    if shelves == Appended {
                        advises(library.sync().await, advised);
                        let advised: Vec<_> = advised.split(", ").map(|name| name.trim_matches('`')).collect();
                        library.only(&advised).await.expect("a report");
                    }
                    library.sync().await.expect("a report");
                    library.has_all(5, &["books", "pages", "labels"]);
                    assert_eq!(library.database.waiting_parents(), 0);
                }
            }
        }
    }
}

#[tokio::test]
async fn what_was_finished_in_the_future_is_read_again() {
    for (time, requests) in [("2999-01-01T00:00:00Z", 1), ("now", 0)] {
        let library = Library::new(Merged);
        library.set(|now| now.broken = "/shelves/2/labels");
        library.sync().await.expect_err("labels fail");
        if time != "now" {
            library.finished_at(time);
        }
        library.mend(4);
        let asked = || library.server.requests().iter().filter(|request| request.path == "/shelves").count();
        let before = asked();
        library.sync().await.expect("a report");
        assert_eq!(asked() - before, requests, "{time}");
        library.has_all(4, &["books", "pages", "labels"]);
    }
}
