//! `Sqlite`: a database file, written in a thread of its own, so that writing and reading overlap.

mod error;
mod links;
mod quarantine;
mod rows;
mod schema;
mod seen_keys;
mod state;
mod statements;
mod value;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use self::error::WriteError;
use self::writer::LoadWriter;
use crate::destination::{
    Destination, DestinationFuture, Link, LoadBegin, LoadOutcome, LoadSpec, PageBatch, WriteStats,
};
use crate::error::{Error, ErrorKind, Result};

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
/// `_declarest_quarantine` holds rows that could not be read, where the declaration says `on_bad_row = quarantine`, and
/// `_declarest_links` the values of parent rows that their children are read with, until these have been read.
///
/// Tables and state belong to a resource by its name, so that a declaration and a base URL may change. Two sources with a
/// resource of the same name would write into one table, and resume where the other has stopped: give each source its own
/// database, or the resource another `name`.
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
    jobs: Option<mpsc::Sender<Job>>,
    /// Why a page could not be written: returned by the next call.
    failed: Arc<Mutex<Option<Error>>>,
    /// Whether the sync of the active load was dropped.
    dropped: Arc<AtomicBool>,
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
        let (jobs, mut queue) = mpsc::channel::<Job>(QUEUE);
        let dropped = Arc::new(AtomicBool::new(false));
        let is_dropped = Arc::clone(&dropped);
        let thread = std::thread::Builder::new()
            .name("declarest-sqlite".to_owned())
            .spawn(move || {
                while let Some(job) = queue.blocking_recv() {
                    job(&mut writer);
                    // After the last page that was sent, not before it.
                    if queue.is_empty() && is_dropped.swap(false, Relaxed) {
                        writer.cancel();
                    }
                }
                writer.cancel();
            })
            .map_err(|error| {
                Error::new(ErrorKind::Destination, "the writer's thread cannot be started").with_source(error)
            })?;
        Ok(Self { path, jobs: Some(jobs), failed: Arc::default(), dropped, thread: Some(thread) })
    }

    /// Sends a job to the writer, without waiting for its end. The next call returns its error.
    async fn enqueue(
        &self,
        job: impl FnOnce(&mut LoadWriter) -> Result<(), WriteError> + Send + 'static,
    ) -> Result<()> {
        self.take_failure()?;
        let (failed, path) = (Arc::clone(&self.failed), self.path.clone());
        self.send(Box::new(move |writer| {
            if let Err(error) = job(writer) {
                let error = error.explain(&path);
                writer.abort(format!("{error:#}"));
                *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            }
        }))
        .await
    }

    /// Runs a job after all those before it.
    async fn call<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut LoadWriter) -> Result<T, WriteError> + Send + 'static,
    ) -> Result<T> {
        let (reply, result) = oneshot::channel();
        self.send(Box::new(move |writer| drop(reply.send(job(writer))))).await?;
        let result = result.await.map_err(|_| stopped())?;
        self.take_failure()?;
        result.map_err(|error| error.explain(&self.path))
    }

    async fn send(&self, job: Job) -> Result<()> {
        match &self.jobs {
            Some(jobs) => jobs.send(job).await.map_err(|_| stopped()),
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

impl Destination for Sqlite {
    fn begin(&mut self, load: LoadSpec) -> DestinationFuture<'_, LoadBegin> {
        Box::pin(async move {
            // The failure of a sync that was dropped is not this one's.
            let _ = self.take_failure();
            let dropped = Arc::clone(&self.dropped);
            self.call(move |writer| {
                // Whatever was dropped before, this load is not.
                dropped.store(false, Relaxed);
                writer.begin(load)
            })
            .await
        })
    }

    fn write(&mut self, batch: PageBatch) -> DestinationFuture<'_, ()> {
        Box::pin(self.enqueue(move |writer| writer.write(batch)))
    }

    fn links(&mut self, child: &'static str, after: i64) -> DestinationFuture<'_, Vec<Link>> {
        Box::pin(self.call(move |writer| writer.links(child, after)))
    }

    fn commit(&mut self) -> DestinationFuture<'_, ()> {
        Box::pin(self.enqueue(LoadWriter::commit))
    }

    fn finish(&mut self, outcome: LoadOutcome) -> DestinationFuture<'_, WriteStats> {
        Box::pin(self.call(move |writer| writer.finish(&outcome)))
    }

    fn finish_sync(&mut self, resumable: Vec<&'static str>) -> DestinationFuture<'_, ()> {
        Box::pin(self.call(move |writer| writer.finish_sync(&resumable)))
    }

    fn cancel(&mut self) {
        self.dropped.store(true, Relaxed);
        if let Some(jobs) = &self.jobs {
            // Where the queue is full, the writer sees it anyway.
            let _ = jobs.try_send(Box::new(|_| ()));
        }
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
