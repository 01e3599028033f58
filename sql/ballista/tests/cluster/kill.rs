//! An executor that is killed in the middle of a query.

use std::collections::BTreeSet;
use std::time::Duration;

use declarest_tests::until;

use crate::api::Api;
use crate::process::Cluster;
use crate::queries::answer;

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_an_executor_that_is_killed_are_asked_for_again() {
    let api = Api::of(2_000);
    let mut cluster = Cluster::start(&api);
    let session = cluster.session(8).await;
    let query = "select severity, count(*) from shop.orders group by severity order by severity";
    let expected = answer(&session, query).await.expect("an answer");
    let before = api.server.count();
    api.takes(Duration::from_millis(300));
    let running = tokio::spawn(async move { answer(&session, query).await });
    until("executor-1 is at work", || api.asked_since(before).get("executor-1").is_some_and(|pages| pages.len() > 2))
        .await;
    // SIGKILL: nothing of it runs any more.
    drop(cluster.executors.remove(0));
    api.takes(Duration::from_millis(20));
    let found = running.await.expect("no panic").expect("an answer");
    assert_eq!(found, expected);
    let asked = api.asked_since(before);
    let [dead, alive] = ["executor-1", "executor-2"].map(|node| asked.get(node).cloned().unwrap_or_default());
    println!("executor-1, killed: {dead:?}\nexecutor-2: {alive:?}");
    let [dead_pages, alive_pages] = [&dead, &alive].map(|pages| pages.iter().copied().collect::<BTreeSet<_>>());
    assert_eq!(alive.len(), alive_pages.len(), "of its own pages none is asked for twice");
    assert!(alive_pages.is_superset(&dead_pages), "those of the dead one are asked for again");
    assert!(alive_pages.into_iter().eq(1..=api.pages()), "the answer is all of the other's");
}
