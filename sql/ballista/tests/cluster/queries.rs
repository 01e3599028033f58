//! What a cluster answers, and who has asked for what.

use std::time::Duration;

use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::api::{Api, TOKEN, shop};
use crate::process::{Cluster, Setup};

pub(crate) async fn answer(session: &SessionContext, query: &str) -> datafusion::error::Result<String> {
    let batches = session.sql(query).await?.collect().await?;
    Ok(pretty_format_batches(&batches)?.to_string())
}

/// The tables of one machine.
fn alone(api: &Api) -> SessionContext {
    let client = shop::Client::builder().base_url(api.server.base_url()).shop_token(TOKEN).user_agent("alone").build();
    let session = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(8));
    declarest_datafusion::register(&session, &client.expect("a client")).expect("the tables");
    session
}

#[tokio::test(flavor = "multi_thread")]
async fn executors_share_a_rate() {
    const RATE: u32 = 10;
    let api = Api::of(1_000);
    let cluster = Cluster::start_with(&api, Setup { rate: Some(RATE), ..Setup::default() });
    answer(&cluster.session(8).await, "select sum(line) from shop.orders").await.expect("an answer");
    let requests = api.server.requests();
    let sent: Vec<_> = requests.iter().filter(|request| request.header("user-agent") != Some("scheduler")).collect();
    assert_eq!(sent.len() as u64, api.pages());
    // A request may be on its way for longer than the next one.
    for window in sent.windows(usize::try_from(RATE).unwrap_or_default() + 1) {
        let [first, .., last] = window else { unreachable!() };
        assert!(last.at - first.at > Duration::from_millis(900), "{:?}", last.at - first.at);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_have_the_answers_of_one_machine() {
    let api = Api::of(2_030);
    let (cluster, alone) = (Cluster::start(&api), alone(&api));
    api.takes(Duration::from_millis(20));
    let session = cluster.session(8).await;
    let queries = [
        ("select severity, count(*), min(line), max(line) from shop.orders group by severity order by severity", true),
        ("select sum(line), count(line) from shop.orders", true),
        ("select count(*) from shop.orders where line % 2 = 0", true),
        ("select key, line from shop.orders where severity = 'CRITICAL' and line > 1990 order by line", true),
        (
            "select a.key from shop.orders a join shop.orders b on a.line = b.line + 1 where b.line > 2020 order by 1",
            false,
        ),
        (
            "select about, count(*), sum(line) from shop.notes where about in ('a', 'b', 'c', 'd') group by 1 order by 1",
            false,
        ),
        ("select count(*) from (select * from shop.orders limit 120)", false),
        ("select count(*) from shop.orders", false),
    ];
    for (query, is_whole) in queries {
        let before = api.server.count();
        let found = answer(&session, query).await.unwrap_or_else(|error| panic!("{query}: {error}"));
        let asked = api.asked_since(before);
        let counts: Vec<_> = asked.iter().map(|(node, pages)| format!("{node} {}", pages.len())).collect();
        println!("{query}\n    {}", counts.join(", "));
        assert_eq!(found, answer(&alone, query).await.expect("an answer"), "{query}");
        if !is_whole {
            continue;
        }
        let mut pages: Vec<_> = ["executor-1", "executor-2"]
            .iter()
            .flat_map(|node| asked.get(*node).cloned().unwrap_or_default())
            .collect();
        pages.sort_unstable();
        assert!(pages.iter().copied().eq(1..=api.pages()), "each page once: {query}: {asked:?}");
        assert!(asked.contains_key("executor-1") && asked.contains_key("executor-2"), "both work: {query}: {asked:?}");
    }
    assert!(!api.asked_since(0).contains_key("session"), "a session sends nothing");
    // Four pages of each executor, and of the single machine alone.
    assert!(api.server.most_in_flight() <= 8, "{} in flight", api.server.most_in_flight());
    drop(cluster);
}
