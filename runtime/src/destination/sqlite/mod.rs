//! `Sqlite`: a database file, written in a thread of its own, so that writing and reading overlap.

mod error;
mod quarantine;
mod rows;
mod schema;
mod seen_keys;
mod state;
mod statements;
mod value;
mod writer;

use std::future::ready;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use self::error::WriteError;
use self::writer::LoadWriter;
use crate::destination::{
    Capabilities, Destination, DestinationFuture, Lease, LoadId, LoadOutcome, LoadSpec, Quarantined, StateChange,
    StateKey, StateStore, TableStatus, WriteStats,
};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::batch::Batch;
use crate::schema::table::TableSchema;

/// How long a writer waits for another process's lock.
const BUSY: Duration = Duration::from_secs(5);
/// Pages that wait for the writer. More would only take memory: the slower side sets the pace.
const QUEUE: usize = 4;

/// An `SQLite` database file as a destination.
///
/// Each resource becomes a table of its name with a column for each field: `BOOLEAN`, `INTEGER`, `REAL`, `TEXT`,
/// `TIMESTAMP`, `DATE`, `TIME`, `DATETIME` (times as ISO 8601 text; instants in UTC) or `JSON_TEXT`, and the
/// primary key of the declaration if rows are merged by it (a sole integer key is a `BIGINT`). `_load_id` says which load last changed a row.
/// The tables `_declarest_loads` and `_declarest_state` hold what was loaded when, and where to resume;
/// `_declarest_quarantine` holds rows that could not be read, where the declaration says `on_bad_row = quarantine`.
///
/// State belongs to a resource of a source by their names, so that a declaration and a base URL may change. A table belongs
/// to the source that loads it: another source with a resource of the same name is refused before anything is written. Give
/// the resource another `name`, or each source a [prefix](Self::table_prefix) or a database of its own.
///
/// **When the declaration changes**: a new field adds a column, which is null in rows until they are read again; a removed or renamed field
/// leaves its old column in place. A changed column type or primary key is a [`Schema`](ErrorKind::Schema) error before anything is
/// written. Another `incremental` cursor reads all rows again where they are merged, and is refused where they are appended. A renamed
/// resource starts a new table.
///
/// The file is in WAL mode with `synchronous = NORMAL`: readers are never blocked, a killed process loses nothing that
/// was committed, and a power failure at worst the latest commits, never the file.
///
/// ```no_run
/// # fn main() -> declarest::Result<()> {
/// let mut db = declarest::Sqlite::open("analytics.db")?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Sqlite {
    path: PathBuf,
    prefix: String,
    jobs: Option<mpsc::UnboundedSender<Job>>,
    /// Bounds the pages that wait for the writer.
    queue: Arc<Semaphore>,
    /// Why a page could not be written: returned by the next call.
    failed: Arc<Mutex<Option<Error>>>,
    thread: Option<JoinHandle<()>>,
}

type Job = Box<dyn FnOnce(&mut LoadWriter) + Send>;

impl Sqlite {
    /// Opens the file, or creates it.
    ///
    /// # Errors
    /// [`Destination`](ErrorKind::Destination) when it cannot be read and written, is locked by another process
    /// for longer than five seconds, or is no `SQLite` database.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_path_buf();
        let writer = connect(&path).and_then(LoadWriter::new);
        let mut writer = writer.map_err(|error| WriteError::from(error).explain(&path))?;
        let (jobs, mut queue) = mpsc::unbounded_channel::<Job>();
        let thread = std::thread::Builder::new()
            .name("declarest-sqlite".to_owned())
            .spawn(move || {
                while let Some(job) = queue.blocking_recv() {
                    job(&mut writer);
                }
            })
            .map_err(|error| {
                Error::new(ErrorKind::Destination, "the writer's thread cannot be started").with_source(error)
            })?;
        let queue = Arc::new(Semaphore::new(QUEUE));
        Ok(Self { path, prefix: String::new(), jobs: Some(jobs), queue, failed: Arc::default(), thread: Some(thread) })
    }

    /// Puts this before the names of all tables, so that several sources, or several clients of one, can share a database:
    /// with `acme_`, the resource `issues` is loaded into `acme_issues`. The state of each prefix is its own. Default: none.
    ///
    /// ```no_run
    /// # fn main() -> declarest::Result<()> {
    /// let mut db = declarest::Sqlite::open("analytics.db")?.table_prefix("acme_");
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn table_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    fn prefixed(&self, table: &TableSchema) -> TableSchema {
        let mut table = table.clone();
        table.name.insert_str(0, &self.prefix);
        for child in &mut table.children {
            child.table.name.insert_str(0, &self.prefix);
        }
        table
    }

    fn prefixed_key(&self, key: &StateKey) -> StateKey {
        // SQLite finds a table by its name in any case of ASCII letters, and so with any case of the prefix.
        let prefix = self.prefix.to_ascii_lowercase();
        let is_of_table = key.source.is_empty();
        let resource = if is_of_table { key.resource.to_ascii_lowercase() } else { key.resource.clone() };
        StateKey { resource: prefix + &resource, ..key.clone() }
    }

    fn prefixed_lease(&self, lease: &Lease) -> Lease {
        Lease { key: self.prefixed_key(&lease.key), load: lease.load.clone() }
    }

    fn prefixed_changes(&self, changes: &[StateChange]) -> Vec<StateChange> {
        let prefixed = |change: &StateChange| StateChange { key: self.prefixed_key(&change.key), ..change.clone() };
        changes.iter().map(prefixed).collect()
    }

    /// Sends a job to the writer, without waiting for its end. The next call returns its error.
    fn enqueue(&self, job: impl FnOnce(&mut LoadWriter) -> Result<(), WriteError> + Send + 'static) -> Result<()> {
        self.take_failure()?;
        let (failed, path) = (Arc::clone(&self.failed), self.path.clone());
        self.send(Box::new(move |writer| {
            if let Err(error) = job(writer) {
                let error = error.explain(&path);
                writer.abort(format!("{error:#}"));
                *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            }
        }))
    }

    /// Waits until a page may be sent to the writer.
    async fn place(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.queue).acquire_owned().await.map_err(|_| stopped())
    }

    /// Runs a job after all those before it.
    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut LoadWriter) -> Result<T, WriteError> + Send + 'static,
    ) -> Result<T> {
        let (reply, result) = oneshot::channel();
        self.send(Box::new(move |writer| drop(reply.send(job(writer)))))?;
        result.await.map_err(|_| stopped())?.map_err(|error| error.explain(&self.path))
    }

    /// Runs a job of a load: where one before it has failed, returns that error.
    async fn call<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut LoadWriter) -> Result<T, WriteError> + Send + 'static,
    ) -> Result<T> {
        let result = self.run(job).await;
        self.take_failure()?;
        result
    }

    /// Runs a job between loads: the failure of a load that was dropped is nobody's.
    async fn call_between<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut LoadWriter) -> Result<T, WriteError> + Send + 'static,
    ) -> Result<T> {
        let result = self.run(job).await;
        drop(self.take_failure());
        result
    }

    fn send(&self, job: Job) -> Result<()> {
        match &self.jobs {
            Some(jobs) => jobs.send(job).map_err(|_| stopped()),
            None => Err(stopped()),
        }
    }

    fn take_failure(&self) -> Result<()> {
        match self.failed.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

/// Waits for the writer: when the value is gone, the file is closed.
impl Drop for Sqlite {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the writer was reported by the call that waited for it.
            let _ = thread.join();
        }
    }
}

impl StateStore for Sqlite {
    fn read_state<'a>(&'a mut self, key: &'a StateKey) -> DestinationFuture<'a, Option<String>> {
        let key = self.prefixed_key(key);
        Box::pin(self.call(move |writer| writer.read_state(&key)))
    }

    fn write_state<'a>(&'a mut self, leases: &'a [Lease], changes: &'a [StateChange]) -> DestinationFuture<'a, ()> {
        let leases: Vec<_> = leases.iter().map(|lease| self.prefixed_lease(lease)).collect();
        let changes = self.prefixed_changes(changes);
        Box::pin(self.call_between(move |writer| writer.write_state(&leases, &changes)))
    }
}

impl Destination for Sqlite {
    fn capabilities(&self) -> Capabilities {
        Capabilities::all()
    }

    fn inspect<'a>(
        &'a mut self,
        table: &'a TableSchema,
        unfinished: &'a [LoadId],
    ) -> DestinationFuture<'a, TableStatus> {
        let (table, unfinished) = (self.prefixed(table), unfinished.to_vec());
        Box::pin(self.call_between(move |writer| writer.inspect(&table, &unfinished)))
    }

    fn begin(&mut self, load: LoadSpec, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        let load = LoadSpec {
            resource: format!("{}{}", self.prefix, load.resource),
            lease: self.prefixed_lease(&load.lease),
            table: load.table.as_deref().map(|table| Arc::new(self.prefixed(table))),
            ..load
        };
        let changes = self.prefixed_changes(&changes);
        Box::pin(self.call_between(move |writer| writer.begin(load, &changes)))
    }

    fn write(&mut self, batch: Batch) -> DestinationFuture<'_, ()> {
        Box::pin(async move {
            let place = self.place().await?;
            self.enqueue(move |writer| {
                let written = writer.write(&batch);
                drop(place);
                written
            })
        })
    }

    fn quarantine(&mut self, rows: Quarantined) -> DestinationFuture<'_, ()> {
        Box::pin(ready(self.enqueue(move |writer| writer.quarantine(&rows))))
    }

    fn commit(&mut self, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        let changes = self.prefixed_changes(&changes);
        Box::pin(ready(self.enqueue(move |writer| writer.commit(&changes))))
    }

    fn flush(&mut self) -> DestinationFuture<'_, WriteStats> {
        Box::pin(self.call(|writer| Ok(writer.stats())))
    }

    fn finish(&mut self, outcome: LoadOutcome, changes: Vec<StateChange>) -> DestinationFuture<'_, WriteStats> {
        let changes = self.prefixed_changes(&changes);
        Box::pin(self.call(move |writer| writer.finish(&outcome, &changes)))
    }

    fn cancel(&mut self, changes: Option<Vec<StateChange>>) {
        let changes = changes.map(|changes| self.prefixed_changes(&changes));
        // Where the writer has stopped, nothing is open.
        let _ = self.send(Box::new(move |writer| writer.cancel(changes.as_deref())));
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    // Reads the file's header: this fails for a file that is no database.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    Ok(connection)
}

fn stopped() -> Error {
    Error::new(ErrorKind::Destination, "the database's writer has stopped").with_help("open the database again")
}
