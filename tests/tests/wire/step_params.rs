//! Functions of processing steps that take the params of the client.

use declarest::jiff::Timestamp;
use declarest_tests::{Database, Reply, Server};
use serde_json::json;

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(step_params_token)),
    params(
        region: String, least: i64 = 2, account: Option<u64>, symbols: Vec<String> = ["a", "b"], since: Timestamp = "2024-01-01",
        tags: Option<Vec<String>>, r#type: bool = true,
    ),
    retry(max_retries = 0),
    resource_defaults(paginator = single_page),
)]
mod market {
    use declarest::jiff::Timestamp;

    /// All three, in the module.
    #[resource(name = trades, path = "/trades", filter = large, map = placed, yield_map = for_symbols, primary_key = (id, symbol))]
    pub struct Trade {
        pub id: i64,
        #[serde(default)]
        pub symbol: String,
        #[serde(default)]
        pub place: String,
    }

    fn large(trade: &Trade, params: &Params) -> bool {
        trade.id >= params.least && params.r#type
    }

    fn placed(mut trade: Trade, params: &Params) -> Trade {
        trade.place = format!("{} {:?} {:?} {}", params.region, params.account, params.tags, params.since);
        trade
    }

    #[expect(clippy::needless_pass_by_value, reason = "what `yield_map` takes")]
    fn for_symbols(trade: Trade, params: &Params) -> impl Iterator<Item = Trade> + use<> {
        let made = |symbol: String| Trade { id: trade.id, symbol, place: trade.place.clone() };
        params.symbols.iter().cloned().map(made).collect::<Vec<_>>().into_iter()
    }

    /// Elsewhere: some take the params, and some do not.
    #[resource(name = quotes, path = "/quotes", filter = super::elsewhere::keep, map = super::elsewhere::change, yield_map = super::elsewhere::once)]
    pub struct Quote {
        pub id: i64,
    }

    /// One beside another.
    #[resource(name = ticks, path = "/ticks", map = ten_times, filter = self::large_tick, yield_map = Some)]
    pub struct Tick {
        pub id: i64,
    }

    fn ten_times(mut tick: Tick) -> Tick {
        tick.id *= 10;
        tick
    }

    fn large_tick(tick: &Tick, params: &Params) -> bool {
        tick.id > params.least * 10
    }
}

mod elsewhere {
    use super::market::{Params, Quote};

    pub(super) fn keep(quote: &Quote, params: &Params) -> bool {
        quote.id != params.least
    }

    pub(super) fn change(mut quote: Quote) -> Quote {
        quote.id += 1;
        quote
    }

    pub(super) fn once(quote: Quote, params: &Params) -> Option<Quote> {
        (params.region != "none").then_some(quote)
    }
}

/// A module whose own type has the name, and none of whose functions takes the struct.
#[declarest::source(base_url = "http://127.0.0.1:9", auth = none, params(region: String), resource_defaults(paginator = single_page))]
mod own {
    pub struct Params;

    #[resource(name = rows, path = "/{region}", filter = super::own_keep)]
    pub struct Row {
        pub id: i64,
    }
}

fn own_keep(row: &own::Row) -> bool {
    let _ = own::Params;
    row.id != 2
}

fn server() -> Server {
    Server::start(|_| Reply::json(json!([{ "id": 1 }, { "id": 2 }, { "id": 3 }])))
}

fn builder(server: &Server) -> market::ClientBuilder {
    market::Client::builder().base_url(server.base_url()).step_params_token("t0k3n")
}

#[tokio::test]
async fn functions_take_the_params_of_their_client() {
    let server = server();
    let first = builder(&server).region("eu").build().expect("a client");
    let second =
        builder(&server).region("us").least(3).account(7).symbols(["x"]).tags(["t"]).build().expect("a client");
    let shown = |trades: Vec<market::Trade>| -> Vec<String> {
        trades.into_iter().map(|trade| format!("{} {} {}", trade.id, trade.symbol, trade.place)).collect()
    };
    let none = "eu None None 2024-01-01T00:00:00Z";
    assert_eq!(
        shown(first.trades().await.expect("rows")),
        [format!("2 a {none}"), format!("2 b {none}"), format!("3 a {none}"), format!("3 b {none}")]
    );
    assert_eq!(shown(second.trades().await.expect("rows")), [r#"3 x us Some(7) Some(["t"]) 2024-01-01T00:00:00Z"#]);
}

#[tokio::test]
async fn a_function_that_the_module_does_not_show_may_take_them_or_not() {
    let server = server();
    let ids = |quotes: Vec<market::Quote>| quotes.into_iter().map(|quote| quote.id).collect::<Vec<_>>();
    let client = builder(&server).region("eu").build().expect("a client");
    assert_eq!(ids(client.quotes().await.expect("rows")), [2, 4]);
    let client = builder(&server).region("none").build().expect("a client");
    assert_eq!(ids(client.quotes().await.expect("rows")), [0; 0]);
    let ticks: Vec<_> = client.ticks().await.expect("rows").into_iter().map(|tick| tick.id).collect();
    assert_eq!(ticks, [30]);
    let client = own::Client::builder().base_url(server.base_url()).region("eu").build().expect("a client");
    assert_eq!(client.rows().await.expect("rows").len(), 2);
}

#[tokio::test]
async fn a_sync_and_a_scan_process_rows_with_them() {
    let server = server();
    let database = Database::new();
    let client = builder(&server).region("eu").least(3).build().expect("a client");
    client.sync(&mut database.open()).only(["trades"]).await.expect("a report");
    let ids: Vec<_> = database.query("SELECT id || symbol FROM trades ORDER BY 1").into_iter().flatten().collect();
    assert_eq!(ids, ["3a", "3b"]);
    assert!(client.scan("ticks").expect("a scan").batches().next().await.is_none(), "none is large");
}

#[test]
fn they_hold_no_secrets() {
    let params = market::Params {
        region: "eu".into(),
        least: 1,
        account: None,
        symbols: Vec::new(),
        since: Timestamp::UNIX_EPOCH,
        tags: None,
        r#type: true,
    };
    let shown = "Params { region: \"eu\", least: 1, account: None, symbols: [], since: 1970-01-01T00:00:00Z, tags: None, type: true }";
    assert_eq!(format!("{params:?}"), shown);
}
