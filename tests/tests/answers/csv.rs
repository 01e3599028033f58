//! CSV: cells by the types of their fields, columns by name or by order, and errors by line and column.

use declarest::{Error, ErrorKind};
use declarest_tests::{Database, Reply, Server};

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    retry(max_retries = 1, backoff_factor = 0.01),
    resource_defaults(paginator = single_page, primary_key = id, rename_all = "camelCase")
)]
mod api {
    use declarest::Json;
    use declarest::jiff::Timestamp;
    use declarest::jiff::civil::Date;

    #[resource(name = orders, path = "/orders", format = csv)]
    #[derive(Debug, PartialEq)]
    pub struct Order {
        pub id: u64,
        pub zip_code: String,
        pub total: f64,
        pub paid: bool,
        pub placed_at: Timestamp,
        pub day: Option<Date>,
        pub count: Option<i32>,
        pub note: Option<String>,
        pub tags: Option<Vec<String>>,
        pub raw: Option<Json>,
        pub part: Option<Part>,
        pub kind: Option<Kind>,
        #[column(format = epoch_seconds)]
        pub seen: Option<Timestamp>,
        #[column(skip)]
        pub internal: Option<i64>,
    }

    #[nested]
    #[derive(Debug, PartialEq)]
    pub struct Part {
        pub n: u8,
    }

    #[nested]
    #[derive(Debug, PartialEq)]
    pub enum Kind {
        #[serde(rename = "1")]
        One,
        #[other]
        Other(String),
    }

    #[resource(
        name = plain, path = "/plain", format = csv(delimiter = ";", quote = "'", comment = "#", header = false),
        paginator = page_number(limit_param = "n", limit = 2), on_bad_row = quarantine,
    )]
    #[derive(Debug, PartialEq)]
    pub struct Plain {
        pub id: u64,
        pub name: String,
    }

    #[resource(name = unquoted, path = "/unquoted", format = csv(quote = none, delimiter = "\""))]
    #[derive(Debug, PartialEq)]
    pub struct Unquoted {
        pub id: u64,
        pub name: String,
    }

    #[resource(name = measured, path = "/measured", format = csv(quote = none))]
    #[derive(Debug, PartialEq)]
    pub struct Measured {
        pub id: u64,
        pub name: String,
        pub size: Option<String>,
    }

    #[resource(name = rest, path = "/rest", format = csv(delimiter = "\t"))]
    #[derive(Debug)]
    pub struct Rest {
        pub id: u64,
        #[serde(flatten)]
        pub others: declarest::Extra,
    }

    #[resource(name = by_serde, path = "/serde", format = csv)]
    #[derive(Debug, PartialEq)]
    pub struct BySerde {
        #[serde(alias = "ID")]
        pub id: u64,
        #[serde(rename = "amount in EUR", deserialize_with = "german")]
        pub amount: f64,
        #[serde(default)]
        pub left_out: u8,
    }

    fn german<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        text.replace(',', ".").parse().map_err(serde::de::Error::custom)
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("a client")
}

fn csv(body: impl Into<Vec<u8>>) -> Server {
    let body = body.into();
    Server::start(move |_| Reply::status(200).header("Content-Type", "text/csv").body(body.clone()))
}

const HEADER: &str = "id,zipCode,total,paid,placedAt,day,count,note,tags,raw,part,kind,seen,internal";

fn says(error: &Error, parts: &[&str]) {
    let text = format!("{error:#}");
    assert_eq!(error.kind(), ErrorKind::Decode, "{text}");
    for part in parts {
        assert!(text.contains(part), "{part:?} in: {text}");
    }
}

#[tokio::test]
async fn cells_are_read_by_the_types_of_their_fields() {
    let first = r#"1,00501,1.50,TRUE,2024-01-02T03:04:05Z,2024-01-02,007,"a ""b""
,c","[""x"",
""y""]",{},"{""n"": 3}",1,1700000000,5"#;
    let second = "\r\n2,,.5,0,2024-01-02T03:04:05Z,,,,,,,,,\r\n";
    let server = csv(format!("\u{feff}{HEADER}\r\n{first}{second}"));
    let rows = client(&server).orders().await.expect("rows");
    let [one, two] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((one.id, &*one.zip_code, one.total, one.paid, one.count), (1, "00501", 1.5, true, Some(7)));
    assert_eq!((one.note.as_deref(), one.day.is_some(), one.internal), (Some("a \"b\"\n,c"), true, Some(5)));
    assert_eq!(one.tags.as_deref(), Some(&["x".to_owned(), "y".to_owned()][..]));
    assert_eq!(one.raw.as_ref().map(declarest::Json::get), Some("{}"));
    assert_eq!((&one.part, &one.kind), (&Some(api::Part { n: 3 }), &Some(api::Kind::One)));
    assert_eq!(one.seen.map(declarest::jiff::Timestamp::as_second), Some(1_700_000_000));
    assert_eq!((two.id, &*two.zip_code, two.total, two.paid), (2, "", 0.5, false));
    assert_eq!((&two.day, two.count, &two.note, &two.tags, &two.raw), (&None, None, &None, &None, &None));
    assert_eq!((&two.part, &two.kind, two.seen, two.internal), (&None, &None, None, None));
    assert_eq!(server.requests()[0].header("accept"), Some("text/csv, */*;q=0.9"));

    let database = Database::new();
    let report = client(&server).sync(&mut database.open()).only(["orders"]).await.expect("a sync");
    assert_eq!(report.resource("orders").map(|orders| (orders.rows, orders.drift.len())), Some((2, 0)));
    assert_eq!(database.query("SELECT zip_code, note, tags FROM orders")[0], ["00501", "a \"b\"\n,c", "[\"x\",\"y\"]"]);
    let report = client(&server).verify().only(["orders"]).await.expect("a report");
    let orders = report.resource("orders").expect("its report");
    assert_eq!((orders.rows, orders.differences.len()), (2, 0), "{report}");
}

#[tokio::test]
async fn without_quotes_a_quote_is_a_sign_like_others() {
    let server = csv("id,name,size\n1,\"a,5\"\n2,a\"b,\"\n3,,");
    let rows = client(&server).measured().await.expect("rows");
    let row =
        |id, name: &str, size: Option<&str>| api::Measured { id, name: name.to_owned(), size: size.map(str::to_owned) };
    assert_eq!(rows, [row(1, "\"a", Some("5\"")), row(2, "a\"b", Some("\"")), row(3, "", None)]);
    let rows = client(&csv("id\"name\n1\"a")).unquoted().await.expect("rows");
    assert_eq!(rows, [api::Unquoted { id: 1, name: "a".to_owned() }]);
}

#[tokio::test]
async fn a_scan_reads_cells_into_columns() {
    let server = csv("id\tnew\n1\tx\n2\t\n");
    let mut batches = client(&server).scan("rest").expect("a scan").batches();
    let batch = batches.next().await.expect("a batch").expect("rows");
    let rows: Vec<String> = batch.rows().map(|row| format!("{:?}", row.values().collect::<Vec<_>>())).collect();
    assert!(rows[0].contains("Unsigned(1)") && rows[0].contains(r#"{\"new\":\"x\"}"#), "{rows:?}");
    let rows = client(&server).rest().await.expect("rows");
    assert_eq!(rows[0].others.get("new").map(declarest::Json::get), Some("\"x\""));
}

#[tokio::test]
async fn without_a_header_the_fields_are_the_columns() {
    let server = Server::start(|request| {
        Reply::status(200).body(match request.param("page") {
            Some("1") => "# made by hand\n1;'a;''b'\n2;c\n",
            Some("2") => "3;d\n4\n5;e;f\n6;'g'h\n7;i\n",
            _ => "# nothing\n",
        })
    });
    let rows = client(&server).plain().await.expect("rows");
    let rows: Vec<_> = rows.iter().map(|row| (row.id, row.name.as_str())).collect();
    assert_eq!(rows, [(1, "a;'b"), (2, "c"), (3, "d"), (7, "i")]);
    let database = Database::new();
    let report = client(&server).sync(&mut database.open()).only(["plain"]).await.expect("a sync");
    assert_eq!(report.resource("plain").map(|plain| (plain.rows, plain.quarantined)), Some((7, 3)));
    let aside = database.query("SELECT row, error FROM _declarest_quarantine ORDER BY error");
    assert_eq!(aside[0], ["4", "line 2: 1 cell, and there are fields for 2"]);
    assert_eq!(aside[1], ["5;e;f", "line 3: 3 cells, and there are fields for 2"]);
    assert_eq!(aside[2], ["6;'g'h", "line 4: there is text after a closing quote"]);
}

#[tokio::test]
async fn names_are_those_that_serde_reads() {
    let rows = client(&csv("amount in EUR,ID\n\"1,5\",1\n15,2\n")).by_serde().await.expect("rows");
    let rows: Vec<_> = rows.iter().map(|row| (row.id, row.amount, row.left_out)).collect();
    assert_eq!(rows, [(1, 1.5, 0), (2, 15.0, 0)]);
}

#[tokio::test]
async fn errors_name_line_and_column() {
    let row = "1,a,1,1,2024-01-02T03:04:05Z,,,,,,,,,";
    let of = |rows: &str| format!("{HEADER}\n{rows}");
    for (body, parts) in [
        (of(&format!("{row}\n\nx{row}\n")), &["line 4, `id`: expected u64, found string \"x1\""][..]),
        (of(&row.replace(",1,1,", ",1,yes,")), &["line 2, `paid`: expected a boolean, found string \"yes\""]),
        (of(&row.replace(",1,1,", ",,1,")), &["line 2, `total`: expected f64, found null", "`Option<…>`"]),
        (of(&format!("{row}\n1,2\n{row}\n")), &["line 3: 2 cells, and the header names 14", "`delimiter`"]),
        (of(&format!("{row}\n1,2")), &["line 3: the body ends within a record: 2 cells", "cut off"]),
        (of(&format!("{row}\n1,\"2{row}\n")), &["line 3: the body ends within a record: a quote is not closed"]),
        ("id,id\n1,2\n".to_owned(), &["line 1: two columns are called `id`"]),
        ("<html>\n".to_owned(), &["line 1: no field has the name of a column; the columns are `<html>`"]),
        ("id;zipCode\n".to_owned(), &["no field has the name of a column", "`delimiter`"]),
        ("id,total\n1,2\n".to_owned(), &["line 2, `$`: expected the field `zipCode`, found the keys `id`, `total`"]),
        (String::new(), &["no header line", "`missing_rows = empty`"]),
    ] {
        let error = client(&csv(body.clone())).orders().await.expect_err(&body);
        says(&error, parts);
    }
    let error = client(&csv(b"id\tname\n1\t\xE9\n".to_vec())).rest().await.expect_err("Latin 1");
    says(&error, &["line 2: the cell of `name` is not UTF-8", "ask the API for it"]);
    let error = client(&csv(b"\xFF\xFEi\0".to_vec())).rest().await.expect_err("UTF-16");
    says(&error, &["the body is in UTF-16"]);
    assert_eq!(client(&csv("id\n")).rest().await.expect("no rows").len(), 0);
}

#[tokio::test]
async fn a_cut_body_is_asked_for_again() {
    let whole = "id\n1\n2\n";
    let server = Server::start(move |request| match request.nth {
        1 => Reply::cut(whole.len(), [declarest_tests::Step::Send(b"id\n1\n".to_vec())]),
        _ => Reply::status(200).body(whole),
    });
    assert_eq!(client(&server).rest().await.expect("rows").len(), 2);
    assert_eq!(server.count(), 2);
}
