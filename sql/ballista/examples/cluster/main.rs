//! One program for all nodes of a cluster: `run.sh` starts it as each of them.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;

use declarest::Source as _;
use declarest_examples::analytics::analytics;
use declarest_examples::demo_api::DemoApi;

const QUERIES: [&str; 4] = [
    "select severity, count(*), count(distinct component) from analytics.issues group by severity order by 2 desc",
    "select c.qualifier, count(*) from analytics.issues i join analytics.components c on i.component = c.key group by 1 order by 1",
    "select count(*) from analytics.issues",
    "select key, message from analytics.issues limit 3",
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let node = env::args().nth(1).unwrap_or_default();
    let (scheduler, port) = (env::var("SCHEDULER")?, env::var("API")?);
    // The API sees by the user agent who asks.
    let client = analytics::Client::builder().base_url(format!("http://127.0.0.1:{port}")).user_agent(&node).build()?;
    match node.as_str() {
        "scheduler" => declarest_ballista::scheduler().source(&client).bind(scheduler).run().await?,
        "queries" => queries(&client, &scheduler, port.parse()?).await?,
        name => {
            let executor = declarest_ballista::executor(name).source(&client).scheduler(scheduler);
            // Of the four pages at a time that the declaration allows, each executor has two in flight.
            executor.share_of(2).vcores(2).run().await?;
        }
    }
    Ok(())
}

/// Starts the API, asks the cluster, and says which node has sent how many requests.
async fn queries(client: &analytics::Client, scheduler: &str, port: u16) -> Result<(), Box<dyn Error>> {
    let api = DemoApi::default().start(Some(port))?;
    let session = declarest_ballista::session().source(client).scheduler(scheduler).partitions(8).connect().await?;
    println!(
        "{} resources of `{}` as tables, on a scheduler and two executors\n",
        client.resources().len(),
        client.name()
    );
    for query in QUERIES {
        let before = api.requests().len();
        println!("> {query}");
        session.sql(query).await?.show().await?;
        let mut sent = BTreeMap::<_, usize>::new();
        for request in &api.requests()[before..] {
            *sent.entry(request.agent.clone()).or_default() += 1;
        }
        let sent: Vec<_> = sent.iter().map(|(node, count)| format!("{node} {count}")).collect();
        println!("requests: {}\n", sent.join(", "));
    }
    api.stop();
    Ok(())
}
