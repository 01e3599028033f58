//! Pages by a cursor of the body or of a header, and by links of a header.

use declarest_tests::{Database, Reply, Server};
use serde_json::json;

use crate::styles::{meters::meters, parents::parents, queries::queries};
use crate::{body, lines, received, rows};

#[tokio::test]
async fn a_cursor_in_the_variables_of_a_query() {
    let server = Server::start(|request| {
        if request.path == "/oauth/token" {
            return Reply::json(json!({"access_token": "granted", "token_type": "bearer", "expires_in": 600}));
        }
        if request.header("authorization") != Some("Bearer granted") {
            return Reply::status(401);
        }
        let asked = body(request);
        if asked["variables"]["archived"] != json!(false) || !asked["query"].to_string().contains("pageInfo {endCursor")
        {
            return Reply::status(400);
        }
        let page = |ids: &[&str], end: &str, more: bool| {
            let nodes: Vec<_> = ids.iter().map(|id| json!({"id": id, "name": "x"})).collect();
            json!({"data": {"tasks": {"nodes": nodes, "pageInfo": {"endCursor": end, "hasNextPage": more}}}})
        };
        Reply::json(match asked["variables"]["after"].as_str() {
            None => page(&["a", "b"], "c1", true),
            Some("c1") => page(&["c", "d"], "c2", true),
            _ => page(&["e"], "c3", false),
        })
    });
    let client = queries::Client::builder().client_id("id").client_secret("secret-of-queries");
    let client = client.base_url(server.base_url()).build().expect("a client");
    let counts = received(client.sync(&mut Database::new().open())).await;
    assert_eq!(counts, rows([("tasks", 5)]));
    assert_eq!(server.count(), 4);
}

#[tokio::test]
async fn a_cursor_for_each_row_of_a_parent_with_links_in_a_header() {
    let server = Server::start(|request| {
        if request.header("authorization") != Some("Token of-the-desk") {
            return Reply::status(401);
        }
        let member = |id: u64, role: &str| json!({"id": id, "role": role, "seats": 1, "address": {"city": "Oslo"}});
        match (request.path.as_str(), request.param("after")) {
            ("/api/teams", None) if request.param("page").is_none() => {
                let next =
                    format!("<http://{}/api/teams?page=2>; rel=\"next\"", request.header("host").unwrap_or_default());
                Reply::json(json!([{"id": "red"}])).header("Link", next)
            }
            ("/api/teams", None) => Reply::json(json!([{"id": "blue", "name": "Blue"}])),
            ("/api/teams/red/members", None) => Reply::json(
                json!({"members": [member(1, "owner"), member(2, "guest")], "meta": {"next": "n", "more": true}}),
            ),
            ("/api/teams/red/members", Some("n")) => {
                Reply::json(json!({"members": [member(3, "owner")], "meta": {"next": "m", "more": false}}))
            }
            ("/api/teams/blue/members", None) => Reply::json(json!({"members": [], "meta": {"more": false}})),
            _ => Reply::status(400),
        }
    });
    let client = parents::Client::builder().subdomain("acme").token("of-the-desk");
    let client = client.base_url(format!("{}/api", server.base_url())).build().expect("a client");
    let database = Database::new();
    let counts = received(client.sync(&mut database.open())).await;
    assert_eq!(counts, rows([("teams", 2), ("members", 3)]));
    assert_eq!(
        database.query("select _teams_id, id, city from members order by id"),
        [["red", "1", "Oslo"], ["red", "3", "Oslo"]]
    );
    let members = server.requests().into_iter().filter(|request| request.path.ends_with("/members"));
    assert!(
        members.clone().all(|request| request.param("state") == Some("active") && request.param("region").is_none())
    );
    assert_eq!(members.count(), 3);
}

#[tokio::test]
async fn a_cursor_in_a_header_for_each_site() {
    let server = Server::start(|request| {
        if request.header("authorization") != Some("Meter reader") {
            return Reply::status(401);
        }
        let meter = |number: u64, retired: bool| json!({"number": number, "retired": retired, "last": 0.5});
        match (request.param("site"), request.param("continue")) {
            (Some("north"), None) => {
                Reply::json(json!({"meters": [meter(1, false), meter(2, true)]})).header("X-Continue", "k")
            }
            (Some("north"), Some("k")) => Reply::json(json!({"meters": [meter(3, false)]})),
            (Some("south"), None) => Reply::json(json!({"meters": [meter(1, false)]})),
            _ => Reply::status(400),
        }
    });
    let client = meters::Client::builder().sites(["north", "south"]).token("reader");
    let client = client.base_url(server.base_url()).build().expect("a client");
    let database = Database::new();
    let counts = received(client.sync(&mut database.open())).await;
    assert_eq!(counts, rows([("meters", 4)]));
    assert_eq!(
        database.query("select _site, number from meters order by 1, 2"),
        [["north", "1"], ["north", "3"], ["south", "1"]]
    );
    assert_eq!(lines(&server.requests(), |request| request.path.clone()), ["/v1/meters"; 3]);
}
