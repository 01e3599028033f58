//! A server that is restarted, killed or that ends connections during a sync.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use declarest_postgres::Postgres;
use declarest_tests::{Listing, list};

use crate::server::Server;

const ROWS: u64 = 6000;

/// Syncs while something happens to the server; each row is there once.
async fn through(
    server: Arc<Server>,
    resource: &'static str,
    url: &str,
    disturb: impl Fn(&Server, u64) + Send + 'static,
) {
    let pages = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&pages);
    let source = declarest_tests::Server::start(move |request| {
        seen.fetch_add(1, Relaxed);
        Listing::of(ROWS).reply(request).after(Duration::from_millis(10))
    });
    let disturbed = Arc::clone(&server);
    let thread = std::thread::spawn(move || {
        for turn in 1..=3 {
            while pages.load(Relaxed) < turn * 28 {
                std::thread::sleep(Duration::from_millis(2));
            }
            disturb(&disturbed, turn);
        }
    });
    let schema = format!("restart_{resource}");
    let client = list::Client::builder().base_url(source.base_url()).build().expect("a client");
    let mut db = Postgres::connect(url).await.expect("a connection").schema(&schema);
    let report = client.sync(&mut db).only([resource]).await.expect("it goes on");
    thread.join().expect("no panic");
    println!("{report}");
    assert_eq!((report.resources[0].rows, report.resources[0].inserted), (ROWS, ROWS));
    let counts = format!("SELECT count(*) || ' ' || count(DISTINCT line) || ' ' || max(line) FROM {schema}.{resource}");
    let row = server.client().await.query_typed_one(&counts, &[]).await.expect("counts");
    assert_eq!(row.get::<_, String>(0), format!("{ROWS} {ROWS} {ROWS}"));
    let status = format!("SELECT status FROM {schema}._declarest_loads");
    let row = server.client().await.query_typed_one(&status, &[]).await.expect("a status");
    assert_eq!(row.get::<_, String>(0), "complete");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_goes_on_after_restarts_of_the_server() {
    let Some(server) = Server::start("") else { return };
    let (url, server) = (server.url.clone(), Arc::new(server));
    for resource in ["merged", "appended"] {
        through(Arc::clone(&server), resource, &url, |server, turn| {
            let private = server.private.as_ref().expect("it is ours");
            private.control(&["restart", "-m", if turn == 2 { "immediate" } else { "fast" }]);
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_goes_on_where_its_connection_is_ended() {
    let Some(server) = Server::start("") else { return };
    let (url, server) = (server.url.clone(), Arc::new(server));
    for resource in ["merged", "appended"] {
        through(Arc::clone(&server), resource, &url, |server, _| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'declarest'";
                server.client().await.batch_execute(end).await.expect("ended");
            });
        })
        .await;
    }
}
