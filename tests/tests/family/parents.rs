//! Resources that are read for each row of another.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use declarest::ErrorKind;
use declarest_tests::{Database, Reply, Request, Server, until};
use serde_json::{Value, json};

/// Organizations, their repositories, and what is in these.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    concurrency = 4,
    resource_defaults(paginator = single_page),
)]
mod forge {
    // A child may stand before its parent.
    #[resource(
        name = issues, path = "/repos/{resources.orgs.login}/{resources.repos.slug}/issues",
        primary_key = (_repos_id, number), write_disposition = merge,
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 2, total_path = "total"), data_selector = "items",
        include_from_parent(repos.id, orgs.login),
    )]
    pub struct Issue {
        pub number: u32,
        pub title: String,
    }

    #[resource(name = orgs, path = "/orgs", primary_key = login, write_disposition = merge)]
    pub struct Org {
        pub login: String,
    }

    #[resource(name = repos, path = "/orgs/{resources.orgs.login}/repos", primary_key = id, write_disposition = merge)]
    pub struct Repo {
        pub id: u32,
        #[column(name = "Slug")]
        pub slug: Option<u32>,
    }

    #[resource(
        name = details, path = "/details", selected = false, data_selector = "$",
        params(org = "{resources.orgs.login}", literal = "{{x}}"), headers("X-Org" = "org {resources.orgs.login}"),
        response_actions(404 = ignore),
    )]
    pub struct Detail {
        pub id: u32,
    }
}

/// Groups and members that are appended; the groups themselves are not wanted.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    concurrency = 3,
    resource_defaults(paginator = single_page, write_disposition = append),
)]
mod groups {
    #[resource(name = groups, path = "/groups", selected = false, paginator = page_number(page_param = "p", limit_param = "ps", limit = 5, total_path = "total"), data_selector = "items")]
    pub struct Group {
        pub id: u32,
    }

    #[resource(name = members, path = "/groups/{resources.groups.id}/members")]
    pub struct Member {
        pub name: String,
    }
}

fn forge(server: &Server) -> forge::Client {
    forge::Client::builder().base_url(server.base_url()).build().expect("a client")
}

fn column(database: &Database, sql: &str) -> Vec<String> {
    database.query(sql).into_iter().flatten().collect()
}

fn paths(server: &Server) -> Vec<String> {
    let mut paths: Vec<_> = server.requests().into_iter().map(|request| request.path).collect();
    paths.sort();
    paths
}

#[tokio::test]
async fn children_and_grandchildren_are_read_for_each_row() {
    let server = Server::start(|request| match request.path.as_str() {
        "/orgs" => Reply::json(json!([{ "login": "a b/c" }, { "login": "ü" }])),
        "/orgs/a%20b%2Fc/repos" => Reply::json(json!([{ "id": 1, "slug": 1 }, { "id": 3, "slug": null }])),
        "/orgs/%C3%BC/repos" => Reply::json(json!([{ "id": 2, "slug": 2 }])),
        "/repos/a%20b%2Fc/1/issues" | "/repos/%C3%BC/2/issues" => {
            let first = request.number("p") == Some(1);
            let rows = if first { vec![(1, "one"), (2, "two")] } else { vec![(3, "three")] };
            let rows: Vec<_> =
                rows.into_iter().map(|(number, title)| json!({ "number": number, "title": title })).collect();
            Reply::json(json!({ "total": 3, "items": rows }))
        }
        _ => Reply::status(404),
    });
    let database = Database::new();
    let report = forge(&server).sync(&mut database.open()).only(["orgs", "issues"]).await.expect("a report");
    assert_eq!(
        column(
            &database,
            "SELECT _orgs_login || ':' || _repos_id || ':' || number FROM issues ORDER BY _repos_id, number"
        ),
        ["a b/c:1:1", "a b/c:1:2", "a b/c:1:3", "ü:2:1", "ü:2:2", "ü:2:3"]
    );
    let issues = report.resource("issues").expect("read");
    assert_eq!((issues.rows, issues.expected, issues.parents_without_value, issues.pages), (6, Some(6), 1, 4));
    assert!(report.resource("repos").is_none() && !database.has_table("repos"), "read for its children alone");
    assert_eq!(column(&database, "SELECT type FROM pragma_table_info('issues') WHERE name = '_repos_id'"), ["INTEGER"]);
    assert_eq!((database.state(), database.waiting_parents()), (vec![], 0));

    // Again: nothing has changed.
    let report = forge(&server).sync(&mut database.open()).only(["orgs", "issues"]).await.expect("a report");
    assert_eq!(report.resource("issues").map(|issues| (issues.inserted, issues.updated)), Some((0, 0)));
}

#[tokio::test]
async fn a_fetch_takes_the_parents_values_as_arguments() {
    let server = Server::start(|_| Reply::json(json!({ "total": 1, "items": [{ "number": 1, "title": "t" }] })));
    let issues = forge(&server).issues("../x", 7).await.expect("rows");
    assert_eq!((issues.len(), paths(&server)), (1, vec!["/repos/..%2Fx/7/issues".to_owned()]));
    for bad in ["", ".", ".."] {
        let error = forge(&server).issues(bad, 7).await.err().expect("another path");
        assert_eq!(error.kind(), ErrorKind::Config, "{bad:?}");
    }
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_value_never_leads_to_another_path() {
    let values = ["a/b", "..", ".", "", "a?b=c", "a#b", "a b", "naïve 漢字", "%2e%2e", "a\\b", ";x=y"];
    let server = Server::start(move |request| match request.path.as_str() {
        "/orgs" => Reply::json(values.iter().map(|login| json!({ "login": login })).collect::<Value>()),
        _ => Reply::json(json!([])),
    });
    let database = Database::new();
    let report = forge(&server).sync(&mut database.open()).only(["orgs", "repos"]).await.expect("a report");
    assert_eq!(
        report.resource("repos").map(|repos| repos.parents_without_value),
        Some(3),
        "`..`, `.` and the empty one are not asked for"
    );
    let asked = paths(&server);
    for path in
        ["a%2Fb", "a%3Fb%3Dc", "a%23b", "a%20b", "na%C3%AFve%20%E6%BC%A2%E5%AD%97", "%252e%252e", "a%5Cb", "%3Bx%3Dy"]
    {
        assert!(asked.contains(&format!("/orgs/{path}/repos")), "{path} in {asked:?}");
    }
    assert_eq!(asked.len(), 1 + values.len() - 3);
    assert!(server.requests().iter().all(|request| request.query.is_empty()));
}

#[tokio::test]
async fn params_and_headers_take_values_too_and_a_parent_that_is_gone_is_passed_over() {
    let server = Server::start(|request| match (request.path.as_str(), request.param("org")) {
        ("/orgs", _) => Reply::json(json!([{ "login": "here" }, { "login": "gone" }, { "login": "here" }])),
        (_, Some("gone")) => Reply::status(404),
        _ => Reply::json(json!({ "id": 1 })),
    });
    let database = Database::new();
    let report = forge(&server).sync(&mut database.open()).only(["details"]).await.expect("a report");
    assert_eq!(report.resource("details").map(|details| details.rows), Some(1));
    let details: Vec<_> = server.requests().into_iter().filter(|request| request.path == "/details").collect();
    assert_eq!(details.len(), 2, "the same value is asked for once");
    for request in &details {
        let org = request.param("org").expect("sent");
        assert_eq!(
            (request.header("x-org"), request.param("literal")),
            (Some(format!("org {org}").as_str()), Some("{x}"))
        );
    }
}

#[tokio::test]
async fn a_parent_that_is_gone_is_an_error_unless_declared() {
    let server = Server::start(|request| match request.path.as_str() {
        "/orgs" => Reply::json(json!([{ "login": "here" }, { "login": "gone" }])),
        "/orgs/here/repos" => Reply::json(json!([{ "id": 1, "slug": 1 }])),
        _ => Reply::status(404),
    });
    let database = Database::new();
    let error = forge(&server).sync(&mut database.open()).only(["orgs", "repos"]).await.expect_err("gone");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Status, Some("repos")));
    assert!(error.url().is_some_and(|url| url.ends_with("/orgs/gone/repos")), "{error}");
    assert_eq!(database.count("orgs"), 2, "the parent itself is in");
}

#[tokio::test]
async fn a_parent_that_cannot_be_read_fails_its_children() {
    let server = Server::start(|_| Reply::status(500));
    let database = Database::new();
    let error = forge(&server).sync(&mut database.open()).only(["orgs", "issues"]).await.expect_err("down");
    let report = error.report().expect("a report");
    let issues = report.resource("issues").and_then(|issues| issues.error.as_ref()).expect("an error");
    assert!(issues.to_string().contains("`repos`, which could not be read"), "{issues}");
    assert_eq!(server.count(), 1, "nothing is asked for in vain");
}

fn members(server: &Server) -> groups::Client {
    groups::Client::builder().base_url(server.base_url()).build().expect("a client")
}

/// A page of 5 groups of `count`.
fn group_page(page: u64, count: u64) -> Reply {
    let rows: Vec<_> = ((page - 1) * 5..(page * 5).min(count)).map(|id| json!({ "id": id })).collect();
    Reply::json(json!({ "total": count, "items": rows }))
}

/// The group in `/groups/7/members`.
fn group(request: &Request) -> u64 {
    request.path.split('/').nth(2).and_then(|id| id.parse().ok()).expect("an id")
}

#[tokio::test]
async fn several_are_read_at_a_time_and_no_more() {
    let server = Server::start(|request| match request.number("p") {
        Some(page) => group_page(page, 12),
        None => Reply::json(json!([{ "name": request.path }])).when(|log| log.most_in_flight() >= 3),
    });
    let database = Database::new();
    members(&server).sync(&mut database.open()).await.expect("a report");
    assert_eq!((database.count("members"), server.most_in_flight()), (12, 3));
}

#[tokio::test]
async fn an_interrupted_family_goes_on_without_loss_or_doubling() {
    let broken = Arc::new(AtomicBool::new(true));
    let answered = Arc::new(Mutex::new(Vec::new()));
    let (flag, log) = (Arc::clone(&broken), Arc::clone(&answered));
    let server = Server::start(move |request| match request.number("p") {
        Some(page) => group_page(page, 40),
        // None behind it may be quicker than its failure.
        None if flag.load(SeqCst) && (group(request) == 25 || group(request) > 27) => Reply::status(500),
        None => {
            log.lock().expect("whole").push(request.path.clone());
            Reply::json(json!([{ "name": request.path.clone() }, { "name": format!("{} too", request.path) }]))
        }
    });
    let database = Database::new();
    let client = members(&server);
    let error = client.sync(&mut database.open()).await.expect_err("it breaks");
    assert_eq!(error.kind(), ErrorKind::Status);
    let kept = database.count("members");
    assert!((40..=54).contains(&kept), "{kept} rows were kept");
    broken.store(false, SeqCst);
    let report = client.sync(&mut database.open()).await.expect("a report");
    assert_eq!(report.resource("members").map(|members| (members.rows, members.resumed)), Some((80, kept)));
    assert_eq!(
        (database.count("members"), database.one("SELECT count(DISTINCT name) FROM members")),
        (80, "80".to_owned())
    );
    let asked = answered.lock().expect("whole").len();
    assert!(asked <= 40 + 3, "{asked} requests for 40 groups: what was committed is not asked for again");
}

#[tokio::test]
async fn many_parents_take_no_more_memory_than_few() {
    // Links wait in the database: those that are taken from there once the first members are read are not in memory.
    const FEW: u64 = 500;
    let taken = Arc::new(AtomicBool::new(false));
    let are_taken = Arc::clone(&taken);
    let server = Server::start(move |request| {
        if let Some(page) = request.number("p") {
            return group_page(page, 6 * FEW);
        }
        let are_taken = Arc::clone(&are_taken);
        Reply::json(json!([{ "name": request.path }])).when(move |_| are_taken.load(SeqCst))
    });
    let database = Database::new();
    let mut sqlite = database.open();
    let client = members(&server);
    let sync = tokio::spawn(async move { client.sync(&mut sqlite).await });
    let begun = || paths(&server).iter().filter(|path| path.ends_with("/members")).count();
    until("members are asked for", || begun() == 3).await;
    assert_eq!(database.waiting_parents(), 6 * FEW);
    database.run(&format!(
        "UPDATE _declarest_state SET value = '[]' WHERE name LIKE 'parents/%' AND value ->> '$[0][0]' > {FEW}"
    ));
    assert_eq!(database.waiting_parents(), FEW);
    taken.store(true, SeqCst);
    let report = sync.await.expect("no panic").expect("a report");
    assert_eq!(report.resource("members").map(|members| members.rows), Some(FEW));
    assert_eq!(database.one("SELECT count(DISTINCT name) FROM members"), FEW.to_string());
}
