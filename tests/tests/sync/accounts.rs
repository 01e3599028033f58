//! Clients of one source that read other rows, into one table: none goes on where another one has ended.

use declarest::{Result, SyncReport};
use declarest_tests::{Database, Reply, Server};
use serde_json::json;

#[declarest::source(
    base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), concurrency = 1,
    params(account: String, note: Option<String>, language: Option<String>),
    resource_defaults(paginator = single_page, selected = false),
)]
mod api {
    #[resource(name = merged, path = "/{account}/rows", primary_key = id, incremental(cursor = at, start_param = "since"))]
    pub struct Merged {
        pub id: u64,
        pub at: u64,
    }

    #[resource(name = appended, path = "/{account}/rows", write_disposition = append, incremental(cursor = at, start_param = "since"))]
    pub struct Appended {
        pub id: u64,
        pub at: u64,
    }

    #[resource(name = replaced, path = "/{account}/rows", primary_key = id, write_disposition = replace)]
    pub struct Replaced {
        pub id: u64,
    }

    #[resource(name = everywhere, path = "/all/rows", write_disposition = append, incremental(cursor = at, start_param = "since"))]
    pub struct Everywhere {
        pub id: u64,
        pub at: u64,
    }

    #[resource(name = notes, path = "/{account}/notes", headers("X-Note" = "{note}"))]
    pub struct Note {
        pub id: u64,
    }

    #[resource(name = parts, path = "/{account}/rows/{resources.merged.id}", primary_key = part, headers("X-Language" = "{language}"))]
    pub struct Part {
        pub part: u64,
    }
}

/// The rows of an account are its own; each has one part.
fn server() -> Server {
    Server::start(|request| {
        let mut path = request.path.split('/').skip(1);
        let ids = match path.next() {
            Some("a") => vec![(1, 10), (2, 20)],
            Some("b") => vec![(11, 5), (12, 15)],
            _ => vec![(21, 1), (22, 30)],
        };
        if let Some(id) = path.nth(1).and_then(|id| id.parse::<u64>().ok()) {
            let is_own = ids.iter().any(|(own, _)| *own == id);
            return if is_own { Reply::json(json!([{ "part": id * 10 }])) } else { Reply::status(500) };
        }
        let since = request.number("since").unwrap_or(0);
        let rows = ids.iter().filter(|(_, at)| *at >= since);
        Reply::json(rows.map(|(id, at)| json!({ "id": id, "at": at })).collect::<serde_json::Value>())
    })
}

fn client(server: &Server, account: &str) -> api::Client {
    api::Client::builder().base_url(server.base_url()).account(account).build().expect("a client")
}

async fn sync(client: &api::Client, database: &Database, resources: &[&str]) -> Result<SyncReport> {
    client.sync(&mut database.open()).only(resources.iter().copied()).await
}

fn ids(database: &Database, resource: &str) -> Vec<String> {
    database.query(&format!("SELECT id FROM {resource} ORDER BY id")).concat()
}

#[tokio::test]
async fn each_account_has_a_position_of_its_own() {
    for resource in ["merged", "appended"] {
        let (server, database) = (server(), Database::new());
        for _ in 0..2 {
            for account in ["a", "b"] {
                sync(&client(&server, account), &database, &[resource]).await.expect("a report");
            }
        }
        assert_eq!(ids(&database, resource), ["1", "2", "11", "12"], "{resource}");
        let asked = server.asked("since");
        let asked: Vec<_> = asked.iter().map(Option::as_deref).collect();
        assert_eq!(asked, [None, None, Some("20"), Some("15")], "{resource}");
        let report = sync(&client(&server, "a"), &database, &[resource]).await.expect("a report");
        assert!(report.resource(resource).expect("it was read").other_clients.is_some());
        let line = format!("{resource}: the table also has rows that were read with other params of the client");
        assert!(report.to_string().contains(&line), "{report}");
    }
}

#[tokio::test]
async fn the_names_of_one_clients_state_stay_as_they_were() {
    let (server, database) = (server(), Database::new());
    let first = client(&server, "a");
    sync(&first, &database, &["merged"]).await.expect("a report");
    // As an earlier version has left it, which knew no clients.
    database.run("DELETE FROM _declarest_state WHERE name IN ('client', 'clients')");
    sync(&first, &database, &["merged"]).await.expect("a report");
    assert_eq!(server.asked("since"), [None, Some("20".to_owned())]);
    // A param that stands in no request of the family tells nothing apart.
    let noted = api::Client::builder().base_url(server.base_url()).account("a").note("x").build().expect("a client");
    let report = sync(&noted, &database, &["merged"]).await.expect("a report");
    assert_eq!(report.resource("merged").expect("it was read").other_clients, None, "{report}");
    assert_eq!(server.asked("since").pop().flatten().as_deref(), Some("20"));
    let names = database.query("SELECT name FROM _declarest_state WHERE name LIKE 'incremental%'").concat();
    assert_eq!(names, ["incremental"]);
}

#[tokio::test]
async fn rows_are_read_again_where_another_client_has_dropped_them() {
    for dropped in ["refresh", "table"] {
        let (server, database) = (server(), Database::new());
        let (a, b) = (client(&server, "a"), client(&server, "b"));
        for client in [&a, &b] {
            sync(client, &database, &["merged"]).await.expect("a report");
        }
        if dropped == "refresh" {
            b.sync(&mut database.open()).only(["merged"]).full_refresh().await.expect("a report");
        } else {
            database.run("DROP TABLE merged");
            sync(&b, &database, &["merged"]).await.expect("a report");
        }
        assert_eq!(ids(&database, "merged"), ["11", "12"], "{dropped}");
        sync(&a, &database, &["merged"]).await.expect("a report");
        assert_eq!(ids(&database, "merged"), ["1", "2", "11", "12"], "{dropped}");
        let report = sync(&b, &database, &["merged"]).await.expect("a report");
        assert_eq!(server.asked("since").pop().flatten().as_deref(), Some("15"), "{report}");
    }
}

#[tokio::test]
async fn what_is_replaced_is_said() {
    let (server, database) = (server(), Database::new());
    sync(&client(&server, "a"), &database, &["replaced"]).await.expect("a report");
    let report = sync(&client(&server, "b"), &database, &["replaced"]).await.expect("a report").to_string();
    assert!(report.contains("replaced: it replaces the rows that were read with other params"), "{report}");
    let report = sync(&client(&server, "b"), &database, &["replaced"]).await.expect("a report").to_string();
    assert!(!report.contains("it replaces the rows"), "{report}");
}

#[tokio::test]
async fn an_api_at_another_place_is_the_same_one() {
    let (before, after, database) = (server(), server(), Database::new());
    sync(&client(&before, "a"), &database, &["everywhere", "merged"]).await.expect("a report");
    sync(&client(&after, "a"), &database, &["everywhere", "merged"]).await.expect("a report");
    assert_eq!(after.asked("since"), [Some("20".to_owned()), Some("30".to_owned())], "by the positions of each");
    assert_eq!((database.count("everywhere"), database.count("merged")), (2, 2));
}

#[tokio::test]
async fn children_are_read_for_the_rows_of_their_own_client() {
    let (server, database) = (server(), Database::new());
    let (a, b) = (client(&server, "a"), client(&server, "b"));
    // What the rows of `a` have left for its parts is not for `b`.
    sync(&a, &database, &["merged"]).await.expect("a report");
    for client in [&b, &a, &b] {
        sync(client, &database, &["merged", "parts"]).await.expect("a report");
    }
    let parts = database.query("SELECT part FROM parts ORDER BY part").concat();
    assert_eq!(parts, ["10", "20", "110", "120"]);
    // One that asks for the parts in another way reads them for all rows.
    let other =
        api::Client::builder().base_url(server.base_url()).account("a").language("de").build().expect("a client");
    sync(&other, &database, &["merged", "parts"]).await.expect("a report");
    let asked = server.requests();
    let mut asked: Vec<_> =
        asked.iter().filter(|request| request.header("x-language").is_some()).map(|request| &*request.path).collect();
    asked.sort_unstable();
    assert_eq!(asked, ["/a/rows/1", "/a/rows/2"]);
}

/// An account that nothing but the credentials name.
#[declarest::source(
    base_url = "http://127.0.0.1:9", retry(max_retries = 0), concurrency = 1, params(user: String),
    auth = session_token(
        path = "/login", json = { "user": user, "password": secret(accounts_password) }, token_path = "token",
    ),
    resource_defaults(paginator = single_page),
)]
mod by_login {
    #[resource(name = logged, path = "/rows", primary_key = id, incremental(cursor = at, start_param = "since"))]
    pub struct Logged {
        pub id: u64,
        pub at: u64,
    }

    #[resource(
        name = named, path = "/rows", primary_key = id, incremental(cursor = at, start_param = "since"),
        auth = http_basic(username = "{user}/token", password = secret(accounts_password)),
    )]
    pub struct Named {
        pub id: u64,
        pub at: u64,
    }
}

#[tokio::test]
async fn the_account_of_credentials_has_a_position_of_its_own() {
    let server = Server::start(|request| {
        if request.path == "/login" {
            let user = if request.body.contains("\"ann\"") { "ann" } else { "bob" };
            return Reply::json(json!({ "token": user }));
        }
        let ann = ["Bearer ann", "Basic YW5uL3Rva2VuOnA0c3M="];
        let is_ann = request.header("authorization").is_some_and(|sent| ann.contains(&sent));
        let row = if is_ann { json!({ "id": 1, "at": 50 }) } else { json!({ "id": 2, "at": 5 }) };
        let is_new = request.number("since").is_none_or(|since| row["at"].as_u64() >= Some(since));
        Reply::json(if is_new { json!([row]) } else { json!([]) })
    });
    let database = Database::new();
    for user in ["ann", "bob"] {
        let builder = by_login::Client::builder().base_url(server.base_url()).user(user).accounts_password("p4ss");
        builder.build().expect("all is set").sync(&mut database.open()).await.expect("rows");
    }
    // The second one does not go on where the first has ended.
    assert_eq!(ids(&database, "logged"), ["1", "2"]);
    assert_eq!(ids(&database, "named"), ["1", "2"]);
}
