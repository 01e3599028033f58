//! The declaration that `cargo declarest import dlt` writes of the dictionary that `analytics` is about: it requests the
//! same, and loads the same rows.
#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::path::Path;

use declarest::Sqlite;
use declarest_examples::analytics::analytics;
use declarest_examples::demo_api::{DemoApi, Options, Server};

include!("../../cli/tests/dictionaries/seed.rs");

/// The tables and what identifies their rows.
const KEYS: [(&str, &str); 3] = [("components", "key"), ("issues", "key"), ("metrics", "id")];

fn server() -> Server {
    DemoApi::new(Options { issues: Some(950), ..Options::default() }).start(None).expect("loopback has a free port")
}

/// The keys of a table.
fn keys(database: &Path, table: &str, key: &str) -> BTreeSet<String> {
    let database = rusqlite::Connection::open(database).expect("a database");
    let mut query = database.prepare(&format!("SELECT {key} FROM {table}")).expect("a table");
    let rows = query.query_map([], |row| row.get(0)).expect("rows");
    rows.map(|row| row.expect("a text")).collect()
}

/// The requests of the first pages of all resources, with their params in order.
fn first_pages(server: &Server) -> BTreeSet<(String, String, Vec<String>)> {
    let first = server.requests().into_iter().map(|request| {
        let mut params: Vec<String> = request.query.split('&').map(str::to_owned).collect();
        params.sort();
        (request.method, request.path, params)
    });
    first.filter(|(_, _, params)| params.iter().any(|param| param == "p=1")).collect()
}

#[tokio::test]
async fn what_is_imported_loads_what_the_example_does() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (ours, theirs) = (folder.join("imported.db"), folder.join("example.db"));
    for file in [&ours, &theirs] {
        let _ = std::fs::remove_file(file);
    }

    let server_of_ours = server();
    let client = seed::Client::builder().base_url(server_of_ours.base_url()).user_token(Options::TOKEN).build();
    let client = client.expect("a client");
    let mut database = Sqlite::open(&ours).expect("a database");
    let report = client.sync(&mut database).await.expect("a sync");
    drop(database);

    let server_of_theirs = server();
    let client = analytics::Client::builder().base_url(server_of_theirs.base_url()).user_token(Options::TOKEN).build();
    let client = client.expect("a client");
    let mut database = Sqlite::open(&theirs).expect("a database");
    client.sync(&mut database).await.expect("a sync");
    drop(database);

    assert_eq!(first_pages(&server_of_ours), first_pages(&server_of_theirs));
    for (table, key) in KEYS {
        let found = keys(&ours, table, key);
        assert!(found.len() > 100, "{table}: {report}");
        assert_eq!(found, keys(&theirs, table, key), "{table}");
    }
}
