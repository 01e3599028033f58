//! Two destinations that are written at once pass the suite, and have the same rows after each sync.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use declarest::conformance::{self, Harness, Row};
use declarest::destination::{
    Append, Capabilities, DestinationFuture, Lease, LoadId, LoadOutcome, LoadSpec, Merge, Quarantined, Replace,
    StateChange, StateKey, StateStore, TableStatus, WriteStats,
};
use declarest::{Batch, Destination, Error, ErrorKind, Result, Sqlite, TableSchema, Tee};
use declarest_tests::{Database, Reply, Server};
use serde_json::json;

use crate::{json_lines, sqlite};

/// Two databases, of which the suite sees the second one.
struct Two(sqlite::Store, sqlite::Store);

impl Two {
    fn new(name: &str) -> Self {
        Self(sqlite::Store::new(name), sqlite::Store::new(name))
    }
}

impl Harness for Two {
    type Destination = Tee<Sqlite, Sqlite>;

    async fn open(&self) -> Result<Self::Destination> {
        Ok(Tee::new(self.0.open().await?, self.1.open().await?))
    }

    async fn rows(&self, table: &str) -> Result<Vec<Row>> {
        self.1.rows(table).await
    }

    async fn quarantined(&self, resource: &str) -> Result<Option<Vec<String>>> {
        self.1.quarantined(resource).await
    }
}

#[tokio::test]
async fn two_databases_pass_the_suite() {
    // The other scenarios differ in how pages are requested, which a destination does not see.
    let is_wanted = |name: &str| !name.contains('(') || name.contains("(numbered)") || name.contains("(parents)");
    let report = conformance::run_some(Two::new, is_wanted).await;
    println!("{report}");
    report.into_result().expect("all cases pass");
}

/// A source whose rows are appended, merged and replaced.
#[declarest::source(base_url = "http://127.0.0.1:9", auth = none, resource_defaults(
    data_selector = "items", paginator = page_number(page_param = "p", limit_param = "ps", limit = 2, total_path = "paging.total"),
))]
pub(crate) mod api {
    #[resource(name = appended, path = "/rows", write_disposition = append, incremental(cursor = line, start_param = "after"))]
    pub(crate) struct Appended {
        pub(crate) key: String,
        pub(crate) line: u64,
    }

    #[resource(name = merged, path = "/rows", primary_key = key, write_disposition = merge)]
    pub(crate) struct Merged {
        pub(crate) key: String,
        pub(crate) line: u64,
    }

    #[resource(name = replaced, path = "/rows", write_disposition = replace)]
    pub(crate) struct Replaced {
        pub(crate) key: String,
        pub(crate) line: u64,
    }
}

/// The rows behind line `after`, as many as there are now.
fn source(rows: u64) -> Server {
    Server::start(move |request| {
        let after = request.number("after").unwrap_or(0);
        let (page, size) = (request.number("p").unwrap_or(1), request.number("ps").unwrap_or(2));
        let first = after + (page - 1) * size + 1;
        let items: Vec<_> = (first..=rows.min(first + size - 1)).map(declarest_tests::row).collect();
        Reply::json(json!({ "paging": { "total": rows.saturating_sub(after) }, "items": items }))
    })
}

/// When two destinations die together: at this call of one of them.
struct Fate {
    calls: AtomicUsize,
    at: usize,
    is_after: bool,
    is_dead: AtomicBool,
}

impl Fate {
    fn new(at: usize, is_after: bool) -> Arc<Self> {
        Arc::new(Self { calls: AtomicUsize::new(0), at, is_after, is_dead: AtomicBool::new(false) })
    }

    fn dead() -> Error {
        Error::new(ErrorKind::Destination, "it is dead")
    }

    /// Counts the call, and dies at the right one.
    fn may_begin(&self) -> Result<()> {
        if self.is_dead.load(Ordering::SeqCst) {
            return Err(Self::dead());
        }
        let dies = self.calls.fetch_add(1, Ordering::SeqCst) == self.at;
        if dies && !self.is_after {
            self.is_dead.store(true, Ordering::SeqCst);
            return Err(Self::dead());
        }
        Ok(())
    }

    fn has_ended(&self, call: usize) -> Result<()> {
        if self.is_after && call > self.at {
            self.is_dead.store(true, Ordering::SeqCst);
            return Err(Self::dead());
        }
        Ok(())
    }
}

/// A database that dies with the other one.
struct Mortal {
    inner: Sqlite,
    fate: Arc<Fate>,
}

impl Mortal {
    fn call<'a, T: Send + 'a>(
        &'a mut self,
        call: impl FnOnce(&'a mut Sqlite) -> DestinationFuture<'a, T> + Send + 'a,
    ) -> DestinationFuture<'a, T> {
        Box::pin(async move {
            self.fate.may_begin()?;
            let number = self.fate.calls.load(Ordering::SeqCst);
            let done = call(&mut self.inner).await?;
            self.fate.has_ended(number)?;
            Ok(done)
        })
    }
}

impl StateStore for Mortal {
    fn read_state<'a>(&'a mut self, key: &'a StateKey) -> DestinationFuture<'a, Option<String>> {
        self.inner.read_state(key)
    }

    fn write_state<'a>(&'a mut self, leases: &'a [Lease], changes: &'a [StateChange]) -> DestinationFuture<'a, ()> {
        self.call(move |inner| inner.write_state(leases, changes))
    }
}

impl<Row: ?Sized> Append<Row> for Mortal {}
impl<Row: ?Sized> Merge<Row> for Mortal {}
impl<Row: ?Sized> Replace<Row> for Mortal {}

impl Destination for Mortal {
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn inspect<'a>(
        &'a mut self,
        table: &'a TableSchema,
        unfinished: &'a [LoadId],
    ) -> DestinationFuture<'a, TableStatus> {
        self.inner.inspect(table, unfinished)
    }

    fn begin(&mut self, load: LoadSpec, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        self.call(|inner| inner.begin(load, changes))
    }

    fn write(&mut self, batch: Batch) -> DestinationFuture<'_, ()> {
        self.inner.write(batch)
    }

    fn quarantine(&mut self, rows: Quarantined) -> DestinationFuture<'_, ()> {
        self.inner.quarantine(rows)
    }

    fn commit(&mut self, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        self.call(|inner| {
            Box::pin(async move {
                inner.commit(changes).await?;
                // Killed after it, it has committed.
                inner.flush().await.map(drop)
            })
        })
    }

    fn flush(&mut self) -> DestinationFuture<'_, WriteStats> {
        self.inner.flush()
    }

    fn finish(&mut self, outcome: LoadOutcome, changes: Vec<StateChange>) -> DestinationFuture<'_, WriteStats> {
        self.call(|inner| inner.finish(outcome, changes))
    }

    fn cancel(&mut self, _: Option<Vec<StateChange>>) {
        self.inner.cancel(None);
    }
}

/// Syncs into two databases that die at a call, and says whether they did.
async fn sync(server: &Server, two: &Two, resource: &str, fate: &Arc<Fate>) -> bool {
    let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let mortal =
        async |store: &sqlite::Store| Mortal { inner: store.open().await.expect("it opens"), fate: Arc::clone(fate) };
    let mut both = Tee::new(mortal(&two.0).await, mortal(&two.1).await);
    match client.sync(&mut both).only([resource]).await {
        Ok(_) => false,
        Err(error) if fate.is_dead.load(Ordering::SeqCst) => {
            assert_eq!(error.kind(), ErrorKind::Destination, "{error:#}");
            true
        }
        Err(error) => panic!("{error:#}"),
    }
}

async fn lines(store: &sqlite::Store, table: &str) -> Vec<String> {
    let rows = store.rows(table).await.expect("a table");
    let mut lines: Vec<_> = rows.iter().map(|row| format!("{:?}", row["line"])).collect();
    lines.sort_by_key(|line| (line.len(), line.clone()));
    lines
}

/// Killed between any two calls of the two, in a first load and in a later one, both have all rows once after the next one.
async fn survives(resource: &str) {
    let expected: Vec<_> = (1..=70).map(|line| format!("Integer({line})")).collect();
    let (some, all) = (source(60), source(70));
    let never = Fate::new(usize::MAX, false);
    for is_first in [true, false] {
        let mut deaths = 0;
        for at in 0.. {
            let mut is_dead = false;
            for is_after in [false, true] {
                let two = Two::new("");
                if !is_first {
                    assert!(!sync(&some, &two, resource, &never).await);
                }
                // Twice in a row at the same place, then to the end.
                for server in [&some, &all] {
                    is_dead |= sync(server, &two, resource, &Fate::new(at, is_after)).await;
                }
                assert!(!sync(&all, &two, resource, &never).await);
                for store in [&two.0, &two.1] {
                    assert_eq!(lines(store, resource).await, expected, "{resource}, call {at}, after it: {is_after}");
                }
            }
            if !is_dead {
                break;
            }
            deaths += 1;
        }
        assert!(deaths > 4, "{resource}: {deaths} places");
    }
}

#[tokio::test]
async fn killed_between_two_commits_appended_rows_are_there_once() {
    survives("appended").await;
}

#[tokio::test]
async fn killed_between_two_commits_merged_rows_are_there_once() {
    survives("merged").await;
}

#[tokio::test]
async fn killed_between_two_commits_replaced_rows_are_there_once() {
    survives("replaced").await;
}

#[tokio::test]
async fn one_that_was_synced_alone_is_refused() {
    let two = Two::new("");
    let (some, all) = (source(60), source(70));
    let never = Fate::new(usize::MAX, false);
    assert!(!sync(&some, &two, "appended", &never).await);
    let client = api::Client::builder().base_url(all.base_url()).build().expect("nothing is missing");
    let mut second = two.1.open().await.expect("it opens");
    client.sync(&mut second).only(["appended"]).await.expect("a sync");
    let mut first = two.0.open().await.expect("it opens");
    let mut both = Tee::new(&mut first, &mut second);
    let error = client.sync(&mut both).only(["appended"]).await.expect_err("they differ");
    assert_eq!(error.kind(), ErrorKind::Config, "{error:#}");
    assert!(format!("{error:#}").contains("loaded without the other"), "{error:#}");
    client.sync(&mut both).only(["appended"]).full_refresh().await.expect("both are loaded again");
    client.sync(&mut both).only(["appended"]).await.expect("they are the same");
    for store in [&two.0, &two.1] {
        assert_eq!(lines(store, "appended").await.len(), 70);
    }
}

#[tokio::test]
async fn what_one_of_them_cannot_do_is_refused() {
    let server = source(3);
    let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let (database, files) = (Database::new(), json_lines::Store::new(""));
    let mut both = Tee::new(database.open(), files.open().await.expect("it opens"));
    // Known by its type, it would not compile.
    let both: &mut dyn Destination = &mut both;
    let error = client.sync(both).only(["merged"]).await.expect_err("the files cannot merge");
    assert_eq!((error.kind(), server.count()), (ErrorKind::Config, 0), "{error:#}");
    client.sync(both).only(["replaced"]).await.expect("both can");
    assert_eq!((database.count("replaced"), files.read("replaced").len()), (3, 3));
}
