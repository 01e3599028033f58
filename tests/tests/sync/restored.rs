//! State that is older than the rows, as a backup may leave it: rows that are appended are not loaded twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use declarest::{Error, ErrorKind};
use declarest_tests::{Database, Reply, Server};
use serde_json::json;

#[declarest::source(base_url = "http://127.0.0.1:9", auth = none, retry(max_retries = 0), concurrency = 1)]
mod api {
    #[resource(
        name = numbers, path = "/items", data_selector = "items", incremental(cursor = id, start_param = "since"),
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 5, total_path = "total"),
    )]
    pub struct Number {
        pub id: u64,
        /// No number of SQLite's own.
        pub rowid: i64,
    }
}

/// Numbers up to a last one, of which a page may fail.
struct Numbers {
    last: Arc<AtomicU64>,
    broken: Arc<AtomicU64>,
    database: Database,
    client: api::Client,
    _server: Server,
}

impl Numbers {
    fn new() -> Self {
        let (last, broken) = (Arc::new(AtomicU64::new(12)), Arc::new(AtomicU64::new(0)));
        let (all, fails) = (Arc::clone(&last), Arc::clone(&broken));
        let server = Server::start(move |request| {
            let page = request.number("p").unwrap_or(1);
            if page == fails.load(SeqCst) {
                return Reply::status(500);
            }
            let ids = request.number("since").unwrap_or(1)..=all.load(SeqCst);
            let total = ids.clone().count();
            let skip = usize::try_from(page - 1).expect("few pages") * 5;
            let items: Vec<_> =
                ids.skip(skip).take(5).map(|id| json!({ "id": id, "rowid": -id.cast_signed() })).collect();
            Reply::json(json!({ "total": total, "items": items }))
        });
        let client = api::Client::builder().base_url(server.base_url()).build().expect("a client");
        Self { last, broken, database: Database::new(), client, _server: server }
    }

    async fn sync(&self) -> Result<(), Error> {
        self.client.sync(&mut self.database.open()).await.map(drop)
    }

    fn save_state(&self) {
        self.database.run("CREATE TABLE saved AS SELECT * FROM _declarest_state");
    }

    fn restore_state(&self) {
        self.database.run("DELETE FROM _declarest_state; INSERT INTO _declarest_state SELECT * FROM saved");
    }

    fn has_once(&self, last: u64) {
        let ids = self.database.query("SELECT id FROM numbers ORDER BY id").concat();
        assert_eq!(ids, (1..=last).map(|id| id.to_string()).collect::<Vec<_>>());
    }

    async fn is_refused(&self) {
        let error = self.sync().await.expect_err("rows would be loaded twice");
        assert_eq!((error.kind(), error.resource()), (ErrorKind::Schema, Some("numbers")), "{error}");
        assert!(
            error.to_string().contains("the table `numbers` has rows but no incremental state, or an older one"),
            "{error}"
        );
        assert!(error.help().is_some_and(|help| help.contains(".full_refresh()")), "{error:#}");
    }
}

#[tokio::test]
async fn rows_after_the_state_of_an_earlier_sync() {
    let numbers = Numbers::new();
    numbers.sync().await.expect("a report");
    numbers.save_state();
    numbers.last.store(17, SeqCst);
    numbers.sync().await.expect("a report");
    numbers.restore_state();
    numbers.last.store(20, SeqCst);
    for _ in 0..2 {
        numbers.is_refused().await;
        numbers.has_once(17);
    }
    // As it says.
    numbers.client.sync(&mut numbers.database.open()).full_refresh().await.expect("a report");
    numbers.has_once(20);
    numbers.sync().await.expect("a report");
    numbers.has_once(20);
}

#[tokio::test]
async fn rows_after_the_checkpoint_of_an_earlier_sync() {
    for is_first in [true, false] {
        let numbers = Numbers::new();
        if !is_first {
            numbers.sync().await.expect("a report");
            numbers.last.store(30, SeqCst);
        }
        numbers.broken.store(3, SeqCst);
        numbers.sync().await.expect_err("the third page fails");
        numbers.save_state();
        numbers.broken.store(0, SeqCst);
        numbers.sync().await.expect("a report");
        let last = numbers.last.load(SeqCst);
        numbers.has_once(last);
        numbers.restore_state();
        numbers.is_refused().await;
        numbers.has_once(last);
    }
}

#[tokio::test]
async fn a_clock_that_was_set_back_makes_no_state_older() {
    let numbers = Numbers::new();
    numbers.sync().await.expect("a report");
    // As if the clock had been wrong.
    numbers.database.run(
        "UPDATE numbers SET _load_id = '29990101T000000.000000Z-0000';
         UPDATE _declarest_state SET value = json_set(value, '$.load', '29990101T000000.000000Z-0000') WHERE name = 'incremental'",
    );
    for last in [12, 12, 17, 17] {
        numbers.last.store(last, SeqCst);
        numbers.sync().await.expect("a report");
        numbers.has_once(last);
    }
}
