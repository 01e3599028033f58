//! Resources that are read for values inside of nested fields of their parents' rows.

use declarest::{ColumnType, ErrorKind};
use declarest_tests::{Database, Reply, Request, Server};
use serde_json::{Value, json};

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    resource_defaults(paginator = single_page, rename_all = "camelCase"),
)]
mod blog {
    #[resource(name = posts, path = "/posts", primary_key = id)]
    pub struct Post {
        pub id: u32,
        #[column(name = "writer")]
        pub author: Option<Author>,
        pub place: Place,
    }

    #[nested]
    pub struct Author {
        pub login_name: String,
        pub account: Option<Box<Account>>,
        pub topics: Vec<String>,
    }

    // Written by serde, under other names than it is read from.
    #[nested]
    #[serde(rename_all(deserialize = "kebab-case", serialize = "SCREAMING_SNAKE_CASE"))]
    pub struct Account {
        pub main_number: u64,
        #[serde(rename(serialize = "since!"), skip_serializing_if = "Option::is_none")]
        pub opened_at: Option<declarest::jiff::Timestamp>,
        #[serde(flatten)]
        pub plan: Plan,
    }

    #[nested]
    pub struct Plan {
        pub tier: Tier,
    }

    #[nested]
    pub enum Tier {
        Free,
        #[other]
        Other(String),
    }

    #[nested]
    pub struct Place {
        pub is_public: bool,
    }

    #[resource(
        name = badges, path = "/users/{resources.posts.author.login_name}/badges",
        params(of = "number {resources.posts.author.account.main_number}"),
        headers("X-Public" = "{resources.posts.place.is_public}"),
        include_from_parent(author.login_name, posts.author.topics, author.account.opened_at, place),
    )]
    pub struct Badge {
        pub kind: String,
        pub shape: Shape,
    }

    #[nested]
    pub struct Shape {
        pub id: u8,
    }

    #[resource(
        name = holders, path = "/shapes/{resources.badges.shape.id}", method = POST,
        json = {
            "who": "{resources.posts.author.login_name}",
            "account": "{resources.posts.author.account.main_number}",
            "tier": "tier {resources.posts.author.account.plan.tier}",
        },
        include_from_parent(shape.id, posts.author.account.plan.tier),
        primary_key = (_badges_shape_id, name),
    )]
    pub struct Holder {
        pub name: String,
    }

    #[resource(
        name = letters, path = "/letters", method = POST, selected = false,
        data = { "to": "{resources.posts.author.login_name}" },
    )]
    pub struct Letter {
        pub id: u32,
    }
}

/// Of the posts, only what is new.
#[declarest::source(base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), resource_defaults(paginator = single_page))]
mod news {
    #[resource(name = posts, path = "/posts", incremental(cursor = id, start_param = "since"), map = shout)]
    pub struct Post {
        pub id: u64,
        pub author: Author,
    }

    #[nested]
    pub struct Author {
        pub name: Option<String>,
    }

    fn shout(mut post: Post) -> Post {
        post.author.name = post.author.name.map(|name| name.to_uppercase());
        post
    }

    #[resource(name = notes, path = "/notes/{resources.posts.author.name}", include_from_parent(author.name))]
    pub struct Note {
        pub id: u64,
    }
}

fn client(server: &Server) -> blog::Client {
    blog::Client::builder().base_url(server.base_url()).build().expect("a client")
}

fn author(login: &str, number: u64, tier: &str) -> Value {
    json!({
        "loginName": login, "topics": ["a b", "c"],
        "account": { "main-number": number, "tier": tier, "opened-at": "2024-05-01T00:00:00+02:00" },
    })
}

fn api(request: &Request) -> Reply {
    Reply::json(match request.path.as_str() {
        "/posts" => json!([
            { "id": 1, "author": author("a/b", u64::MAX, "free"), "place": { "isPublic": true } },
            { "id": 2, "author": null, "place": { "isPublic": true } },
            { "id": 3, "author": { "loginName": "x", "topics": [], "account": null }, "place": { "isPublic": false } },
            { "id": 4, "author": author("", 1, "gold"), "place": { "isPublic": true } },
            { "id": 5, "author": author("ü", 7, "gold"), "place": { "isPublic": false } },
            // The same values as those of the first.
            { "id": 6, "author": author("a/b", u64::MAX, "free"), "place": { "isPublic": true } },
        ]),
        path if path.starts_with("/users/") => json!([{ "kind": "star", "shape": { "id": 5 } }]),
        path if path.starts_with("/shapes/") => json!([{ "name": body(request)["who"] }]),
        _ => json!([]),
    })
}

fn body(request: &Request) -> Value {
    serde_json::from_str(&request.body).expect("JSON")
}

fn column(database: &Database, sql: &str) -> Vec<String> {
    database.query(sql).into_iter().flatten().collect()
}

#[tokio::test]
async fn children_and_grandchildren_are_read_for_values_inside() {
    let server = Server::start(api);
    let database = Database::new();
    let report = client(&server).sync(&mut database.open()).await.expect("a report");
    let badges = report.resource("badges").expect("read");
    assert_eq!((badges.rows, badges.parents_without_value), (2, 3));
    let asked: Vec<Request> =
        server.requests().into_iter().filter(|request| request.path.starts_with("/users")).collect();
    let mut asked: Vec<String> = asked
        .iter()
        .map(|request| {
            let public = request.header("x-public").unwrap_or_default();
            format!("{} {:?} {public}", request.path, request.query)
        })
        .collect();
    asked.sort();
    assert_eq!(
        asked,
        [
            r#"/users/%C3%BC/badges [("of", "number 7")] false"#,
            r#"/users/a%2Fb/badges [("of", "number 18446744073709551615")] true"#,
        ]
    );
    let included = "SELECT _posts_author_login_name || ' ' || _posts_author_topics || ' ' || \
         _posts_author_account_opened_at || ' ' || _posts_place FROM badges ORDER BY 1";
    assert_eq!(
        column(&database, included),
        [
            r#"a/b ["a b","c"] 2024-04-30T22:00:00Z {"isPublic":true}"#,
            r#"ü ["a b","c"] 2024-04-30T22:00:00Z {"isPublic":false}"#,
        ]
    );
    let mut bodies: Vec<Value> =
        server.requests().iter().filter(|request| request.path == "/shapes/5").map(body).collect();
    bodies.sort_by_key(Value::to_string);
    assert_eq!(
        bodies,
        [
            json!({ "who": "a/b", "account": u64::MAX, "tier": "tier free" }),
            json!({ "who": "ü", "account": 7, "tier": "tier gold" }),
        ]
    );
    let included = "SELECT _badges_shape_id || _posts_author_account_plan_tier FROM holders ORDER BY 1";
    assert_eq!(column(&database, included), ["5free", "5gold"]);
    assert_eq!((database.state(), database.waiting_parents()), (vec![], 0));

    let types = "SELECT name || ' ' || type FROM pragma_table_info('badges') WHERE name LIKE '\\_posts%' ESCAPE '\\'";
    let included = ["login_name TEXT", "topics JSON_TEXT", "account_opened_at TIMESTAMP"];
    let included = included.map(|column| format!("_posts_author_{column}"));
    assert_eq!(column(&database, types), [&included[..], &["_posts_place JSON_TEXT".to_owned()]].concat());
    // Again: nothing has changed.
    let report = client(&server).sync(&mut database.open()).await.expect("a report");
    assert_eq!(report.resource("holders").map(|holders| (holders.inserted, holders.updated)), Some((0, 0)));
}

#[tokio::test]
async fn a_fetch_takes_them_as_arguments() {
    let server = Server::start(api);
    let client = client(&server);
    let badges = client.badges("a/b", 7, true).await.expect("rows");
    assert_eq!(badges.len(), 1);
    client.holders(5, "me", 8, blog::Tier::Other("Silver".into())).await.expect("rows");
    client.letters("you & me").await.expect("rows");
    let asked = server.requests();
    assert_eq!((asked[0].path.as_str(), asked[0].header("x-public")), ("/users/a%2Fb/badges", Some("true")));
    assert_eq!(body(&asked[1]), json!({ "who": "me", "account": 8, "tier": "tier Silver" }));
    assert_eq!(asked[2].body, "to=you+%26+me");
    let error = client.badges("", 7, true).await.err().expect("another path");
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[tokio::test]
async fn a_scan_has_them_as_params_and_columns() {
    let server = Server::start(api);
    let client = client(&server);
    let scan = client.scan("badges").expect("a scan");
    let params: Vec<_> = scan.params().iter().map(|param| (param.name, param.kind)).collect();
    assert_eq!(
        params,
        [
            ("posts_author_login_name", ColumnType::Text),
            ("posts_author_account_main_number", ColumnType::Unsigned),
            ("posts_place_is_public", ColumnType::Boolean),
        ]
    );
    let parent = scan.params()[1].parent.expect("a parent");
    assert_eq!((parent.resource, parent.column, parent.keys), ("posts", "writer", &["account", "MAIN_NUMBER"][..]));
    let columns: Vec<_> = scan.schema().columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(columns, ["kind", "shape", "_posts_author_login_name"], "no more is known of the parent's row");
    let batch = client.scan("badges").expect("a scan").batches().next().await.expect("an item");
    let Err(error) = batch else { panic!("no values") };
    let help = "`posts_author_account_main_number` (unsigned integer, `MAIN_NUMBER` in `account` in the column `writer` of a row of `posts`)";
    assert!(error.to_string().contains(help), "{error}");
}

#[tokio::test]
async fn a_verification_takes_them_from_the_first_rows() {
    let server = Server::start(api);
    let report = client(&server).verify().only(["holders"]).await.expect("a report");
    assert!(report.is_ok(), "{report}");
    let asked: Vec<_> = server.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(asked, ["/posts", "/users/a%2Fb/badges", "/shapes/5"]);
}

#[tokio::test]
async fn values_of_rows_that_are_read_once_are_left_for_the_children() {
    let server = Server::start(|request| {
        Reply::json(match request.path.as_str() {
            "/posts" if request.number("since").is_none() => {
                json!([{ "id": 1, "author": { "name": "ada" } }, { "id": 2, "author": {} }])
            }
            "/posts" => json!([]),
            _ => json!([{ "id": 1 }]),
        })
    });
    let database = Database::new();
    let client = news::Client::builder().base_url(server.base_url()).build().expect("a client");
    client.sync(&mut database.open()).only(["posts"]).await.expect("a report");
    assert_eq!(database.waiting_parents(), 1);
    let report = client.sync(&mut database.open()).await.expect("a report");
    assert_eq!(report.resource("notes").map(|notes| notes.rows), Some(1));
    assert_eq!(column(&database, "SELECT _posts_author_name FROM notes"), ["ADA"]);
    assert!(server.requests().iter().any(|request| request.path == "/notes/ADA"));
    assert_eq!(database.waiting_parents(), 0);
}
