//! Resources that are read once for each value of their partitions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use declarest::{ColumnType, ColumnValue, ErrorKind};
use declarest_tests::{Database, Reply, Request, Server, until};
use serde_json::{Value, json};

/// Prices of zones and years.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 0),
    concurrency = 2,
    resource_defaults(
        data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 2, total_path = "total"),
    ),
)]
mod market {
    #[resource(
        name = prices, path = "/zones/{zone}/prices", params(year = "{year}"),
        partition_by(zone in ["DE", "a/b"], year in [2023, 2024]), include_partition(zone, year),
        primary_key = (id, _zone, _year),
    )]
    pub struct Price {
        pub id: u32,
    }

    #[resource(name = zones, path = "/zones", primary_key = id, paginator = single_page, selected = false)]
    pub struct Zone {
        pub id: String,
    }

    #[resource(
        name = readings, path = "/zones/{resources.zones.id}/readings", params(kind = "{kind}"), selected = false,
        partition_by(kind in ["hot", "cold"]), include_partition(kind), include_from_parent(id),
        write_disposition = append,
    )]
    pub struct Reading {
        pub id: u32,
    }

    #[resource(
        name = orders, path = "/orders", method = POST, headers("X-Region" = "region {region}"),
        json = { "shard": shard, "text": "of {shard}" }, partition_by(region in ["n", "s"], shard in [0.5, 2]),
        paginator = single_page, selected = false,
    )]
    pub struct Order {
        pub id: u32,
    }

    #[resource(
        name = trades, path = "/trades", params(zone = zone), partition_by(zone in ["A", "B"]),
        include_partition(zone), incremental(cursor = at, start_param = "since"), write_disposition = append,
        primary_key = (id, _zone), paginator = single_page, selected = false,
    )]
    pub struct Trade {
        pub id: u32,
        pub at: i64,
    }

    #[resource(
        name = events, path = "/events", params(zone = "{zone}"), partition_by(zone in ["A", "B"]), selected = false,
        incremental(cursor = at, start_param = "from", end_param = "to"), result_window = 4, primary_key = id,
    )]
    pub struct Event {
        pub id: u32,
        pub at: i64,
    }
}

/// Quotes of the symbols that the client is built with.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    params(symbols: Vec<String>, depths: Vec<u32> = [1, 5]),
    retry(max_retries = 0),
    resource_defaults(paginator = single_page),
)]
mod quotes {
    #[resource(
        name = quotes, path = "/quotes/{symbol}", params(depth = "{depth}"),
        partition_by(symbol in symbols, depth in depths), include_partition(symbol, depth),
        primary_key = (_symbol, _depth),
    )]
    pub struct Quote {
        pub price: f64,
    }
}

fn market(server: &Server) -> market::Client {
    market::Client::builder().base_url(server.base_url()).build().expect("a client")
}

/// The page of two that is asked for.
fn page(request: &Request, rows: &[Value]) -> Reply {
    let from = usize::try_from((request.number("p").unwrap_or(1) - 1) * 2).expect("small");
    Reply::json(json!({ "total": rows.len(), "items": rows.iter().skip(from).take(2).collect::<Vec<_>>() }))
}

fn ids(ids: impl IntoIterator<Item = u64>) -> Vec<Value> {
    ids.into_iter().map(|id| json!({ "id": id })).collect()
}

fn text(value: &ColumnValue<'_>) -> String {
    match value {
        ColumnValue::Text(text) => text.to_string(),
        ColumnValue::Integer(number) => number.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Three prices for each zone and year, whose ids say which.
fn price(request: &Request) -> Reply {
    let first = match (request.path.as_str(), request.number("year")) {
        ("/zones/DE/prices", Some(2023)) => 10,
        ("/zones/DE/prices", Some(2024)) => 20,
        ("/zones/a%2Fb/prices", Some(2023)) => 30,
        ("/zones/a%2Fb/prices", Some(2024)) => 40,
        _ => return Reply::status(404),
    };
    page(request, &ids(first..first + 3))
}

const ALL: [u32; 12] = [10, 11, 12, 20, 21, 22, 30, 31, 32, 40, 41, 42];

#[tokio::test]
async fn a_fetch_reads_each_combination_in_the_declared_order() {
    let server = Server::start(price);
    let client = market(&server);
    let ids = |rows: Vec<market::Price>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(client.prices().await.expect("rows")), ALL);
    assert_eq!(server.count(), 8, "two pages each");
    // Narrowed to some of the values, as they are given.
    assert_eq!(ids(client.prices().zone("a/b").year(2024).await.expect("rows")), [40, 41, 42]);
    assert_eq!(
        ids(client.prices().year([2024, 2023, 2024]).zone(["DE"]).await.expect("rows")),
        [20, 21, 22, 10, 11, 12]
    );
    assert_eq!(ids(client.prices().zone(None::<&str>).year(Some(2023)).await.expect("rows")).len(), 6);
    assert_eq!(ids(client.prices().zone(vec!["DE".to_owned()]).concurrency(9).await.expect("rows")).len(), 6);
    let before = server.count();
    let first = client.prices().first_page().await.expect("a page");
    assert_eq!((first.len(), first.total, server.count() - before), (2, Some(3), 1));
}

#[tokio::test]
async fn what_is_no_value_of_a_partition_is_refused_before_a_request() {
    let server = Server::start(price);
    let client = market(&server);
    let error = client.prices().zone(["DE", "XX"]).await.err().expect("no such zone");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Config, Some("prices")));
    assert!(error.message().contains(r#"`zone` is narrowed to "XX""#), "{error}");
    assert!(error.help().is_some_and(|help| help.contains(r#""DE", "a/b""#)), "{error}");
    let none: [&str; 0] = [];
    let error = client.prices().zone(none).await.err().expect("nothing to read");
    assert!(error.message().contains("no value at all"), "{error}");
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn an_error_in_one_partition_ends_the_walk() {
    let server = Server::start(|request| match request.number("year") {
        Some(2024) => Reply::status(500),
        _ => price(request),
    });
    let mut pages = market(&server).prices().pages();
    let mut rows = 0;
    let error = loop {
        match pages.next().await.expect("no end before the error") {
            Ok(page) => rows += page.len(),
            Err(error) => break error,
        }
    };
    assert_eq!((rows, error.status()), (3, Some(500)));
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn values_stand_wherever_a_param_may() {
    let server = Server::start(|_| Reply::json(json!({ "items": [] })));
    market(&server).orders().await.expect("rows");
    let sent = server.requests().into_iter().map(|request| {
        let body: Value = serde_json::from_str(&request.body).expect("JSON");
        (request.header("x-region").unwrap_or_default().to_owned(), body)
    });
    let mut sent: Vec<_> = sent.collect();
    sent.sort_by_key(|(region, body)| format!("{region} {body}"));
    let body = |shard: f64, text: &str| json!({ "shard": shard, "text": text });
    let of = |region: &str| [(region.to_owned(), body(0.5, "of 0.5")), (region.to_owned(), body(2.0, "of 2.0"))];
    assert_eq!(sent, [of("region n"), of("region s")].concat());
}

#[tokio::test]
async fn a_sync_reads_each_combination_and_stores_its_values() {
    let server = Server::start(price);
    let database = Database::new();
    let report = market(&server).sync(&mut database.open()).await.expect("a report");
    let prices = report.resource("prices").expect("read");
    assert_eq!((prices.rows, prices.expected, prices.pages, prices.distinct_keys), (12, Some(12), 8, 12));
    let rows = database.query("SELECT id, _zone, _year FROM prices ORDER BY id");
    let zone = |id: u32| if id < 30 { "DE" } else { "a/b" };
    let year = |id: u32| if id / 10 % 2 == 1 { "2023" } else { "2024" };
    let expected: Vec<_> =
        ALL.iter().map(|id| vec![id.to_string(), zone(*id).to_owned(), year(*id).to_owned()]).collect();
    assert_eq!(rows, expected);
    let types =
        database.query("SELECT type FROM pragma_table_info('prices') WHERE name IN ('_zone', '_year')").concat();
    assert_eq!(types, ["TEXT", "INTEGER"]);
    assert_eq!(database.state(), Vec::<Vec<String>>::new());
    let report = market(&server).sync(&mut database.open()).await.expect("a report");
    assert_eq!(report.resource("prices").map(|prices| (prices.inserted, prices.updated)), Some((0, 0)));
}

#[tokio::test]
async fn equal_keys_of_two_partitions_are_not_missing_rows() {
    // Without its partitions in the key, a row of each is the same one.
    let server = Server::start(|request| page(request, &ids([1, 2, 3])));
    let database = Database::new();
    let report = market(&server).sync(&mut database.open()).only(["prices"]).await.expect("a report");
    let prices = report.resource("prices").expect("read");
    assert_eq!((prices.rows, prices.distinct_keys, prices.repeated), (12, 12, 0));
}

#[tokio::test]
async fn a_resumed_sync_goes_on_with_the_partitions_that_were_not_read() {
    for failing in 0..8 {
        let fails = Arc::new(AtomicU64::new(failing));
        let flag = Arc::clone(&fails);
        let server = Server::start(move |request| {
            let year = request.number("year").unwrap_or(0) - 2023;
            let zone = u64::from(request.path.contains("a%2Fb"));
            let page = request.number("p").unwrap_or(1) - 1;
            if flag.load(SeqCst) == zone * 4 + year * 2 + page { Reply::status(500) } else { price(request) }
        });
        let (database, client) = (Database::new(), market(&server));
        let error = client.sync(&mut database.open()).concurrency(1).await.expect_err("a page fails");
        assert_eq!(error.status(), Some(500));
        let (written, before) = (database.count("prices"), server.count());
        fails.store(99, SeqCst);
        let report = client.sync(&mut database.open()).concurrency(1).await.expect("a report");
        assert_eq!(database.count("prices"), 12, "page {failing} failed");
        assert_eq!(report.resource("prices").map(|prices| (prices.rows, prices.expected)), Some((12, Some(12))));
        assert_eq!(written, failing / 2 * 3 + failing % 2 * 2);
        assert_eq!((server.count() - before) as u64, 8 - failing, "what was read is not asked for again");
    }
}

#[tokio::test]
async fn a_sync_that_is_dropped_loses_and_doubles_nothing() {
    let held = Arc::new(AtomicU64::new(1));
    let flag = Arc::clone(&held);
    let server = Server::start(move |request| match request.path.as_str() {
        "/zones" => Reply::json(json!({ "items": [{ "id": "x" }, { "id": "y" }, { "id": "" }, { "id": ".." }] })),
        "/zones/y/readings" if request.param("kind") == Some("cold") => {
            let flag = Arc::clone(&flag);
            page(request, &ids([7])).when(move |_| flag.load(SeqCst) == 0)
        }
        _ => page(request, &ids([1, 2, 3])),
    });
    let (database, client) = (Database::new(), market(&server));
    {
        let mut destination = database.open();
        let sync = client.sync(&mut destination).only(["readings"]).concurrency(1);
        let held = until("the last partition is asked for", || server.count() >= 8);
        tokio::select! {
            report = std::future::IntoFuture::into_future(sync) => panic!("it has ended: {report:?}"),
            () = held => {}
        }
    }
    held.store(0, SeqCst);
    let report = client.sync(&mut database.open()).only(["readings"]).concurrency(1).await.expect("a report");
    let readings = report.resource("readings").expect("read");
    assert_eq!((readings.parents_with_bad_value, readings.parents_without_value), (1, 2), "`..`, and the empty one");
    let rows = database.query("SELECT _zones_id || ' ' || _kind || ' ' || id FROM readings ORDER BY 1").concat();
    let all = [
        "x cold 1", "x cold 2", "x cold 3", "x hot 1", "x hot 2", "x hot 3", "y cold 7", "y hot 1", "y hot 2",
        "y hot 3",
    ];
    assert_eq!(rows, all);
}

#[tokio::test]
async fn rows_that_are_new_in_one_partition_are_not_those_that_are_known_in_another() {
    let late = Arc::new(AtomicU64::new(0));
    let flag = Arc::clone(&late);
    let server = Server::start(move |request| {
        let is_late = flag.load(SeqCst) == 1;
        let row = json!({ "id": 1, "at": 5 });
        let rows = if is_late || request.param("zone") == Some("A") { vec![row] } else { Vec::new() };
        Reply::json(json!({ "items": rows }))
    });
    let (database, client) = (Database::new(), market(&server));
    client.sync(&mut database.open()).only(["trades"]).await.expect("a report");
    assert_eq!(database.count("trades"), 1);
    late.store(1, SeqCst);
    client.sync(&mut database.open()).only(["trades"]).await.expect("a report");
    assert_eq!(database.query("SELECT id, _zone FROM trades ORDER BY _zone"), [["1", "A"], ["1", "B"]]);
    client.sync(&mut database.open()).only(["trades"]).await.expect("a report");
    assert_eq!(database.count("trades"), 2);
}

#[tokio::test]
async fn a_position_moves_only_when_all_partitions_are_read() {
    let fails = Arc::new(AtomicU64::new(1));
    let flag = Arc::clone(&fails);
    let server = Server::start(move |request| match request.param("zone") {
        Some("B") if flag.load(SeqCst) == 1 => Reply::status(500),
        zone => Reply::json(json!({ "items": [{ "id": 1, "at": if zone == Some("A") { 9 } else { 3 } }] })),
    });
    let (database, client) = (Database::new(), market(&server));
    client.sync(&mut database.open()).only(["trades"]).concurrency(1).await.expect_err("B fails");
    fails.store(0, SeqCst);
    client.sync(&mut database.open()).only(["trades"]).concurrency(1).await.expect("a report");
    let asked: Vec<_> = server.requests().iter().map(|request| request.number("since")).collect();
    assert!(asked.iter().all(Option::is_none), "{asked:?}");
    assert_eq!(database.count("trades"), 2, "the row of B is older than that of A");
}

#[tokio::test]
async fn windows_are_those_of_each_partition() {
    let server = Server::start(|request| {
        let rows = match request.param("zone") {
            Some("A") => 0..9_u64,
            _ => 20..23,
        };
        let (from, to) = (request.number("from").unwrap_or(0), request.number("to").unwrap_or(u64::MAX));
        let rows: Vec<_> = rows.filter(|at| (from..to).contains(at)).map(|at| json!({ "id": at, "at": at })).collect();
        let page = request.number("p").unwrap_or(1);
        let from = usize::try_from((page - 1) * 2).expect("small");
        assert!(page <= 2, "past the window");
        Reply::json(json!({ "total": rows.len(), "items": rows.iter().skip(from).take(2).collect::<Vec<_>>() }))
    });
    let (database, client) = (Database::new(), market(&server));
    assert_eq!(client.events().await.expect("rows").len(), 12);
    let report = client.sync(&mut database.open()).only(["events"]).await.expect("a report");
    assert_eq!(report.resource("events").map(|events| (events.rows, events.expected)), Some((12, Some(12))));
    assert_eq!(database.count("events"), 12);
}

#[tokio::test]
async fn a_scan_has_partitions_as_params_and_columns() {
    let server = Server::start(price);
    let client = market(&server);
    let scan = client.scan("prices").expect("a scan");
    let params: Vec<_> =
        scan.params().iter().map(|param| (param.name, param.kind, param.list, param.required)).collect();
    assert_eq!(params, [("zone", ColumnType::Text, true, false), ("year", ColumnType::Integer, true, false)]);
    let columns: Vec<_> = scan.schema().columns.iter().map(|column| column.name.clone()).collect();
    assert_eq!(columns, ["id", "_zone", "_year"]);
    let narrowed = scan.clone().param("zone", "a/b").and_then(|scan| scan.param_list("year", [2024]));
    for (scan, expected) in [
        (scan.clone().project(["_year", "id"]), "2023 10, 2023 11, 2023 12, 2024 20, 2024 21"),
        (narrowed.and_then(|scan| scan.project(["_zone", "id"])), "a/b 40, a/b 41, a/b 42"),
    ] {
        let mut batches = scan.expect("a scan").limit(5).batches();
        let mut rows = Vec::new();
        while let Some(batch) = batches.next().await {
            let batch = batch.expect("a batch");
            rows.extend(batch.rows().map(|row| format!("{} {}", text(&row.get(0)), text(&row.get(1)))));
        }
        assert_eq!(rows.join(", "), expected);
    }
    let error = scan.param("year", "2024").expect_err("a text");
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[tokio::test]
async fn a_verification_looks_at_partitions_until_one_has_rows() {
    let server = Server::start(|request| match request.param("zone") {
        Some("A") => Reply::json(json!({ "items": [] })),
        _ => Reply::json(json!({ "items": [{ "id": "no number", "at": 1 }] })),
    });
    let report = market(&server).verify().only(["trades"]).await.expect("a report");
    assert!(report.to_string().contains("no number"), "{report}");
    assert_eq!(server.count(), 2);
}

fn quotes(server: &Server, symbols: &[&str]) -> quotes::Client {
    let builder = quotes::Client::builder().base_url(server.base_url()).symbols(symbols.iter().copied());
    builder.build().expect("a client")
}

#[tokio::test]
async fn the_values_of_a_client_param_are_those_of_a_partition() {
    let server = Server::start(|request| {
        let symbol = request.path.trim_start_matches("/quotes/").len();
        Reply::json(json!([{ "price": symbol }]))
    });
    let database = Database::new();
    let report = quotes(&server, &["A", "BB", "A", "C/D"]).sync(&mut database.open()).await.expect("a report");
    assert_eq!(report.resource("quotes").map(|quotes| quotes.rows), Some(6), "a value that is given twice is one");
    let rows = database.query("SELECT _symbol || ' ' || _depth || ' ' || price FROM quotes ORDER BY 1").concat();
    assert_eq!(rows, ["A 1 1.0", "A 5 1.0", "BB 1 2.0", "BB 5 2.0", "C/D 1 5.0", "C/D 5 5.0"]);
    let some = quotes(&server, &["A", "BB"]).quotes().symbol("BB").depth(5).await.expect("rows");
    assert_eq!(some.len(), 1);
    let before = server.count();
    for (symbols, says) in
        [(&[][..], "the client's `symbols`"), (&["A", ".."][..], "another path"), (&[""][..], "another path")]
    {
        let client = quotes(&server, symbols);
        let errors = [client.quotes().await.err(), client.sync(&mut Database::new().open()).await.err()];
        for error in errors {
            let error = error.expect("nothing to read");
            assert_eq!((error.kind(), error.resource()), (ErrorKind::Config, Some("quotes")));
            assert!(error.message().contains(says), "{error}");
        }
    }
    assert_eq!(server.count(), before);
}

#[tokio::test]
async fn another_list_of_values_begins_again() {
    let server = Server::start(|request| match request.path.as_str() {
        "/quotes/BAD" => Reply::status(500),
        _ => Reply::json(json!([{ "price": 1 }])),
    });
    let database = Database::new();
    let failing = quotes(&server, &["A", "B", "BAD"]);
    failing.sync(&mut database.open()).concurrency(1).await.expect_err("BAD fails");
    let before = server.count();
    let report = quotes(&server, &["C", "A", "B"]).sync(&mut database.open()).concurrency(1).await.expect("a report");
    assert_eq!((server.count() - before, report.resource("quotes").map(|quotes| quotes.rows)), (6, Some(6)));
    assert_eq!(database.count("quotes"), 6);
}
