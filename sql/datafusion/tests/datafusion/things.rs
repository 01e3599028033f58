//! An API that filters and sorts its rows as its declaration says, over odd values.

use std::sync::Arc;

use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};
use declarest::jiff::civil::date;
use declarest::jiff::{Timestamp, ToSpan as _};
use declarest_datafusion::{Options, register};
use declarest_tests::{Reply, Request, Server};
use serde_json::{Value, json};

/// An API of things.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    retry(max_retries = 0),
    resource_defaults(
        data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 50, total_path = "total"),
    ),
)]
pub(crate) mod api {
    use declarest::jiff::Timestamp;

    /// A thing.
    #[resource(
        name = things, path = "/things", primary_key = id,
        params(
            kinds: Option<Vec<String>> (style = csv, filters kind),
            level: Option<i64> (filters level),
            min_level: Option<i64> (filters >= level),
            max_level: Option<i64> (filters <= level),
            below: Option<f64> (filters < score),
            open: Option<bool> (filters open),
            hint: Option<String> (filters note, inexact),
            updated_since: Option<Timestamp> (filters >= updated),
        ),
        incremental(cursor = created, start_param = "from", end_param = "to"),
        sorts(created = "sort=created", created desc = "sort=-created", id desc = "sort=-id"),
    )]
    pub(crate) struct Thing {
        pub(crate) id: u64,
        pub(crate) kind: Option<String>,
        pub(crate) level: Option<i64>,
        pub(crate) score: Option<f64>,
        pub(crate) open: bool,
        pub(crate) note: Option<String>,
        pub(crate) created: Timestamp,
        pub(crate) updated: Timestamp,
    }
}

/// How many things there are.
pub(crate) const THINGS: u64 = 333;

const KINDS: [Option<&str>; 9] =
    [Some("a"), Some("b"), Some("B"), Some("c d"), Some("é"), Some("x,y"), Some(""), Some(" lead"), None];

/// Each of another second and fraction.
fn moment(number: u64) -> Timestamp {
    let start = date(2024, 2, 28).at(22, 0, 0, 0).in_tz("UTC").expect("a time").timestamp();
    // Of no order: 101 and the number of things have no common factor.
    let place = i64::try_from(number * 101 % THINGS).expect("a small number");
    start + (place * 1_234).seconds() + ((place % 4) * 250).milliseconds()
}

fn thing(number: u64) -> Value {
    let pick = |salt: u64, of: u64| (number * 7_919 + salt * 104_729) / 13 % of;
    let kind = KINDS[usize::try_from(pick(1, 9)).expect("a small number")];
    let level = (pick(2, 8) > 0).then(|| i64::try_from(pick(3, 9)).expect("a small number") - 4);
    let score = (pick(4, 6) > 0).then(|| f64::from(u32::try_from(pick(5, 40)).expect("a small number")) / 4.0 - 3.0);
    let note = ["10%", "under_score", "Note", "note", "it's"].get(usize::try_from(pick(6, 6)).expect("a small number"));
    let updated = moment(pick(7, THINGS));
    json!({
        "id": number, "kind": kind, "level": level, "score": score, "open": pick(8, 3) > 0, "note": note,
        "created": moment(number), "updated": updated,
    })
}

/// What a server does with a text that is sent: trims it, and takes an empty one for none.
fn sent<'r>(request: &'r Request, param: &str) -> Option<&'r str> {
    request.param(param).map(str::trim).filter(|text| !text.is_empty())
}

fn matches(thing: &Value, request: &Request) -> bool {
    let number = |param| sent(request, param).map(|text| text.parse::<f64>().expect("a number"));
    let time = |param| sent(request, param).map(|text| text.parse::<Timestamp>().expect("a time"));
    let own = |field: &str| thing[field].as_f64();
    let own_time = |field: &str| thing[field].as_str().expect("a text").parse::<Timestamp>().expect("a time");
    let kinds = sent(request, "kinds").map(|list| list.split(',').map(str::trim).collect::<Vec<_>>());
    kinds.is_none_or(|kinds| thing["kind"].as_str().is_some_and(|kind| kinds.contains(&kind)))
        && number("level").is_none_or(|level| own("level") == Some(level))
        && number("min_level").is_none_or(|least| own("level").is_some_and(|level| level >= least))
        && number("max_level").is_none_or(|most| own("level").is_some_and(|level| level <= most))
        && number("below").is_none_or(|end| own("score").is_some_and(|score| score < end))
        && sent(request, "open").is_none_or(|open| thing["open"] == (open == "true"))
        // It finds what has the text in it, in either case.
        && sent(request, "hint").is_none_or(|hint| {
            thing["note"].as_str().is_some_and(|note| note.to_lowercase().contains(&hint.to_lowercase()))
        })
        && time("updated_since").is_none_or(|since| own_time("updated") >= since)
        && time("from").is_none_or(|from| own_time("created") >= from)
        && time("to").is_none_or(|to| own_time("created") < to)
}

fn reply(request: &Request) -> Reply {
    let mut items: Vec<Value> = (1..=THINGS).map(thing).filter(|thing| matches(thing, request)).collect();
    let created = |thing: &Value| thing["created"].as_str().map(|text| text.parse::<Timestamp>().expect("a time"));
    match request.param("sort") {
        Some("created") => items.sort_by_key(created),
        Some("-created") => items.sort_by_key(|thing| std::cmp::Reverse(created(thing))),
        Some("-id") => items.reverse(),
        _ => {}
    }
    let (number, size) = (request.number("p").unwrap_or(1), request.number("ps").unwrap_or(50));
    let skip = usize::try_from((number - 1) * size).expect("a small number");
    let page: Vec<_> = items.iter().skip(skip).take(usize::try_from(size).expect("a small number")).collect();
    Reply::json(json!({ "total": items.len(), "items": page }))
}

/// The API, a session that has its things, and the same as a copy in memory: tables `things` and `copy`.
pub(crate) struct Things {
    pub(crate) server: Server,
    pub(crate) ctx: SessionContext,
}

impl Things {
    pub(crate) async fn new(partitions: usize) -> Self {
        let server = Server::start(reply);
        let client = api::Client::builder().base_url(server.base_url()).build().expect("a client");
        let config = SessionConfig::new().with_target_partitions(partitions).with_option_extension(Options::default());
        let ctx = SessionContext::new_with_config(config);
        register(&ctx, &client).expect("it registers");
        let all = ctx.table("api.things").await.expect("a table");
        let schema = Arc::clone(all.schema().inner());
        let copy = MemTable::try_new(schema, vec![all.collect().await.expect("all things")]).expect("a table");
        ctx.register_table("copy", Arc::new(copy)).expect("it registers");
        Self { server, ctx }
    }
}
