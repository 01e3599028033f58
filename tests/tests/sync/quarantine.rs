//! Rows that cannot be read: an error, or put aside with the reason, and nothing else lost.

use declarest::ErrorKind;
use declarest_tests::{Database, Reply, Server};
use serde_json::json;

/// One list, its bad rows an error or put aside.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(token)),
    retry(max_retries = 0),
    resource_defaults(
        data_selector = "items", primary_key = id, write_disposition = merge,
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 2, total_path = "total"),
    ),
)]
mod api {
    #[resource(name = loose, path = "/items", on_bad_row = quarantine)]
    pub struct Loose {
        pub id: u32,
        pub name: String,
    }

    #[resource(name = strict, path = "/items")]
    pub struct Strict {
        pub id: u32,
        pub name: String,
    }
}

const TOKEN: &str = "s3cr3t-t0k3n";

/// Five rows on three pages, two of them bad; one of these tells the token.
fn server() -> Server {
    Server::start(|request| {
        let rows = [
            json!({ "id": 1, "name": "one" }),
            json!({ "id": 2, "name": null, "said": TOKEN }),
            json!({ "id": "three", "name": "three" }),
            json!({ "id": 4, "name": "four" }),
            json!({ "id": 5, "name": "five" }),
        ];
        let from = usize::try_from((request.number("p").unwrap_or(1) - 1) * 2).expect("small");
        Reply::json(json!({ "total": 5, "items": rows.iter().skip(from).take(2).collect::<Vec<_>>() }))
    })
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).token(TOKEN).build().expect("a client")
}

#[tokio::test]
async fn bad_rows_are_put_aside_and_the_others_come() {
    let (server, database) = (server(), Database::new());
    for run in 1..=2 {
        let report = client(&server).sync(&mut database.open()).only(["loose"]).await.expect("a report");
        let loose = report.resource("loose").expect("read");
        assert_eq!((loose.rows, loose.quarantined, loose.filtered, loose.distinct_keys), (5, 2, 0, 3), "run {run}");
        assert_eq!(database.count("loose"), 3);
        assert!(report.to_string().contains("loose: 2 rows could not be read"), "{report}");
    }
    assert_eq!(database.count("_declarest_quarantine"), 2, "the same row is put aside once");
    let aside = database.query("SELECT row, path, error, page, url FROM _declarest_quarantine ORDER BY page");
    assert_eq!(aside[0][0], r#"{"id":2,"name":null,"said":"***"}"#);
    assert!(aside[0][1].contains("items[1]") && aside[0][2].contains("null"), "{aside:?}");
    assert_eq!(aside[1][0], r#"{"id":"three","name":"three"}"#);
    assert_eq!((aside[0][3].as_str(), aside[1][3].as_str()), ("1", "2"));
    assert!(aside[1][4].ends_with("/items?p=2&ps=2"), "{aside:?}");
}

#[tokio::test]
async fn a_fetch_passes_over_bad_rows_or_fails() {
    let server = server();
    let ids: Vec<_> = client(&server).loose().await.expect("rows").iter().map(|row| row.id).collect();
    assert_eq!(ids, [1, 4, 5]);
    let error = client(&server).strict().await.err().expect("a bad row");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(!error.to_string().contains(TOKEN), "{error}");
}
