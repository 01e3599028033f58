//! Code that is written once for all APIs: by `Source`, without any type of the declaration.

use std::env;
use std::fmt::Write as _;
use std::process::Command;

use declarest::{ColumnValue, ErrorKind, Source};

use crate::source::{api, assert_says, client, rows, server};

/// Three columns of a resource as CSV: knows nothing but names.
async fn csv(source: &dyn Source, resource: &str, columns: &[&str]) -> declarest::Result<String> {
    let scan = source.scan(resource)?.project(columns)?;
    let mut csv = scan.schema().columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(",");
    let mut batches = scan.batches();
    while let Some(batch) = batches.next().await {
        for row in batch?.rows() {
            let cells: Vec<_> = row.values().map(cell).collect();
            write!(csv, "\n{}", cells.join(",")).expect("a string takes all");
        }
    }
    Ok(csv)
}

fn cell(value: ColumnValue<'_>) -> String {
    match value {
        ColumnValue::Text(text) => text.into_owned(),
        ColumnValue::Unsigned(number) => number.to_string(),
        _ => String::new(),
    }
}

#[tokio::test]
async fn a_source_is_read_by_names_alone() {
    let server = server(2);
    let client = client(&server);
    let source: &dyn Source = &client;
    assert_eq!(
        csv(source, "items", &["line", "key", "name"]).await.expect("CSV"),
        "line,key,name\n1,k1,row 1\n2,k2,row 2"
    );
    assert_eq!(csv(source.client(), "odd", &["key"]).await.expect("CSV"), "key\nk1");
    let names: Vec<_> = source.resources().iter().map(ToString::to_string).collect();
    assert_eq!((source.name(), names.len(), &*names[0]), ("api", 11, "items"));
    assert_eq!(rows(client.scan(api::Resources::ITEMS).expect("by its constant").limit(1)).await.len(), 1);
}

#[test]
fn an_unknown_resource_is_refused_with_those_there_are() {
    let server = server(1);
    let error = client(&server).scan("item").expect_err("no such resource");
    assert_says(&error, &["the source `api` has no resource `item`", "did you mean `items`?", "`posts`, `comments`"]);
}

mod other {
    /// The same as below, but for one column.
    #[declarest::source(base_url = "http://127.0.0.1:9")]
    pub mod shop {
        #[resource(path = "/orders", params(state: Option<String>))]
        pub struct Order {
            pub id: i64,
            pub price: f64,
        }
    }
}

#[declarest::source(base_url = "http://127.0.0.1:9")]
pub mod shop {
    #[resource(path = "/orders", params(state: Option<String>))]
    pub struct Order {
        pub id: i64,
    }
}

fn fingerprint() -> String {
    shop::Client::builder().build().and_then(|client| client.fingerprint()).expect("a fingerprint")
}

#[test]
fn a_fingerprint_is_of_the_declaration_alone() {
    let other = other::shop::Client::builder().build().and_then(|client| client.fingerprint()).expect("a fingerprint");
    assert_ne!(fingerprint(), other);
    let elsewhere = shop::Client::builder().base_url("http://localhost:1").build().expect("a client");
    assert_eq!(fingerprint(), elsewhere.fingerprint().expect("a fingerprint"));
    assert_eq!(elsewhere.client().fingerprint().expect("a fingerprint"), fingerprint());
}

#[declarest::source(base_url = "http://127.0.0.1:9", auth = bearer(token = secret(shop_token)), params(tenant: String))]
pub mod tenants {
    #[resource(path = "/{tenant}/orders")]
    pub struct Order {
        pub id: i64,
    }
}

#[test]
fn what_a_client_was_built_with_has_a_fingerprint_without_its_secrets() {
    let of = |token: &str, tenant: &str, url: Option<&str>| {
        let builder = tenants::Client::builder().shop_token(token).tenant(tenant);
        let client = url.into_iter().fold(builder, tenants::ClientBuilder::base_url).build().expect("a client");
        client.client().settings_fingerprint().expect("a fingerprint")
    };
    let ours = of("one", "acme", None);
    assert_eq!(ours, of("another", "acme", None));
    for other in [of("one", "other", None), of("one", "acme", Some("http://localhost:1"))] {
        assert_ne!(ours, other);
    }
}

#[tokio::test]
async fn a_share_of_a_client_has_a_part_of_the_pages_at_a_time() {
    let server = server(1_000);
    let whole = client(&server);
    let pages = |programs| whole.client().share_of(programs).concurrency();
    assert_eq!([pages(0), pages(1), pages(2), pages(3), pages(9)], [4, 4, 2, 1, 1]);
    assert_eq!(rows(whole.client().share_of(3).scan("items").expect("a scan")).await.len(), 1_000);
    assert_eq!(server.most_in_flight(), 1);
}

#[test]
fn a_fingerprint_is_the_same_in_another_process() {
    let program = env::current_exe().expect("this program");
    let test = "generic::prints_the_fingerprint";
    let output = Command::new(program).args(["--exact", test, "--ignored", "--nocapture"]).output().expect("it runs");
    let output = String::from_utf8_lossy(&output.stdout);
    assert!(output.contains(&format!("fingerprint {}", fingerprint())), "{output}");
}

#[test]
#[ignore = "run by `a_fingerprint_is_the_same_in_another_process`, which reads what it prints"]
fn prints_the_fingerprint() {
    println!("fingerprint {}", fingerprint());
}

#[tokio::test]
async fn errors_of_requests_are_errors_of_the_stream() {
    let server = declarest_tests::Server::start(|_| declarest_tests::Reply::status(404));
    let mut batches = client(&server).scan("items").expect("a scan").batches();
    let error = batches.next().await.expect("an item").expect_err("not found");
    assert_eq!((error.kind(), error.resource(), error.page()), (ErrorKind::Status, Some("items"), Some(1)));
    assert!(batches.next().await.is_none());
}
