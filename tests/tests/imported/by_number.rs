//! Pages by number and by offset: in the query, in a JSON body, in a form.

use declarest_tests::{Database, Reply, Request, Server};
use serde_json::{Value, json};

use crate::styles::{links::links, pages::pages, reports::reports};
use crate::{body, lines, received, rows};

/// The rows of one page of `all`.
fn page(all: &[Value], first: usize, size: usize) -> Vec<Value> {
    all.iter().skip(first).take(size).cloned().collect()
}

#[tokio::test]
async fn numbered_pages_until_a_short_one() {
    let orders: Vec<Value> = (1..=70).map(|id| json!({"id": id, "type": "web", "total": 1.5})).collect();
    let server = Server::start(move |request| {
        if request.header("authorization") != Some("Bearer key-of-the-shop") {
            return Reply::status(401);
        }
        let first = request.number("page").map_or(0, |page| usize::try_from(page - 1).unwrap_or(0) * 50);
        match request.path.as_str() {
            "/v2/orders" if request.param("expand") == Some("items") && request.param("type") == Some("all") => {
                Reply::json(json!({"data": page(&orders, first, 50)}))
            }
            "/v2/customers" => Reply::status(404),
            _ => Reply::status(400),
        }
    });
    let client = pages::Client::builder().api_key("key-of-the-shop").base_url(format!("{}/v2", server.base_url()));
    let (client, database) = (client.build().expect("a client"), Database::new());
    let counts = received(client.sync(&mut database.open())).await;
    assert_eq!(counts, rows([("orders", 70), ("customers", 0)]));
    let mut targets = lines(&server.requests(), |request| request.target.clone());
    targets.sort();
    assert_eq!(
        targets,
        [
            "/v2/customers?per_page=50",
            "/v2/orders?expand=items&type=all&page=2&per_page=50",
            "/v2/orders?expand=items&type=all&per_page=50",
        ]
    );
}

#[tokio::test]
async fn offsets_in_a_body_for_each_row_of_a_parent_with_links() {
    let server = Server::start(|request| {
        if request.param("key") != Some("key-of-links") || request.header("x-tenant") != Some("acme") {
            return Reply::status(401);
        }
        if request.path == "/v3/shops" {
            return Reply::json(match request.param("skip") {
                None => json!({"value": [{"id": "a", "city": "Bern"}], "@next": "/v3/shops?skip=1"}),
                Some(_) => json!({"value": [{"id": "b"}, {"id": "gone"}]}),
            });
        }
        let asked = body(request);
        let order = |id: u64| json!({"order": {"id": id, "total": 9}});
        match (asked["shop"].as_str(), asked["offset"].as_u64(), asked["limit"].as_u64()) {
            (Some("a"), Some(0), Some(2)) => Reply::json(json!({"results": [order(1), order(2)]})),
            (Some("a"), Some(2), Some(2)) => Reply::json(json!({"results": [order(3)]})),
            (Some("b"), Some(0), Some(2)) => Reply::json(json!({"results": []})),
            (Some("gone"), ..) => Reply::status(404),
            _ => Reply::status(400),
        }
    });
    let client = links::Client::builder().api_url(server.base_url()).tenant("acme").api_key("key-of-links");
    let (client, database) = (client.build().expect("a client"), Database::new());
    let counts = received(client.sync(&mut database.open())).await;
    assert_eq!(counts, rows([("shops", 3), ("orders", 3)]));
    let posted = server.requests().into_iter().filter(|request| request.method == "POST");
    assert!(posted.clone().all(|request| body(&request)["sort"] == "updated"));
    assert_eq!(posted.count(), 4);
}

#[tokio::test]
async fn numbers_in_a_form_for_each_country() {
    let server = Server::start(|request: &Request| {
        let form: Vec<(String, String)> = url::form_urlencoded::parse(request.body.as_bytes()).into_owned().collect();
        let field = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        if request.path == "/oauth/token" {
            let known =
                field("grant_type") == Some("refresh_token") && field("refresh_token") == Some("token-to-refresh");
            return if known {
                Reply::json(json!({"access_token": "short", "expires_in": 3600}))
            } else {
                Reply::status(400)
            };
        }
        if request.header("authorization") != Some("Bearer short") || field("account") != Some("7") {
            return Reply::status(401);
        }
        let campaign = |id: u64| json!({"id": id, "name": "spring"});
        Reply::json(match (field("country"), field("page")) {
            (Some("de"), Some("1")) => json!({"campaigns": [campaign(1), campaign(2)]}),
            (Some("de"), Some("2")) | (Some("fr"), Some("1")) => json!({"campaigns": [campaign(3)]}),
            (Some("jp"), Some("1")) | (_, Some("2" | "3")) => json!({"campaigns": []}),
            _ => return Reply::status(400),
        })
    });
    let client = reports::Client::builder()
        .account("7")
        .client_id("id")
        .client_secret("secret-of-the-client")
        .refresh_token("token-to-refresh")
        .access_token_url(format!("{}/oauth/token", server.base_url()))
        .base_url(format!("{}/api", server.base_url()));
    let (client, database) = (client.build().expect("a client"), Database::new());
    let counts = received(client.sync(&mut database.open())).await;
    assert_eq!(counts, rows([("campaigns", 4)]));
    assert_eq!(
        database.one("select group_concat(_country || id, ' ') from (select * from campaigns order by _country, id)"),
        "de1 de2 de3 fr3"
    );
}
