//! `Sqlite`: a database file, behind a thread of its own, so that writing and reading overlap.

mod links;
mod quarantine;
mod rows;
mod schema;
mod seen_keys;
mod state;
mod value;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};
use tokio::sync::{mpsc, oneshot};

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
/// The tables `_declarest_loads` and `_declarest_state` hold what was loaded when, and where to go on; `_declarest_quarantine` holds
/// rows that could not be read, where the declaration says `on_bad_row = quarantine`, and `_declarest_links` what the rows of parents
/// leave for their children, until these have been read.
///
/// Tables and state are a resource's, by its name, so that a declaration may change and a base URL move. Two sources that both have a resource of one
/// name would write into one table, and go on where the other has stopped: give each source a database of its own, or the resource another
/// `name`.
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
    /// Why a page that was taken could not be written: told at the next call.
    failed: Arc<Mutex<Option<Error>>>,
    /// That nobody waits for the load any more.
    abandoned: Arc<AtomicBool>,
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
        let connection = connect(&path).map_err(|error| explain(error, &path))?;
        let (jobs, mut queue) = mpsc::channel::<Job>(QUEUE);
        let mut writer = LoadWriter::new(connection).map_err(|error| explain(error, &path))?;
        let abandoned = Arc::new(AtomicBool::new(false));
        let forsaken = Arc::clone(&abandoned);
        let thread = std::thread::Builder::new()
            .name("declarest-sqlite".to_owned())
            .spawn(move || {
                while let Some(job) = queue.blocking_recv() {
                    job(&mut writer);
                    // Behind the last page that was handed over, not before it.
                    if queue.is_empty() && forsaken.swap(false, Relaxed) {
                        writer.cancel();
                    }
                }
                writer.cancel();
            })
            .map_err(|error| {
                Error::new(ErrorKind::Destination, "the writer's thread cannot be started").with_source(error)
            })?;
        Ok(Self { path, jobs: Some(jobs), failed: Arc::default(), abandoned, thread: Some(thread) })
    }

    /// Hands a job to the writer, without waiting for its end. What fails is kept for the next call.
    async fn enqueue(&self, job: impl FnOnce(&mut LoadWriter) -> rusqlite::Result<()> + Send + 'static) -> Result<()> {
        self.take_failure()?;
        let (failed, path) = (Arc::clone(&self.failed), self.path.clone());
        self.send(Box::new(move |writer| {
            if let Err(error) = job(writer) {
                let error = explain(error, &path);
                writer.abort(format!("{error:#}"));
                *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            }
        }))
        .await
    }

    /// Has a job done behind all those before it.
    async fn call<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut LoadWriter) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        self.send(Box::new(move |writer| drop(reply.send(job(writer))))).await?;
        let answer = answer.await.map_err(|_| stopped())?;
        self.take_failure()?;
        answer.map_err(|error| explain(error, &self.path))
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
            // A panic of the writer's has been reported by the call that met it.
            let _ = thread.join();
        }
    }
}

impl Destination for Sqlite {
    fn begin(&mut self, load: LoadSpec) -> DestinationFuture<'_, LoadBegin> {
        Box::pin(async move {
            // What an abandoned sync left behind is not this one's failure.
            let _ = self.take_failure();
            let name = load.resource;
            let abandoned = Arc::clone(&self.abandoned);
            let begun = self
                .call(move |writer| {
                    // Whatever was given up before, this load is not.
                    abandoned.store(false, Relaxed);
                    Ok(writer.begin(load))
                })
                .await?;
            begun.map_err(|refusal| match refusal {
                schema::SchemaError::Sqlite(error) => explain(error, &self.path),
                schema::SchemaError::Schema(message) => Error::new(ErrorKind::Schema, message).with_help(format!(
                    "change the declaration back, rename or drop the table `{name}`, or sync it with `.full_refresh()`, which drops and loads it again"
                )),
            })
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

    fn finish_sync(&mut self, kept: Vec<&'static str>) -> DestinationFuture<'_, ()> {
        Box::pin(self.call(move |writer| writer.finish_sync(&kept)))
    }

    fn cancel(&mut self) {
        self.abandoned.store(true, Relaxed);
        if let Some(jobs) = &self.jobs {
            // Where the queue is full, the writer comes by anyway.
            let _ = jobs.try_send(Box::new(|_| ()));
        }
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    // Reads the file's header: what is no database is found out here.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    Ok(connection)
}

fn stopped() -> Error {
    Error::new(ErrorKind::Destination, "the database's writer has stopped").with_help("open the database again")
}

/// A database error, with what to do about it.
fn explain(error: rusqlite::Error, path: &Path) -> Error {
    let shown = path.display();
    let (message, help) = match error.sqlite_error_code() {
        None if matches!(error, rusqlite::Error::StatementChangedRows(_)) => (
            format!("another sync into `{shown}` has taken the resource over"),
            "let one sync end before the next begins; what this one had committed, the other has gone on with",
        ),
        None if let rusqlite::Error::ToSqlConversionFailure(reason) = &error => (
            format!("`{shown}` cannot hold a value: {reason}"),
            "declare the field as a type that it can hold, or `#[column(skip)]` it",
        ),
        Some(ErrorCode::NotADatabase) => {
            (format!("`{shown}` is not an SQLite database"), "choose another file: this one was left as it is")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            format!("`{shown}` is locked by another process; waited {} s for it", BUSY.as_secs()),
            "end the other process, or run again when it has finished: the sync goes on where it stopped",
        ),
        Some(ErrorCode::CannotOpen) => {
            (format!("`{shown}` cannot be opened: {error}"), "check that its directory exists and may be written to")
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            (format!("`{shown}` cannot be written: {error}"), "check the permissions of the file and of its directory")
        }
        Some(ErrorCode::DiskFull) => {
            (format!("the disk of `{shown}` is full"), "make room and run again: the sync goes on where it stopped")
        }
        _ => (format!("`{shown}`: {error}"), "run again: what was committed is kept, the sync goes on behind it"),
    };
    Error::new(ErrorKind::Destination, message).with_help(help).with_source(error)
}
