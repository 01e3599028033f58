//! Several sources, or several clients of one, in one database: each has tables and a state of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use declarest::{Error, ErrorKind, Sqlite, SyncReport};
use declarest_tests::{Database, Reply, Request, Server};
use serde_json::json;

/// A source with a resource for each way to write, one of them with a list, and a parent with children.
macro_rules! source {
    ($(#[$doc:meta])* mod $name:ident) => {
        $(#[$doc])*
        #[declarest::source(
            base_url = "http://127.0.0.1:9",
            auth = none,
            retry(max_retries = 0),
            concurrency = 1,
            resource_defaults(
                primary_key = id, data_selector = "items",
                paginator = page_number(page_param = "p", limit_param = "ps", limit = 5, total_path = "total"),
            ),
        )]
        mod $name {
            #[resource(name = items, path = "/items", write_disposition = merge)]
            pub struct Item {
                pub id: u64,
                pub name: String,
                #[column(child_table)]
                pub tags: Vec<String>,
            }

            #[resource(name = news, path = "/news", write_disposition = append, incremental(cursor = id, start_param = "since"))]
            pub struct News {
                pub id: u64,
                pub name: String,
            }

            #[resource(name = latest, path = "/latest", write_disposition = replace)]
            pub struct Latest {
                pub id: u64,
                pub name: String,
            }

            #[resource(name = boards, path = "/boards", write_disposition = merge, selected = false)]
            pub struct Board {
                pub id: u64,
            }

            #[resource(name = cards, path = "/boards/{resources.boards.id}/cards", write_disposition = append)]
            pub struct Card {
                pub id: u64,
                pub name: String,
            }
        }
    };
}

source! {
    /// The first.
    mod acme
}

source! {
    /// The same API, as another source.
    mod globex
}

/// A resource whose table has the name of one of a list, and a list whose table has the name of a resource.
#[expect(non_snake_case, reason = "so are the tables of lists named")]
#[declarest::source(
    base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0),
    resource_defaults(primary_key = id, write_disposition = merge, data_selector = "items", paginator = single_page),
)]
mod lists {
    #[resource(name = items__tags, path = "/items")]
    pub struct Tag {
        pub id: u64,
    }

    #[resource(name = pages, path = "/items")]
    pub struct Page {
        pub id: u64,
        #[column(child_table)]
        pub tags: Vec<String>,
    }
}

/// The resource whose table a list of `lists` would have.
#[expect(non_snake_case, reason = "so are the tables of lists named")]
#[declarest::source(
    base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0),
    resource_defaults(data_selector = "items", paginator = single_page),
)]
mod tags {
    #[resource(name = pages__tags, path = "/items")]
    pub struct Tag {
        pub id: u64,
    }
}

/// A resource whose table SQLite does not distinguish from `items`.
#[expect(non_snake_case, reason = "the name of the table is its point")]
#[declarest::source(
    base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0),
    resource_defaults(primary_key = id, write_disposition = merge, data_selector = "items", paginator = single_page),
)]
mod shouting {
    #[resource(name = ITEMS, path = "/items")]
    pub struct Item {
        pub id: u64,
        pub name: String,
    }
}

/// Rows that say by their names whose they are.
struct Site {
    server: Server,
    broken: Arc<AtomicBool>,
}

impl Site {
    /// As many rows in each list. While it is broken, pages after the second fail, and the cards of boards after the second.
    fn start(owner: &'static str, rows: u64) -> Self {
        let broken = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&broken);
        let server = Server::start(move |request| {
            let (page, since) = (request.number("p").unwrap_or(1), request.number("since").unwrap_or(1));
            let is_early = match board(request) {
                Some(board) => board <= 2,
                None => page <= 2 || request.path == "/boards",
            };
            if flag.load(SeqCst) && !is_early {
                return Reply::status(500);
            }
            let ids: Vec<u64> = match board(request) {
                Some(board) => vec![board * 10],
                None => (since..=rows).collect(),
            };
            let skip = usize::try_from((page - 1) * 5).expect("small");
            let row = |id: &u64| json!({ "id": id, "name": format!("{owner} {id}"), "tags": [owner] });
            let items: Vec<_> = ids.iter().skip(skip).take(5).map(row).collect();
            Reply::json(json!({ "total": ids.len(), "items": items }))
        });
        Self { server, broken }
    }

    fn acme(&self) -> acme::Client {
        acme::Client::builder().base_url(self.server.base_url()).build().expect("a client")
    }

    fn globex(&self) -> globex::Client {
        globex::Client::builder().base_url(self.server.base_url()).build().expect("a client")
    }

    /// Fails in all that is read while this runs.
    async fn breaks(&self, sync: impl Future<Output = Result<SyncReport, Error>>) {
        self.broken.store(true, SeqCst);
        sync.await.expect_err("it is broken");
        self.broken.store(false, SeqCst);
    }
}

/// The parent's id in `/boards/7/cards`.
fn board(request: &Request) -> Option<u64> {
    request.path.strip_prefix("/boards/")?.split('/').next()?.parse().ok()
}

/// All tables, and what is in them.
fn everything(database: &Database) -> Vec<Vec<String>> {
    let names = database.query("SELECT name FROM sqlite_schema WHERE type = 'table'").concat();
    let rows = names.iter().flat_map(|name| database.query(&format!("SELECT '{name}', * FROM \"{name}\"")));
    let mut all: Vec<_> = database.query("SELECT name, sql FROM sqlite_schema").into_iter().chain(rows).collect();
    all.sort();
    all
}

/// Whose rows a table has, and how many.
fn owners(database: &Database, table: &str) -> Vec<Vec<String>> {
    database.query(&format!(
        "SELECT substr(name, 1, instr(name, ' ') - 1), count(*), count(DISTINCT id) FROM \"{table}\" GROUP BY 1 ORDER BY 1"
    ))
}

fn assert_refused(error: &Error, table: &str, owner: &str) {
    assert_eq!(error.kind(), ErrorKind::Schema, "{error}");
    let said = format!("the table `{table}` is loaded by another source, `{owner}`");
    assert!(error.to_string().contains(&said), "{error}");
    let help = error.help().expect("it says what to do");
    for part in ["another `name`", "`Sqlite::table_prefix`", "drop the table"] {
        assert!(help.contains(part), "{part} in: {help}");
    }
}

#[tokio::test]
async fn a_table_that_another_source_loads_is_refused_before_anything_is_written() {
    let (site, other, database) = (Site::start("acme", 12), Site::start("globex", 12), Database::new());
    site.acme().sync(&mut database.open()).await.expect("a report");
    // Also one whose load was interrupted.
    for is_complete in [true, false] {
        if !is_complete {
            site.breaks(site.acme().sync(&mut database.open()).into_future()).await;
        }
        let before = everything(&database);
        for (table, refresh) in ["items", "news", "latest"].into_iter().flat_map(|one| [(one, false), (one, true)]) {
            let error = sync_globex(&other, &database, table, refresh).await.expect_err(table);
            assert_refused(&error, table, "acme");
            assert_eq!(error.resource(), Some(table));
        }
        assert_eq!((everything(&database), other.server.count()), (before, 0));
    }
    // Its parent was read before, and left where it was.
    let cards = database.query("SELECT * FROM cards ORDER BY id");
    let error = sync_globex(&other, &database, "cards", true).await.expect_err("cards");
    assert_refused(&error, "cards", "acme");
    assert_eq!(database.query("SELECT * FROM cards ORDER BY id"), cards);

    site.acme().sync(&mut database.open()).await.expect("its own source goes on");
    for table in ["items", "news", "latest"] {
        assert_eq!(owners(&database, table), [["acme", "12", "12"]], "{table}");
    }
}

#[tokio::test]
async fn a_table_is_known_by_its_name_in_any_case() {
    let (site, other, database) = (Site::start("acme", 12), Site::start("globex", 12), Database::new());
    site.acme().sync(&mut database.open()).only(["items"]).await.expect("a report");
    let client = shouting::Client::builder().base_url(other.server.base_url()).build().expect("a client");
    let error = client.sync(&mut database.open()).await.expect_err("it is the same table");
    assert_refused(&error, "ITEMS", "acme");
    assert_eq!(
        (owners(&database, "items"), other.server.count()),
        (vec![vec!["acme".to_owned(), "12".to_owned(), "12".to_owned()]], 0)
    );
}

#[tokio::test]
async fn a_prefix_is_the_same_in_any_case() {
    let (site, database) = (Site::start("acme", 12), Database::new());
    site.acme().sync(&mut database.open().table_prefix("acme_")).only(["news"]).await.expect("a report");
    // With a state of its own, rows that are appended would be refused, since they are there.
    let again = site.acme().sync(&mut database.open().table_prefix("ACME_")).only(["news"]).await.expect("a report");
    assert_eq!(again.resource("news").map(|news| news.inserted), Some(0));
    assert_eq!(owners(&database, "acme_news"), [["acme", "12", "12"]]);
}

async fn sync_globex(site: &Site, database: &Database, table: &str, refresh: bool) -> Result<SyncReport, Error> {
    let (client, mut sqlite) = (site.globex(), database.open());
    let sync = client.sync(&mut sqlite).only([table]);
    if refresh { sync.full_refresh().await } else { sync.await }
}

#[tokio::test]
async fn a_resource_that_no_other_source_loads_is_loaded() {
    let (site, other, database) = (Site::start("acme", 12), Site::start("globex", 12), Database::new());
    site.acme().sync(&mut database.open()).only(["items"]).await.expect("a report");
    let error = other.globex().sync(&mut database.open()).await.expect_err("items are another's");
    assert_refused(&error, "items", "acme");
    let report = error.report().expect("a report");
    let failed: Vec<_> = report.resources.iter().map(|resource| resource.error.is_some()).collect();
    assert_eq!(failed, [true, false, false, false], "{report}");
    assert_eq!(owners(&database, "items"), [["acme", "12", "12"]]);
    assert_eq!(owners(&database, "news"), [["globex", "12", "12"]]);
    let error = site.acme().sync(&mut database.open()).only(["news"]).await.expect_err("news are the other's now");
    assert_refused(&error, "news", "globex");
}

#[tokio::test]
async fn a_table_of_a_list_belongs_to_a_source_too() {
    let (site, database) = (Site::start("acme", 5), Database::new());
    site.acme().sync(&mut database.open()).await.expect("a report");
    let lists = lists::Client::builder().base_url(site.server.base_url()).build().expect("a client");
    let tags = tags::Client::builder().base_url(site.server.base_url()).build().expect("a client");
    let error = lists.sync(&mut database.open()).only(["items__tags"]).await.expect_err("of a list");
    assert_refused(&error, "items__tags", "acme");
    // The table of the resource would be new, that of its list is there.
    tags.sync(&mut database.open()).await.expect("a report");
    let before = everything(&database);
    let error = lists.sync(&mut database.open()).only(["pages"]).await.expect_err("for a list");
    assert_refused(&error, "pages__tags", "tags");
    assert_eq!(everything(&database), before);
}

#[tokio::test]
async fn a_table_that_was_dropped_may_be_taken() {
    let (site, other, database) = (Site::start("acme", 12), Site::start("globex", 7), Database::new());
    site.acme().sync(&mut database.open()).await.expect("a report");
    let tables = ["items", "news", "latest"];
    // Without the list's, a part of it is still there.
    database.run("DROP TABLE items");
    let error = sync_globex(&other, &database, "items", false).await.expect_err("its list is there");
    assert_refused(&error, "items__tags", "acme");
    database.run("DROP TABLE items__tags; ALTER TABLE news RENAME TO former_news; DROP TABLE latest");
    other.globex().sync(&mut database.open()).only(tables).await.expect("a report");
    for table in tables {
        assert_eq!(owners(&database, table), [["globex", "7", "7"]], "{table}");
        let error = site.acme().sync(&mut database.open()).only([table]).await.expect_err("it was taken");
        assert_refused(&error, table, "globex");
    }
    // What the first source had read of rows that are gone does not count when it takes its table again.
    database.run("DROP TABLE news");
    site.acme().sync(&mut database.open()).only(["news"]).await.expect("a report");
    assert_eq!(owners(&database, "news"), [["acme", "12", "12"]]);
    assert_eq!(database.count("former_news"), 12);
}

#[tokio::test]
async fn a_source_that_is_refused_takes_no_table() {
    let (site, other, database) = (Site::start("acme", 12), Site::start("globex", 7), Database::new());
    site.acme().sync(&mut database.open()).only(["news"]).await.expect("a report");
    // Whose table it is, is not known any more.
    database.run("UPDATE _declarest_state SET value = 'x' WHERE name = 'source'");
    let error = sync_globex(&other, &database, "news", false).await.expect_err("rows would be doubled");
    assert!(error.to_string().contains("has rows but no incremental state"), "{error}");
    site.acme().sync(&mut database.open()).only(["news"]).await.expect("a report");
    assert_eq!(owners(&database, "news"), [["acme", "12", "12"]]);
    let error = sync_globex(&other, &database, "news", false).await.expect_err("it is known again");
    assert_refused(&error, "news", "acme");
}

#[tokio::test]
async fn with_prefixes_two_sources_share_a_database() {
    let (site, other, database) = (Site::start("acme", 12), Site::start("globex", 7), Database::new());
    let open = |prefix: &str| Sqlite::open(database.path()).expect("it opens").table_prefix(prefix);
    for _ in 0..2 {
        site.acme().sync(&mut open("acme_")).await.expect("a report");
        other.globex().sync(&mut open("globex_")).await.expect("a report");
    }
    for table in ["items", "news", "latest"] {
        assert_eq!(owners(&database, &format!("acme_{table}")), [["acme", "12", "12"]], "{table}");
        assert_eq!(owners(&database, &format!("globex_{table}")), [["globex", "7", "7"]], "{table}");
        assert!(!database.has_table(table), "{table}");
    }
    let tags = "SELECT DISTINCT value, (SELECT count(*) FROM acme_items__tags) FROM acme_items__tags";
    assert_eq!(database.query(tags), [["acme", "12"]]);
    let loads =
        "SELECT source, resource, count(*) FROM _declarest_loads WHERE resource LIKE '%items' GROUP BY 1, 2 ORDER BY 1";
    assert_eq!(database.query(loads), [["acme", "acme_items", "2"], ["globex", "globex_items", "2"]]);
    // A prefix does not make a table another's.
    let error = other.globex().sync(&mut open("acme_")).only(["items"]).await.expect_err("acme's");
    assert_refused(&error, "items", "acme");
}

#[tokio::test]
async fn with_prefixes_two_clients_of_one_source_have_a_state_each() {
    // Also where the prefix has to be quoted.
    for [first, second] in [["eu_", "us_"], ["", "o'f \"us\" "]] {
        let (site, other, database) = (Site::start("eu", 12), Site::start("us", 17), Database::new());
        let open = |prefix: &str| Sqlite::open(database.path()).expect("it opens").table_prefix(prefix);
        // Both are interrupted, the second one while the first one is, and both go on.
        site.breaks(site.acme().sync(&mut open(first)).into_future()).await;
        other.breaks(other.acme().sync(&mut open(second)).into_future()).await;
        let requests = [site.server.count(), other.server.count()];
        for (site, prefix, from) in [(&site, first, requests[0]), (&other, second, requests[1])] {
            let report = site.acme().sync(&mut open(prefix)).await.expect("a report");
            let resumed: Vec<_> = report.resources.iter().map(|resource| resource.resumed).collect();
            assert_eq!(resumed, [10, 10, 10, 2], "{prefix}: {report}");
            let again: Vec<_> = site.server.requests()[from..].iter().map(|request| request.path.clone()).collect();
            assert!(!again.contains(&"/boards/1/cards".to_owned()), "{prefix}: {again:?}");
        }
        for (prefix, owner, rows) in [(first, "eu", "12"), (second, "us", "17")] {
            for table in ["items", "news", "latest", "cards"] {
                let table = format!("{prefix}{table}").replace('"', "\"\"");
                assert_eq!(owners(&database, &table), [[owner, rows, rows]], "{table}");
            }
        }
        // Each reads on from its own newest row.
        let requests = [site.server.count(), other.server.count()];
        for (site, prefix, from, since) in [(&site, first, requests[0], 12), (&other, second, requests[1], 17)] {
            site.acme().sync(&mut open(prefix)).only(["news"]).await.expect("a report");
            let asked: Vec<_> = site.server.requests()[from..].iter().map(|request| request.number("since")).collect();
            assert_eq!(asked, [Some(since)], "{prefix}");
        }
        assert_eq!(database.waiting_parents(), 0);
    }
}
