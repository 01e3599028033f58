//! A database that an earlier version left: what it saved is read, or ignored with a warning, and never misread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use declarest::ErrorKind;
use declarest_tests::{Database, Reply, Request, Server};
use serde_json::json;

/// One resource for each way to write, and parents with children: one whose rows are all read in every run, and one of which
/// only new rows are.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    concurrency = 1,
    allow(unused_key),
    resource_defaults(
        data_selector = "items", primary_key = id, write_disposition = append,
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 5, total_path = "total"),
    ),
)]
mod api {
    #[resource(name = added, path = "/added")]
    pub struct Added {
        pub id: u64,
    }

    #[resource(name = merged, path = "/merged", write_disposition = merge)]
    pub struct Merged {
        pub id: u64,
    }

    #[resource(name = replaced, path = "/replaced", write_disposition = replace)]
    pub struct Replaced {
        pub id: u64,
    }

    #[resource(name = news, path = "/news", incremental(cursor = at, start_param = "since"))]
    pub struct News {
        pub id: u64,
        pub at: i64,
    }

    #[resource(name = boards, path = "/boards", write_disposition = merge)]
    pub struct Board {
        pub id: u64,
    }

    #[resource(name = cards, path = "/boards/{resources.boards.id}/cards")]
    pub struct Card {
        pub id: u64,
    }

    #[resource(name = threads, path = "/threads", write_disposition = merge, incremental(cursor = at, start_param = "since"))]
    pub struct Thread {
        pub id: u64,
        pub at: i64,
    }

    #[resource(name = posts, path = "/threads/{resources.threads.id}/posts", write_disposition = merge)]
    pub struct Post {
        pub id: u64,
    }
}

/// Another source of two of these tables.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    resource_defaults(
        data_selector = "items", primary_key = id,
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 5, total_path = "total"),
    ),
)]
mod other {
    #[resource(name = merged, path = "/merged", write_disposition = merge)]
    pub struct Merged {
        pub id: u64,
    }

    #[resource(name = news, path = "/news", write_disposition = append, incremental(cursor = at, start_param = "since"))]
    pub struct News {
        pub id: u64,
        pub at: i64,
    }
}

/// Twenty rows in each list, four pages, and ten parents with two children each; while it is broken, the first two pages, and
/// the children of the first four parents.
fn answer(request: &Request, broken: bool) -> Reply {
    let (page, since) = (request.number("p").unwrap_or(1), request.number("since").unwrap_or(1));
    let ids: Vec<u64> = match request.path.split('/').collect::<Vec<_>>().as_slice() {
        [_, "news"] => (since..=if broken { 10 } else { 20 }).collect(),
        [_, "boards" | "threads"] => (since..=10).collect(),
        [_, "boards" | "threads", parent, _] => {
            let parent: u64 = parent.parse().expect("a number");
            if broken && parent == 5 {
                return Reply::status(500);
            }
            vec![parent * 10, parent * 10 + 1]
        }
        _ if broken && page > 2 => return Reply::status(500),
        _ => (1..=20).collect(),
    };
    let skip = usize::try_from((page - 1) * 5).expect("small");
    let items: Vec<_> = ids.iter().skip(skip).take(5).map(|id| json!({ "id": id, "at": id })).collect();
    Reply::json(json!({ "total": ids.len(), "items": items }))
}

/// Declarest's tables as they were before format 3: state by resource alone, and what waits for children in a table of its own.
const TABLES_BEFORE: &str = "
    ALTER TABLE _declarest_state RENAME TO later;
    CREATE TABLE _declarest_state (
        resource TEXT NOT NULL, name TEXT NOT NULL, value JSON_TEXT NOT NULL, updated_at TIMESTAMP NOT NULL,
        PRIMARY KEY (resource, name)
    );
    CREATE TABLE _declarest_links (
        number INTEGER PRIMARY KEY, child TEXT NOT NULL, key JSON_TEXT, value JSON_TEXT NOT NULL,
        UNIQUE (child, key)
    );
    CREATE INDEX _declarest_links_of ON _declarest_links (child);
    INSERT INTO _declarest_links (child, key, value) SELECT 'cards', json_array(id), json_array(id) FROM boards ORDER BY id;
    INSERT INTO _declarest_links (child, key, value) SELECT 'posts', json_array(id), json_array(id) FROM threads ORDER BY id;
";

/// The rows of `_declarest_state` as version 0.1 wrote them: it knew no `version`, and saved positions as text within text.
const LEFT_BY_0_1: &str = r#"
    INSERT INTO _declarest_state (resource, name, value, updated_at) VALUES
        ('added', 'checkpoint', '{"fingerprint":"12d606ad8be49b4a","position":"{\"seen\":2,\"rows\":10,\"size\":5,\"total\":20,\"pages\":null,\"ended\":false}","rows":10,"filtered":0,"quarantined":0,"total":20,"state":null}', '2026-01-01T00:00:00Z'),
        ('merged', 'checkpoint', '{"fingerprint":"90e017939d05bd15","position":"{\"seen\":2,\"rows\":10,\"size\":5,\"total\":20,\"pages\":null,\"ended\":false}","rows":10,"filtered":0,"quarantined":0,"total":20,"state":null}', '2026-01-01T00:00:00Z'),
        ('merged', 'met', x'0100000000000000000000003B3000000100000900010001000900', '2026-01-01T00:00:00Z'),
        ('replaced', 'checkpoint', '{"fingerprint":"afc7abec5ab2f1ea","position":"{\"seen\":2,\"rows\":10,\"size\":5,\"total\":20,\"pages\":null,\"ended\":false}","rows":10,"filtered":0,"quarantined":0,"total":20,"state":null}', '2026-01-01T00:00:00Z'),
        ('news', 'incremental', '{"cursor":"at","kind":"Integer","position":{"integer":10},"rows":[12118263977924838608],"columns":["id"]}', '2026-01-01T00:00:00Z'),
        ('threads', 'incremental', '{"cursor":"at","kind":"Integer","position":{"integer":10},"rows":[12118263977924838608],"columns":["id"]}', '2026-01-01T00:00:00Z'),
        ('boards', 'finished', '{"fingerprint":"97a762953fd77f2e","at":"NOW","rows":10,"filtered":0,"quarantined":0,"expected":10,"distinct_keys":10}', '2026-01-01T00:00:00Z'),
        ('cards', 'checkpoint', '{"fingerprint":"5b680af2bbeb0acd","position":"{\"last\":4,\"active\":[{\"number\":4,\"position\":\"{\\\"seen\\\":1,\\\"rows\\\":2,\\\"size\\\":5,\\\"total\\\":2,\\\"pages\\\":null,\\\"ended\\\":true}\",\"rows\":2,\"total\":2}],\"misled\":0,\"promised\":6}","rows":8,"filtered":0,"quarantined":0,"total":8,"state":null}', '2026-01-01T00:00:00Z');
    INSERT INTO _declarest_state (resource, name, value, updated_at)
        SELECT resource, 'loads', json_array(load_id), '2026-01-01T00:00:00Z' FROM _declarest_loads
        WHERE resource IN ('added', 'merged', 'replaced', 'cards');
    INSERT INTO _declarest_state (resource, name, value, updated_at)
        SELECT 'cards', 'heir', load_id, '2026-01-01T00:00:00Z' FROM _declarest_loads WHERE resource = 'cards';
    DROP TABLE later;
"#;

/// The same as format 2 had it: what is there now, under the version of then.
const LEFT_BY_FORMAT_2: &str = "
    INSERT INTO _declarest_state (resource, name, value, updated_at)
        SELECT resource, name, json_set(value, '$.version', 2), updated_at FROM later
        WHERE name IN ('checkpoint', 'finished', 'incremental');
    INSERT INTO _declarest_state (resource, name, value, updated_at)
        SELECT resource, name, value, updated_at FROM later WHERE name IN ('loads', 'linked', 'met');
    INSERT INTO _declarest_state (resource, name, value, updated_at)
        SELECT resource, 'heir', load_id, started_at FROM _declarest_loads WHERE resource IN ('cards', 'posts');
    DROP TABLE later;
";

/// The file of a sync that failed for all but `news` and `boards`, with its state changed by SQL, and a server that works again.
async fn interrupted(change: &str) -> (Server, api::Client, Database) {
    let broken = Arc::new(AtomicBool::new(true));
    let flag = Arc::clone(&broken);
    let server = Server::start(move |request| answer(request, flag.load(SeqCst)));
    let client = api::Client::builder().base_url(server.base_url()).build().expect("a client");
    let database = Database::new();
    client.sync(&mut database.open()).await.expect_err("it is broken");
    assert_eq!(ids(&database, "added"), (1..=10).collect::<Vec<_>>());
    database.run(change);
    broken.store(false, SeqCst);
    (server, client, database)
}

fn ids(database: &Database, table: &str) -> Vec<u64> {
    let ids = database.query(&format!("SELECT id FROM {table} ORDER BY id"));
    ids.concat().iter().map(|id| id.parse().expect("a number")).collect()
}

/// The former tables are gone, and the state is by source.
fn assert_migrated(database: &Database) {
    let former =
        "SELECT count(*) FROM sqlite_schema WHERE name LIKE '_declarest_links%' OR name LIKE '_declarest_state_%'";
    assert_eq!(database.one(former), "0");
    let key = "SELECT name FROM pragma_table_info('_declarest_state') WHERE pk > 0 ORDER BY pk";
    assert_eq!(database.query(key).concat(), ["source", "resource", "name"]);
    assert_eq!(database.one("PRAGMA integrity_check"), "ok");
}

#[tokio::test]
async fn no_row_is_lost_or_doubled_after_an_earlier_version() {
    let now = declarest::jiff::Timestamp::now().to_string();
    for left in [LEFT_BY_0_1, LEFT_BY_FORMAT_2] {
        let (server, client, database) = interrupted(&[TABLES_BEFORE, &left.replace("NOW", &now)].concat()).await;
        assert_eq!(database.query("SELECT DISTINCT name FROM _declarest_state WHERE resource = 'added'").len(), 2);
        let from = server.count();
        let report = client.sync(&mut database.open()).await.expect("a report");
        assert_migrated(&database);
        for table in ["added", "merged", "replaced", "news"] {
            assert_eq!(ids(&database, table), (1..=20).collect::<Vec<_>>(), "{table}");
        }
        for (parents, children) in [("boards", "cards"), ("threads", "posts")] {
            assert_eq!(ids(&database, parents), (1..=10).collect::<Vec<_>>());
            assert_eq!(ids(&database, children), (1..=10).flat_map(|id| [id * 10, id * 10 + 1]).collect::<Vec<_>>());
        }
        // Checkpoints and finished loads were ignored; the incremental state was read.
        assert!(report.resources.iter().all(|resource| resource.resumed == 0), "{report}");
        let requests = server.requests();
        let firsts: Vec<_> = requests.iter().skip(from).filter(|request| request.number("p") == Some(1)).collect();
        for path in ["/added", "/merged", "/replaced", "/boards", "/boards/1/cards", "/threads/1/posts"] {
            assert_eq!(firsts.iter().filter(|request| request.path == path).count(), 1, "{path}");
        }
        let since = |path: &str| -> Vec<_> {
            firsts.iter().filter(|request| request.path == path).map(|request| request.number("since")).collect()
        };
        assert_eq!(since("/news"), [Some(10)]);
        // What its children had not read is not known any more: all come again.
        assert_eq!(since("/threads"), [None]);

        let from = server.count();
        client.sync(&mut database.open()).only(["threads", "posts"]).await.expect("a report");
        assert_eq!(server.requests()[from].number("since"), Some(10), "from then on, only what is new");
        assert_eq!((database.waiting_parents(), ids(&database, "posts").len()), (0, 20));
    }
}

#[tokio::test]
async fn what_was_left_is_for_the_source_that_loaded_the_table_last() {
    for (at, last, not_last) in [("2000-01-01T00:00:00Z", "api", "other"), ("2100-01-01T00:00:00Z", "other", "api")] {
        let loaded = format!(
            "INSERT INTO _declarest_loads (load_id, source, resource, status, started_at) VALUES
                 ('x', 'other', 'news', 'complete', '{at}'), ('x', 'other', 'merged', 'complete', '{at}')"
        );
        let (server, client, database) = interrupted(&[TABLES_BEFORE, LEFT_BY_FORMAT_2, &loaded].concat()).await;
        let other = other::Client::builder().base_url(server.base_url()).build().expect("a client");
        let (mut one, mut two) = (database.open(), database.open());
        let tables = ["merged", "news"];
        let (own, others) = (client.sync(&mut one).only(tables), other.sync(&mut two).only(tables));
        let (owner, refused) = if last == "api" { (own, others) } else { (others, own) };
        // The one that is refused comes first, and leaves no trace.
        let (from, error) = (server.count(), refused.await.expect_err("another source loads them"));
        assert_eq!((error.kind(), server.count()), (ErrorKind::Schema, from), "{not_last}: {error}");
        for resource in &error.report().expect("a report").resources {
            let error = resource.error.as_ref().map(ToString::to_string).unwrap_or_default();
            assert!(error.contains(&format!("loaded by another source, `{last}`")), "{not_last}: {error}");
        }
        owner.await.expect("a report");
        assert_migrated(&database);
        for table in tables {
            assert_eq!(ids(&database, table), (1..=20).collect::<Vec<_>>(), "{table} of {last}");
        }
        let requests = server.requests();
        let news = requests[from..].iter().filter(|request| request.path == "/news");
        let since: Vec<_> = news.map(|request| request.number("since")).collect();
        assert!(!since.is_empty() && since.iter().all(|since| *since == Some(10)), "{since:?}");
    }
}

#[tokio::test]
async fn state_of_another_version_is_ignored_and_never_misread() {
    for version in [2, 99] {
        let change = format!(
            "UPDATE _declarest_state SET value = json_set(value, '$.version', {version}) WHERE name IN ('checkpoint', 'finished')"
        );
        let (_server, client, database) = interrupted(&change).await;
        let report = client.sync(&mut database.open()).only(["added", "cards"]).await.expect("a report");
        assert!(report.resources.iter().all(|resource| resource.resumed == 0), "{report}");
        assert_eq!(ids(&database, "added"), (1..=20).collect::<Vec<_>>());
        assert_eq!(ids(&database, "cards").len(), 20);
    }
    let later = "UPDATE _declarest_state SET value = json_set(value, '$.version', 99) WHERE name = 'incremental'";
    let (_server, client, database) = interrupted(later).await;
    let error = client.sync(&mut database.open()).only(["news"]).await.expect_err("rows would come twice");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Schema, Some("news")), "{error}");
    assert_eq!(ids(&database, "news"), (1..=10).collect::<Vec<_>>());
}
