//! One grammar of placeholders in all places of a request, and what is sent of it, over real HTTP.

use declarest::jiff::{SignedDuration, Timestamp};
use declarest_tests::{Reply, Request, Server};

/// Placeholders in every place.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    params(tenant: String, region: Option<String>),
    resource_defaults(data_selector = "items", paginator = single_page),
)]
mod api {
    #[resource(
        name = searched, path = "/search", method = POST,
        params(q: String, n: u32, state: Option<String>, size = 7, kinds = ["a", "b"]),
        json = {
            "z": "{q}",
            "query": "{{ find(q: {q}, n: {n}) {{ id }} }}",
            "b": { "tenant": "{tenant}", "region": "{region}", "bare": n, "text": "{n}" },
            "a": ["{state}", state, "{size}", size, kinds],
            "account": tenant,
        },
    )]
    pub struct Searched {
        pub id: u64,
    }

    #[resource(
        name = formed, path = "/form", method = POST, params(q: String, state: Option<String>),
        data = { "q": "q:{q}", "state": "s:{state}", "braces": "{{{q}}}" },
    )]
    pub struct Formed {
        pub id: u64,
    }

    #[resource(name = raw, path = "/raw", method = POST, params(q: String), data = "<q of=\"{tenant}\">{q}</q>{{}}")]
    pub struct Raw {
        pub id: u64,
    }

    #[resource(
        name = queried, path = "/things",
        params(
            project: String, since: Option<u32>,
            q = "project:{project} since:{since}", fixed = "in:{tenant}/{project}", area as "region" = "{region}",
            expand as "expand[]" = ["lines", "tenant:{tenant}"], csv = ["x", "y"] (style = csv),
        ),
    )]
    pub struct Queried {
        pub id: u64,
    }

    #[resource(
        name = ranged, path = "/range/{incremental.start_value}", method = POST, primary_key = id,
        headers("X-Range" = "{incremental.start_value}..{incremental.end_value}"),
        params(q = "id:>={incremental.start_value} id:<{incremental.end_value}", first = "{incremental.start_value}"),
        json = {
            "from": "{incremental.start_value}", "text": "from {incremental.start_value}",
            "filterGroups": [{ "filters": [{ "op": "GTE", "value": 0 }, { "op": "LT" }] }],
        },
        incremental(
            cursor = id, initial_value = 5, end_value = 9,
            start_body_path = "filterGroups[0].filters[0].value", end_body_path = "filterGroups[0].filters[1].value",
        ),
    )]
    pub struct Ranged {
        pub id: u64,
    }

    #[resource(
        name = dated, path = "/dated", primary_key = id,
        params(q = "updated:{incremental.start_value}..{incremental.end_value}"),
        incremental(cursor = at, initial_value = "2024-02-01", format = "%Y-%m-%d"),
    )]
    pub struct Dated {
        pub id: u64,
        pub at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = until_now, path = "/now", primary_key = id,
        incremental(cursor = at, start_param = "from", end_param = "to", end_value = now),
    )]
    pub struct UntilNow {
        pub id: u64,
        pub at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = paged, path = "/paged", method = POST,
        json = { "z": 1, "pages": [{ "size": 50 }] }, paginator = page_number(page_body_path = "pages[0].number", maximum_page = 3),
    )]
    pub struct Paged {
        pub id: u64,
    }
}

fn server() -> (Server, api::Client) {
    server_of(|_| Reply::json(r#"{"items":[{"id":7,"at":"2024-03-01T10:00:00Z"}]}"#))
}

fn server_of(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> (Server, api::Client) {
    let server = Server::start(answer);
    let client = api::Client::builder().base_url(server.base_url()).tenant("t\"1").build().expect("nothing is missing");
    (server, client)
}

#[tokio::test]
async fn strings_of_json_are_filled_in_and_keys_keep_their_order() {
    let (server, client) = server();
    client.searched("a", 3_u32).state("open").await.expect("a row");
    client.searched("b", 4_u32).await.expect("a row");
    let [set, unset] = server.requests().try_into().expect("two requests");
    assert_eq!(
        set.body,
        concat!(
            r#"{"z":"a","query":"{ find(q: a, n: 3) { id } }","b":{"tenant":"t\"1","bare":3,"text":"3"},"#,
            r#""a":["open","open","7",7,["a","b"]],"account":"t\"1"}"#,
        )
    );
    assert!(unset.body.contains(r#""a":["7",7,["a","b"]]"#), "{}", unset.body);
    assert!(set.query.is_empty(), "what a body names is not sent by itself: {:?}", set.query);
}

#[tokio::test]
async fn fields_of_a_form_and_a_raw_body_are_filled_in() {
    let (server, client) = server();
    client.formed("a b").await.expect("a row");
    client.raw("x").await.expect("a row");
    let requests = server.requests();
    assert_eq!(requests[0].body, "q=q%3Aa+b&braces=%7Ba+b%7D");
    assert_eq!(requests[1].body, "<q of=\"t\"1\">x</q>{}");
    assert!(requests.iter().all(|request| request.query.is_empty()));
}

#[tokio::test]
async fn fixed_params_are_filled_in_and_may_have_several_values() {
    let (server, client) = server();
    client.queried("p").since(5).await.expect("a row");
    client.queried("p").await.expect("a row");
    let requests = server.requests();
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let always = [("fixed", "in:t\"1/p"), ("expand[]", "lines"), ("expand[]", "tenant:t\"1"), ("csv", "x,y")];
    assert_eq!(requests[0].query, pairs(&[&[("q", "project:p since:5")], &always[..]].concat()));
    assert_eq!(requests[1].query, pairs(&always), "a text with an unset param is left out");
}

#[tokio::test]
async fn a_range_stands_wherever_a_text_does() {
    let (server, client) = server();
    assert_eq!(client.ranged().await.expect("a row").len(), 1);
    let request = &server.requests()[0];
    assert_eq!(request.path, "/range/5");
    assert_eq!(request.header("x-range"), Some("5..9"));
    assert_eq!((request.param("q"), request.param("first")), (Some("id:>=5 id:<9"), Some("5")));
    assert_eq!(
        request.body,
        concat!(
            r#"{"from":5,"text":"from 5","filterGroups":[{"filters":[{"op":"GTE","value":5},"#,
            r#"{"op":"LT","value":9}]}]}"#,
        ),
        "a string that is nothing but a number of the range is that number"
    );
}

#[tokio::test]
async fn an_end_that_is_not_declared_is_the_moment_of_the_run() {
    let (server, client) = server();
    let before = Timestamp::now();
    client.dated().await.expect("a row");
    client.until_now().await.expect("a row");
    let requests = server.requests();
    let day = |time: Timestamp| time.strftime("%Y-%m-%d").to_string();
    let tomorrow = [before, Timestamp::now()].map(|now| day(now + SignedDuration::from_hours(24)));
    let asked = requests[0].param("q").expect("a query");
    assert!(tomorrow.iter().any(|day| asked == format!("updated:2024-02-01..{day}")), "{asked}");
    let end: Timestamp = requests[1].param("to").and_then(|end| end.parse().ok()).expect("a time");
    assert!(end >= before - SignedDuration::from_secs(1) && end <= Timestamp::now() + SignedDuration::from_secs(1));
    assert_eq!(requests[1].param("from"), None);
}

#[tokio::test]
async fn rows_beyond_the_moment_of_the_run_wait_for_the_next() {
    let (_server, client) = server_of(|_| {
        Reply::json(r#"{"items":[{"id":1,"at":"2024-03-01T10:00:00Z"},{"id":2,"at":"2206-01-01T00:00:00Z"}]}"#)
    });
    let rows = client.until_now().await.expect("rows");
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn a_paginator_counts_within_an_array_of_the_body() {
    let (server, client) = server_of(|request| {
        let id = if request.body.contains("\"number\":1") { 1 } else { 2 };
        Reply::json(format!("{{\"items\":[{{\"id\":{id}}}]}}"))
    });
    client.paged().await.expect("rows");
    let bodies: Vec<String> = server.requests().into_iter().map(|request| request.body).collect();
    assert_eq!(bodies, [r#"{"z":1,"pages":[{"size":50,"number":1}]}"#, r#"{"z":1,"pages":[{"size":50,"number":2}]}"#]);
}

/// What a command line gives is set as it is.
#[tokio::test]
async fn options_are_set_without_a_question() {
    let server = Server::start(|_| Reply::json(r#"{"items":[]}"#));
    let client =
        api::Client::builder().base_url(server.base_url()).tenant("t").region(Some("eu")).build().expect("all");
    let (none, some): (Option<u32>, Option<u32>) = (None, Some(7));
    client.queried("p").since(some).await.expect("no rows");
    client.queried("p").since(5).since(none).await.expect("no rows");
    let requests = server.requests();
    assert_eq!((requests[0].param("q"), requests[0].param("region")), (Some("project:p since:7"), Some("eu")));
    assert_eq!(requests[1].param("q"), None, "`None` takes the value back");
}
