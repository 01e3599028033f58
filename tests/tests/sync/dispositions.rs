//! What a sync does with rows that are there, where the declaration does not say: a run that is repeated doubles nothing and loses
//! nothing.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::SeqCst;

use declarest_tests::{Database, Reply, Server};
use serde_json::{Value, json};

#[declarest::source(base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), resource_defaults(paginator = single_page))]
mod api {
    #[resource(name = keyed, path = "/rows", primary_key = id)]
    pub struct Keyed {
        pub id: u64,
    }

    #[resource(name = plain, path = "/rows")]
    pub struct Plain {
        pub id: u64,
    }

    #[resource(name = log, path = "/rows", incremental(cursor = id, start_param = "since"))]
    pub struct Log {
        pub id: u64,
    }

    #[resource(name = range, path = "/rows", incremental(cursor = id, start_param = "since", end_param = "until", end_value = 100))]
    pub struct Range {
        pub id: u64,
    }

    #[resource(name = lines, path = "/rows/{resources.log.id}/lines")]
    pub struct Line {
        pub id: u64,
    }

    #[resource(name = notes, path = "/rows/{resources.plain.id}/notes")]
    pub struct Note {
        pub id: u64,
    }

    #[resource(name = quiet, path = "/rows", selected = false, incremental(cursor = id, start_param = "since"))]
    pub struct Quiet {
        pub id: u64,
    }

    #[resource(name = echoes, path = "/rows/{resources.quiet.id}/echoes")]
    pub struct Echo {
        pub id: u64,
    }
}

/// The rows that there are at first, and those that there are later: an old one is gone, a new one has come.
fn server(shown: &Arc<AtomicU64>) -> Server {
    let shown = Arc::clone(shown);
    Server::start(move |request| {
        let ids = if shown.load(SeqCst) == 1 { [1, 2] } else { [2, 3] };
        let rows = |ids: &[u64]| Reply::json(ids.iter().map(|id| json!({ "id": id })).collect::<Value>());
        match request.path.split('/').nth(2) {
            None => {
                let since = request.number("since").unwrap_or(0);
                rows(&ids.into_iter().filter(|id| *id >= since).collect::<Vec<_>>())
            }
            Some(parent) => rows(&[parent.parse::<u64>().expect("an id") * 10]),
        }
    })
}

#[tokio::test]
async fn without_a_word_nothing_is_doubled_and_nothing_is_lost() {
    let shown = Arc::new(AtomicU64::new(1));
    let (server, database) = (server(&shown), Database::new());
    let client = api::Client::builder().base_url(server.base_url()).build().expect("a client");
    for run in [1, 1, 2, 2] {
        shown.store(run, SeqCst);
        client.sync(&mut database.open()).await.expect("a report");
    }
    for (table, ids) in [
        // By their keys.
        ("keyed", ["1", "2", "3"].as_slice()),
        // Those of the last run.
        ("plain", &["2", "3"]),
        ("range", &["2", "3"]),
        ("notes", &["20", "30"]),
        // Only new ones come, so the others stay.
        ("log", &["1", "2", "3"]),
        ("lines", &["10", "20", "30"]),
        // Of a parent whose rows are not stored, all come each time.
        ("echoes", &["20", "30"]),
    ] {
        assert_eq!(database.query(&format!("SELECT id FROM {table} ORDER BY id")).concat(), ids, "{table}");
    }
    // Read together with a parent of which only new rows come.
    let database = Database::new();
    for run in [1, 2] {
        shown.store(run, SeqCst);
        client.sync(&mut database.open()).only(["log", "lines"]).await.expect("a report");
    }
    assert_eq!(database.query("SELECT id FROM lines ORDER BY id").concat(), ["10", "20", "30"]);
}
