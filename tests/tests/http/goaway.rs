//! HTTP/2: a server that says GOAWAY in the middle of a walk, as load balancers do when they are replaced.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use declarest::RetryPolicy;
use declarest_tests::{Running, row};
use h2::Reason;
use http::{Response, Uri};
use serde_json::json;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::api::at;
use crate::secure::{AUTHORITY, Certificates, config};

const ROWS: u64 = 300;
const PAGE: u64 = 10;
/// Requests of a connection before it ends.
const AT_MOST: usize = 3;

/// How a connection ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// What has been asked for is answered.
    Graceful,
    /// What was asked for last is not.
    Abrupt,
}

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    answered: AtomicUsize,
}

fn server(end: End) -> (Running, Arc<Counts>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let counts = Arc::<Counts>::default();
    let (acceptor, seen) = (TlsAcceptor::from(config(Certificates::NotAsked, "h2")), Arc::clone(&counts));
    let running = Running::start(listener, async move |listener| {
        loop {
            if let Ok((stream, _)) = listener.accept().await {
                let (acceptor, counts) = (acceptor.clone(), Arc::clone(&seen));
                // A connection that breaks is the client's to notice.
                tokio::spawn(async move { drop(talk(stream, &acceptor, end, &counts).await) });
            }
        }
    });
    (running, counts)
}

async fn talk(stream: TcpStream, acceptor: &TlsAcceptor, end: End, counts: &Counts) -> Result<(), h2::Error> {
    let Ok(stream) = acceptor.accept(stream).await else { return Ok(()) };
    counts.connections.fetch_add(1, SeqCst);
    let mut connection = h2::server::handshake(stream).await?;
    let mut requests = 0;
    while let Some(request) = connection.accept().await {
        let (request, mut respond) = request?;
        requests += 1;
        if end == End::Abrupt && requests > AT_MOST {
            connection.abrupt_shutdown(Reason::NO_ERROR);
            continue;
        }
        let mut body = respond.send_response(Response::new(()), false)?;
        body.send_data(page(request.uri()).into(), true)?;
        counts.answered.fetch_add(1, SeqCst);
        if end == End::Graceful && requests == AT_MOST {
            connection.graceful_shutdown();
        }
    }
    Ok(())
}

fn page(uri: &Uri) -> String {
    let query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let page = query.into_iter().find(|(name, _)| name == "p").map_or(1, |(_, page)| page.parse().expect("a number"));
    let rows: Vec<_> = ((page - 1) * PAGE + 1..=page * PAGE).map(row).collect();
    json!({ "paging": { "total": ROWS }, "items": rows }).to_string()
}

/// Every row once and in order, over many connections, whatever was in flight when one of them ended.
async fn walk(end: End) {
    let (running, counts) = server(end);
    let client = at(format!("https://localhost:{}", running.address().port()))
        .root_certificate(AUTHORITY)
        .retry(RetryPolicy::new().backoff_factor(0.001).max_retries(20))
        .build()
        .expect("an authority");
    let rows = client.items().concurrency(6).await.expect("all of them");
    let keys: Vec<_> = rows.into_iter().map(|row| row.key).collect();
    let expected: Vec<_> = (1..=ROWS).map(|number| format!("k{number}")).collect();
    assert_eq!(keys, expected);
    let (connections, answered) = (counts.connections.load(SeqCst), counts.answered.load(SeqCst));
    assert!(connections >= 3, "{connections} connections");
    assert!(answered as u64 >= ROWS / PAGE, "{answered} answers");
    if end == End::Graceful {
        assert_eq!(answered as u64, ROWS / PAGE, "no page was asked for twice");
    }
}

#[tokio::test]
async fn a_server_that_ends_a_connection_gracefully_costs_nothing() {
    walk(End::Graceful).await;
}

#[tokio::test]
async fn a_server_that_ends_a_connection_abruptly_is_asked_again() {
    walk(End::Abrupt).await;
}
