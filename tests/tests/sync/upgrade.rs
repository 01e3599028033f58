//! A database that version 0.1 left: what it saved is read, or ignored with a warning, and never misread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use declarest::ErrorKind;
use declarest_tests::{Database, Reply, Request, Server};
use serde_json::json;

/// One resource for each way to write, and a parent with children.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    concurrency = 1,
    resource_defaults(
        data_selector = "items", primary_key = id,
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
}

/// Twenty rows in each list, four pages; while it is broken, the first two of them, and the cards of the first boards.
fn answer(request: &Request, broken: bool) -> Reply {
    let (page, since) = (request.number("p").unwrap_or(1), request.number("since"));
    let ids: Vec<u64> = match request.path.as_str() {
        "/news" => (since.unwrap_or(1)..=if broken { 10 } else { 20 }).collect(),
        "/boards" => (1..=10).collect(),
        path if path.ends_with("/cards") => {
            let board: u64 = path.split('/').nth(2).and_then(|id| id.parse().ok()).expect("the number of a board");
            if broken && board == 5 {
                return Reply::status(500);
            }
            vec![board * 10, board * 10 + 1]
        }
        _ if broken && page > 2 => return Reply::status(500),
        _ => (1..=20).collect(),
    };
    let skip = usize::try_from((page - 1) * 5).expect("small");
    let items: Vec<_> = ids.iter().skip(skip).take(5).map(|id| json!({ "id": id, "at": id })).collect();
    Reply::json(json!({ "total": ids.len(), "items": items }))
}

/// The rows of `_declarest_state` as version 0.1 wrote them: it knew no `version`, and saved positions as text within text.
const LEFT_BY_0_1: &str = r#"
    DELETE FROM _declarest_state;
    INSERT INTO _declarest_state (resource, name, value, updated_at) VALUES
        ('added', 'checkpoint', '{"fingerprint":"12d606ad8be49b4a","position":"{\"seen\":2,\"rows\":10,\"size\":5,\"total\":20,\"pages\":null,\"ended\":false}","rows":10,"filtered":0,"quarantined":0,"total":20,"state":null}', '2026-01-01T00:00:00Z'),
        ('merged', 'checkpoint', '{"fingerprint":"90e017939d05bd15","position":"{\"seen\":2,\"rows\":10,\"size\":5,\"total\":20,\"pages\":null,\"ended\":false}","rows":10,"filtered":0,"quarantined":0,"total":20,"state":null}', '2026-01-01T00:00:00Z'),
        ('merged', 'met', x'0100000000000000000000003B3000000100000900010001000900', '2026-01-01T00:00:00Z'),
        ('replaced', 'checkpoint', '{"fingerprint":"afc7abec5ab2f1ea","position":"{\"seen\":2,\"rows\":10,\"size\":5,\"total\":20,\"pages\":null,\"ended\":false}","rows":10,"filtered":0,"quarantined":0,"total":20,"state":null}', '2026-01-01T00:00:00Z'),
        ('news', 'incremental', '{"cursor":"at","kind":"Integer","position":{"integer":10},"rows":[12118263977924838608],"columns":["id"]}', '2026-01-01T00:00:00Z'),
        ('boards', 'finished', '{"fingerprint":"97a762953fd77f2e","at":"NOW","rows":10,"filtered":0,"quarantined":0,"expected":10,"distinct_keys":10}', '2026-01-01T00:00:00Z'),
        ('cards', 'checkpoint', '{"fingerprint":"5b680af2bbeb0acd","position":"{\"last\":4,\"active\":[{\"number\":4,\"position\":\"{\\\"seen\\\":1,\\\"rows\\\":2,\\\"size\\\":5,\\\"total\\\":2,\\\"pages\\\":null,\\\"ended\\\":true}\",\"rows\":2,\"total\":2}],\"misled\":0,\"promised\":6}","rows":8,"filtered":0,"quarantined":0,"total":8,"state":null}', '2026-01-01T00:00:00Z');
    INSERT INTO _declarest_state (resource, name, value, updated_at)
        SELECT resource, 'loads', json_array(load_id), '2026-01-01T00:00:00Z' FROM _declarest_loads
        WHERE resource IN ('added', 'merged', 'replaced', 'cards');
    INSERT INTO _declarest_state (resource, name, value, updated_at)
        SELECT 'cards', 'heir', load_id, '2026-01-01T00:00:00Z' FROM _declarest_loads WHERE resource = 'cards';
"#;

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

#[tokio::test]
async fn no_row_is_lost_or_doubled_after_version_0_1() {
    let now = declarest::jiff::Timestamp::now().to_string();
    let (server, client, database) = interrupted(&LEFT_BY_0_1.replace("NOW", &now)).await;
    let from = server.count();
    let report = client.sync(&mut database.open()).await.expect("a report");
    for table in ["added", "merged", "replaced", "news"] {
        assert_eq!(ids(&database, table), (1..=20).collect::<Vec<_>>(), "{table}");
    }
    assert_eq!(ids(&database, "boards"), (1..=10).collect::<Vec<_>>());
    assert_eq!(ids(&database, "cards"), (1..=10).flat_map(|id| [id * 10, id * 10 + 1]).collect::<Vec<_>>());
    // Checkpoints and finished loads were ignored; the incremental state was read.
    assert!(report.resources.iter().all(|resource| resource.resumed == 0), "{report}");
    let requests = server.requests();
    let firsts: Vec<_> = requests.iter().skip(from).filter(|request| request.number("p") == Some(1)).collect();
    for path in ["/added", "/merged", "/replaced", "/boards", "/boards/1/cards"] {
        assert_eq!(firsts.iter().filter(|request| request.path == path).count(), 1, "{path}");
    }
    let since: Vec<_> =
        firsts.iter().filter(|request| request.path == "/news").map(|news| news.number("since")).collect();
    assert_eq!(since, [Some(10)]);
}

#[tokio::test]
async fn state_of_another_version_is_ignored_and_never_misread() {
    let later =
        "UPDATE _declarest_state SET value = json_set(value, '$.version', 99) WHERE name IN ('checkpoint', 'finished')";
    let (_server, client, database) = interrupted(later).await;
    let report = client.sync(&mut database.open()).only(["added", "cards"]).await.expect("a report");
    assert!(report.resources.iter().all(|resource| resource.resumed == 0), "{report}");
    assert_eq!(ids(&database, "added"), (1..=20).collect::<Vec<_>>());
    assert_eq!(ids(&database, "cards").len(), 20);
    database.run("UPDATE _declarest_state SET value = json_set(value, '$.version', 99) WHERE name = 'incremental'");
    let error = client.sync(&mut database.open()).only(["news"]).await.expect_err("rows would come twice");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Schema, Some("news")), "{error}");
    assert_eq!(ids(&database, "news"), (1..=10).collect::<Vec<_>>());
}
