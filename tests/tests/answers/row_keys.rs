//! Rows that are the members of an object: `#[column(row_key)]` takes their keys.

use declarest::{ColumnValue, ErrorKind};
use declarest_tests::{Database, Reply, Server};
use serde_json::{Value, json};

#[declarest::source(
    base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0),
    resource_defaults(paginator = single_page, data_selector = "data.rates[*]", primary_key = currency),
)]
mod money {
    #[resource(name = rates, path = "/rates")]
    pub struct Rate {
        #[column(row_key)]
        pub currency: String,
        pub mid: f64,
        pub name: Option<String>,
    }

    /// The same through structs.
    #[resource(name = filtered, path = "/rates", filter = all)]
    pub struct Filtered {
        pub mid: f64,
        #[column(row_key, name = "code")]
        pub currency: String,
        pub name: Option<String>,
    }

    fn all(_: &Filtered) -> bool {
        true
    }

    /// The same by a derive of serde's.
    #[resource(name = derived, path = "/rates")]
    pub struct Derived {
        #[column(row_key)]
        pub currency: String,
        #[serde(rename = "mid")]
        pub middle: f64,
        pub name: Option<String>,
    }

    #[resource(name = kept, path = "/rates", on_bad_row = quarantine)]
    pub struct Kept {
        #[column(row_key)]
        pub currency: String,
        pub mid: f64,
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }

    #[resource(name = whole, path = "/whole", data_selector = "$[*]", missing_rows = null)]
    pub struct Whole {
        #[column(row_key)]
        pub currency: String,
    }

    #[resource(name = grouped, path = "/grouped", data_selector = "groups[*].rates[*]")]
    pub struct Grouped {
        #[column(row_key)]
        pub currency: String,
    }

    #[resource(name = history, path = "/history/{resources.rates.currency}", data_selector = "days", primary_key = day)]
    pub struct Day {
        pub day: String,
    }
}

fn client(server: &Server) -> money::Client {
    money::Client::builder().base_url(server.base_url()).build().expect("a client")
}

/// One key has an escape, one is in the body as it is, and one row has the key of another field's name.
fn body() -> &'static str {
    r#"{"data": {"rates": {"EUR": {"mid": 1.08, "name": "Euro"}, "\u0055SD": {"mid": 1, "name": null}, "mid": {"mid": 2}}}}"#
}

#[tokio::test]
async fn keys_are_read_on_every_route() {
    let server = Server::start(|_| Reply::json(body()));
    let client = client(&server);
    let rows = client.rates().await.expect("rows");
    let read: Vec<_> = rows.iter().map(|row| (row.currency.as_str(), row.mid, row.name.as_deref())).collect();
    let expected = [("EUR", 1.08, Some("Euro")), ("USD", 1.0, None), ("mid", 2.0, None)];
    assert_eq!(read, expected);
    let derived = client.derived().await.expect("rows");
    assert_eq!(
        derived.iter().map(|row| (row.currency.as_str(), row.middle)).collect::<Vec<_>>(),
        [("EUR", 1.08), ("USD", 1.0), ("mid", 2.0)]
    );
    let kept = client.kept().await.expect("rows");
    assert_eq!(kept[0].extra.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["name"]);

    let database = Database::new();
    let report = client.sync(&mut database.open()).only(["rates", "filtered", "derived"]).await.expect("a report");
    assert!(
        report.resources.iter().all(|report| (report.rows, report.distinct_keys, report.drift.len()) == (3, 3, 0)),
        "{report}"
    );
    let stored = [["EUR", "1.08"], ["USD", "1.0"], ["mid", "2.0"]];
    for query in ["currency, mid FROM rates", "code, mid FROM filtered", "currency, middle FROM derived"] {
        assert_eq!(database.query(&format!("SELECT {query} ORDER BY 1")), stored, "{query}");
    }
    let again = client.sync(&mut database.open()).only(["rates", "filtered"]).await.expect("a report");
    assert!(again.resources.iter().all(|report| (report.inserted, report.updated) == (0, 0)), "{again}");
}

#[tokio::test]
async fn keys_are_scanned_and_asked_with() {
    let server = Server::start(|request| match request.path.strip_prefix("/history/") {
        Some(currency) => Reply::json(json!({ "days": [{ "day": format!("{currency}-1") }] })),
        None => Reply::json(body()),
    });
    let client = client(&server);
    let mut batches = client.scan("rates").expect("a scan").batches();
    let batch = batches.next().await.expect("a batch").expect("rows");
    let keys: Vec<_> = batch.rows().map(|row| row.get(0).into_owned()).collect();
    assert_eq!(keys, ["EUR", "USD", "mid"].map(|key| ColumnValue::Text(key.into())));
    let database = Database::new();
    client.sync(&mut database.open()).only(["history"]).await.expect("a report");
    assert_eq!(database.query("SELECT day FROM history ORDER BY 1").concat(), ["EUR-1", "USD-1", "mid-1"]);
}

#[tokio::test]
async fn the_body_itself_and_several_objects_have_members() {
    let server = Server::start(|request| match request.path.as_str() {
        "/whole" => Reply::json(r#"{"EUR": {}, "USD": {"mid": 1}}"#),
        _ => Reply::json(r#"{"groups": [{"rates": {"EUR": {}}}, {"rates": {}}, {"rates": {"USD": {}}}]}"#),
    });
    let client = client(&server);
    let whole: Vec<_> = client.whole().await.expect("rows").into_iter().map(|row| row.currency).collect();
    let grouped: Vec<_> = client.grouped().await.expect("rows").into_iter().map(|row| row.currency).collect();
    assert_eq!((whole, grouped), (vec!["EUR".to_owned(), "USD".to_owned()], vec!["EUR".to_owned(), "USD".to_owned()]));
    let nothing = Server::start(|_| Reply::json("null"));
    assert_eq!(self::client(&nothing).whole().await.expect("no rows").len(), 0);
}

async fn refused(body: Value) -> String {
    let server = Server::start(move |_| Reply::json(&body));
    let client = client(&server);
    let error = client.rates().await.err().expect("an error");
    assert_eq!(error.kind(), ErrorKind::Decode);
    let text = format!("{error:#}");
    let synced =
        client.sync(&mut Database::new().open()).only(["rates"]).await.expect_err("the same by the other decoder");
    assert_eq!(synced.message(), error.message());
    text
}

#[tokio::test]
async fn rows_without_keys_are_an_error() {
    let text = refused(json!({ "data": { "rates": [{ "mid": 1 }] } })).await;
    assert!(text.contains("`data.rates`: expected an object of rows, found an array"), "{text}");
    assert!(text.contains("leave `#[column(row_key)]` out"), "{text}");
    let text = refused(json!({ "data": { "rates": 7 } })).await;
    assert!(text.contains("`data.rates`: expected an object of rows, found a number"), "{text}");
    let text = refused(json!({ "data": { "rates": null } })).await;
    assert!(text.contains("`data.rates`: expected an object of rows, found null"), "{text}");
    let text = refused(json!({ "data": {} })).await;
    assert!(text.contains("no rows at `data.rates`"), "{text}");
}

#[tokio::test]
async fn a_wrong_row_is_named_by_its_key() {
    let text = refused(json!({ "data": { "rates": { "EUR": { "mid": 1 }, "x y": { "mid": "2" } } } })).await;
    assert!(text.contains("row 2, `data.rates[\"x y\"].mid`: expected f64, found string \"2\""), "{text}");
    let text = refused(json!({ "data": { "rates": { "EUR": 1.08 } } })).await;
    assert!(
        text.contains("row 1, `data.rates.EUR`: expected a row of `rates`, an object, found floating point `1.08`"),
        "{text}"
    );
    let text = refused(json!({ "data": { "rates": { "EUR": { "name": "Euro" } } } })).await;
    assert!(text.contains("`data.rates.EUR`: expected the field `mid`, found the keys `name`"), "{text}");
}

#[tokio::test]
async fn a_wrong_row_is_quarantined_and_the_others_keep_their_keys() {
    let server = Server::start(|_| {
        Reply::json(
            r#"{"data": {"rates": {"EUR": {"mid": 1}, "USD": {"mid": "x"}, "JPY": {"mid": "x"}, "ZAR": {"mid": NaN}, "CHF": {"mid": 2, "a": []}}}}"#,
        )
    });
    let database = Database::new();
    let report = client(&server).sync(&mut database.open()).only(["kept"]).await.expect("a report");
    assert_eq!((report.resources[0].rows, report.resources[0].quarantined), (5, 3), "{report}");
    assert_eq!(database.query("SELECT currency FROM kept ORDER BY 1").concat(), ["CHF", "EUR"]);
    // Equal rows of two keys are two.
    let bad = database.query("SELECT row FROM _declarest_quarantine ORDER BY 1").concat();
    assert_eq!(bad, [r#"{"JPY":{"mid": "x"}}"#, r#"{"USD":{"mid": "x"}}"#, r#"{"ZAR":{"mid": NaN}}"#]);
}

#[tokio::test]
async fn verify_checks_the_members() {
    let server = Server::start(|_| {
        Reply::json(
            json!({ "data": { "rates": { "EUR": { "mid": 1, "name": "Euro" }, "USD": { "mid": null, "new": 1 } } } }),
        )
    });
    let report = client(&server).verify().only(["rates"]).await.expect("a report");
    let text = report.to_string();
    assert!(
        text.contains("`mid`") && text.contains("`new`") && !text.contains("row key") && !text.contains("currency"),
        "{text}"
    );
}
