//! Behind a proxy that pools transactions: `PgBouncer`, where it is installed.

use std::fs;
use std::net::TcpListener;
use std::time::Duration;

use declarest_postgres::Postgres;
use declarest_tests::serve;
use serde_json::{Value, json};

use crate::server::{Server, fresh_name};
use crate::source::sync;

#[tokio::test(flavor = "multi_thread")]
async fn several_syncs_share_two_connections_of_a_proxy() {
    let Some(server) = Server::start("") else { return };
    let private = server.private.as_ref().expect("it is ours");
    let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port();
    let behind = server.url.rsplit(':').next().and_then(|rest| rest.split('/').next()).expect("a port");
    let settings = format!(
        "[databases]\n* = host=127.0.0.1 port={behind} user=declarest\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
         auth_type = any\npool_mode = transaction\ndefault_pool_size = 2\nunix_socket_dir =\nlogfile = {0}\npidfile = {0}.pid\n",
        private.data().join("proxy.log").display()
    );
    let file = private.data().join("proxy.ini");
    fs::write(&file, settings).expect("a file");
    private.own(&file);
    let Some(_proxy) = private.spawn("pgbouncer", &["-q", file.to_str().expect("text")]) else {
        eprintln!("!! NOT TESTED: a proxy that pools transactions, since there is no PgBouncer on this machine");
        return;
    };
    let url = format!("postgres://declarest@127.0.0.1:{port}/postgres");
    for _ in 0..100 {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let one = |number: i64| {
        let url = url.clone();
        async move {
            let rows: Vec<Value> =
                (0..200).map(|id| json!({ "id": id + number, "text": "t", "tags": ["a"] })).collect();
            let source = serve(&rows);
            let schema = fresh_name();
            for sync_number in 0..3 {
                let mut db = Postgres::connect(url.as_str()).await.expect("a connection").schema(&schema);
                let report = sync(&source, "everything", &mut db).await.expect("a sync");
                let expected = if sync_number == 0 { 200 } else { 0 };
                assert_eq!((report.resources[0].inserted, report.resources[0].updated), (expected, 0), "{report}");
            }
        }
    };
    let syncs: Vec<_> = (0..5).map(|number| tokio::spawn(one(number))).collect();
    for sync in syncs {
        sync.await.expect("no panic");
    }
}
