//! A sync that is killed at twenty different moments, and then left alone: the tables equal the source, row by row.

use std::collections::{BTreeMap, HashMap};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use declarest::jiff::Timestamp;
use declarest_examples::demo_api::{DemoApi, Faults, Options, Resource, Server};
use declarest_tests::Database;
use serde_json::{Map, Value};

/// A sync in a process of its own, of all three resources.
struct Sync(Child);

impl Sync {
    fn start(server: &Server, database: &Database) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sync"));
        command.arg(server.base_url()).arg(database.path()).env("USER_TOKEN", Options::TOKEN);
        Self(command.stdout(Stdio::null()).spawn().expect("the program starts"))
    }

    /// Whether it has ended by itself.
    fn has_ended(&mut self) -> bool {
        self.0.try_wait().expect("it is ours").is_some()
    }

    /// SIGKILL: nothing of it runs any more.
    fn kill(mut self) {
        self.0.kill().expect("it is ours");
        self.0.wait().expect("it is ours");
    }

    fn finish(mut self) {
        assert!(self.0.wait().expect("it is ours").success());
    }
}

/// What a test leaves by a panic is not left running.
impl Drop for Sync {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where the loads that were interrupted go on: the pages that are committed, by resource.
fn committed(database: &Database) -> BTreeMap<String, u64> {
    if !database.path().exists() || !database.has_table("_declarest_state") {
        return BTreeMap::new();
    }
    let rows = database.query(
        "SELECT resource, json_extract(value, '$.rows') FROM _declarest_state WHERE name IN ('checkpoint', 'finished')",
    );
    rows.into_iter().map(|row| (row[0].clone(), row[1].parse::<u64>().expect("a number").div_ceil(100))).collect()
}

/// The pages that were asked for, by path, behind the first `from` requests.
fn asked(server: &Server, from: usize) -> HashMap<String, Vec<u64>> {
    let mut pages: HashMap<String, Vec<u64>> = HashMap::new();
    for request in &server.requests()[from..] {
        let number = request.query.split('&').find_map(|pair| pair.strip_prefix("p=")).expect("a page");
        pages.entry(request.path.clone()).or_default().push(number.parse().expect("a number"));
    }
    pages
}

fn path(name: &str) -> &'static str {
    Resource::ALL.into_iter().find(|resource| resource.name() == name).expect("one of the three").path()
}

#[test]
fn killed_at_any_moment_a_sync_loses_nothing_doubles_nothing_and_repeats_little() {
    let faults = Faults { latency: Duration::from_millis(2), ..Faults::default() };
    let server = DemoApi::new(Options { faults, ..Options::default() }).start(None).expect("a free port");
    let database = Database::new();
    let expected = Resource::ALL.map(|resource| {
        (resource, resource.rows().iter().map(|row| source_row(resource, row)).collect::<BTreeMap<_, _>>())
    });
    let mut resumed = 0;
    for moment in 0..20 {
        let before = committed(&database);
        let from = server.requests().len();
        let mut sync = Sync::start(&server, &database);
        // Twenty places, from before the first request to 37 requests on, each a little later within its page.
        let (requests, within) = (moment * 7 % 41, Duration::from_micros(300 * moment as u64));
        let latest = Instant::now() + Duration::from_mins(1);
        while server.requests().len() < from + requests && !sync.has_ended() && Instant::now() < latest {
            thread::sleep(Duration::from_micros(200));
        }
        thread::sleep(within);
        sync.kill();
        for (resource, pages) in before {
            let again = asked(&server, from).remove(path(&resource)).unwrap_or_default();
            assert!(
                again.iter().all(|page| *page > pages),
                "{resource}: {pages} pages are committed, asked again: {again:?}"
            );
            resumed += usize::from(!again.is_empty());
        }
        for (resource, expected) in &expected {
            assert_no_row_is_wrong(&database, *resource, expected);
        }
    }
    assert!(resumed > 0, "no moment met a load that could be gone on with: this would show nothing");
    let before = committed(&database);
    let from = server.requests().len();
    Sync::start(&server, &database).finish();
    for (resource, pages) in before {
        let again = asked(&server, from).remove(path(&resource)).unwrap_or_default();
        assert!(again.iter().all(|page| *page > pages), "{resource}: {again:?}");
    }

    for (resource, expected) in expected {
        let stored = table(&database, resource);
        assert_eq!(stored.len(), expected.len(), "{}", resource.name());
        for (key, row) in &expected {
            assert_eq!(stored.get(key), Some(row), "{}: {key}", resource.name());
        }
        assert_eq!(database.count(resource.name()), resource.rows().len() as u64);
    }
    assert_eq!(database.state(), Vec::<Vec<String>>::new());
    assert_eq!(database.one("PRAGMA integrity_check"), "ok");
}

/// What is there of a load that was killed is right: whole rows, as many as its state says at least.
fn assert_no_row_is_wrong(database: &Database, resource: Resource, expected: &BTreeMap<String, Row>) {
    if database.path().exists() && database.has_table(resource.name()) {
        let stored = table(database, resource);
        assert!(stored.iter().all(|(key, row)| expected.get(key) == Some(row)));
        let pages = committed(database).remove(resource.name()).unwrap_or(0);
        assert!(stored.len() as u64 >= (pages * 100).min(expected.len() as u64));
    }
}

type Row = BTreeMap<String, Value>;

/// The rows of a table by their key; values as in the source, JSON taken apart.
fn table(database: &Database, resource: Resource) -> BTreeMap<String, Row> {
    let columns = database.query(&format!("SELECT name, type FROM pragma_table_info('{}')", resource.name()));
    let columns: Vec<_> = columns.into_iter().filter(|column| column[0] != "_load_id").collect();
    let names: Vec<_> = columns.iter().map(|column| column[0].as_str()).collect();
    let rows = database.query(&format!("SELECT {} FROM {}", names.join(", "), resource.name()));
    let value = |kind: &str, text: String| match kind {
        _ if text == "NULL" => Value::Null,
        "BOOLEAN" => Value::Bool(text == "1"),
        "INTEGER" | "JSON_TEXT" => serde_json::from_str(&text).expect("JSON"),
        _ => Value::String(text),
    };
    let row = |texts: Vec<String>| -> Row {
        columns.iter().zip(texts).map(|(column, text)| (column[0].clone(), value(&column[1], text))).collect()
    };
    rows.into_iter().map(row).map(|row| (key(resource, &row), row)).collect()
}

/// A row of the source as it is to be stored, by its key.
fn source_row(resource: Resource, json: &str) -> (String, Row) {
    let source: Map<String, Value> = serde_json::from_str(json).expect("a row");
    let columns: &[&str] = match resource {
        Resource::Components => &["key", "name", "organization", "project", "qualifier"],
        Resource::Issues => &[
            "type",
            "author",
            "component",
            "creationDate",
            "debt",
            "effort",
            "flows",
            "hash",
            "key",
            "line",
            "message",
            "organization",
            "project",
            "resolution",
            "rule",
            "severity",
            "status",
            "tags",
            "textRange",
            "updateDate",
        ],
        Resource::Metrics => {
            &["type", "description", "direction", "domain", "hidden", "id", "key", "name", "qualitative"]
        }
    };
    let row: Row = columns
        .iter()
        .map(|name| {
            let value = match (source.get(*name).cloned().unwrap_or(Value::Null), *name) {
                (Value::String(text), "creationDate" | "updateDate") => {
                    let at = Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", &text).expect("a time");
                    Value::String(at.to_string())
                }
                (value, _) => value,
            };
            (snake(name), value)
        })
        .collect();
    (key(resource, &row), row)
}

fn key(resource: Resource, row: &Row) -> String {
    let name = if resource == Resource::Metrics { "id" } else { "key" };
    row[name].as_str().expect("a key").to_owned()
}

fn snake(name: &str) -> String {
    let parts = name
        .chars()
        .map(|c| if c.is_ascii_uppercase() { format!("_{}", c.to_ascii_lowercase()) } else { c.to_string() });
    parts.collect()
}
