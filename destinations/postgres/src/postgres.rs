//! `Postgres`: rows are gathered here, and written by a task of its own, so that writing and reading overlap.

use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use declarest::destination::{
    Append, Capabilities, DestinationFuture, Lease, LoadId, LoadOutcome, LoadSpec, Merge, Quarantined, Replace,
    StateChange, StateKey, StateStore, TableStatus, WriteStats,
};
use declarest::{Batch, Destination, Error, Result, SecretString, TableSchema};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::buffer::{Buffer, Rows};
use crate::columns::JsonType;
use crate::connect::Connect;
use crate::error::Fault;
use crate::layout::Layout;
use crate::link::Link;
use crate::settings::{InvalidText, Settings};
use crate::writer::Writer;

/// A schema of a Postgres database as a destination.
///
/// See the [crate](crate) for its tables, its guarantees and its errors.
///
/// ```no_run
/// use declarest_postgres::Postgres;
///
/// # async fn open() -> declarest::Result<()> {
/// let mut db = Postgres::connect("postgres://loader@db.example.com/warehouse").await?.schema("analytics");
/// # Ok(()) }
/// ```
pub struct Postgres {
    /// The server and the database, for messages.
    place: Arc<str>,
    settings: Arc<Settings>,
    /// Rows that are not yet sent to the writer.
    buffer: Buffer,
    /// The tables of the load that has begun.
    layout: Option<Arc<Layout>>,
    /// Whether a load has begun.
    has_load: bool,
    jobs: Option<mpsc::UnboundedSender<Job>>,
    task: JoinHandle<()>,
    /// Done when the latest commit is: no more than one is on its way while the next one is gathered.
    committed: Option<oneshot::Receiver<()>>,
    /// Why rows could not be written: returned by the next call.
    failed: Arc<Mutex<Option<Error>>>,
}

type Running<'w> = Pin<Box<dyn Future<Output = ()> + Send + 'w>>;
type Job = Box<dyn for<'w> FnOnce(&'w mut Writer) -> Running<'w> + Send>;
type Work<'w, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'w>>;

impl Postgres {
    /// Connects to a database by its URL, `postgres://USER:PASSWORD@HOST:PORT/DATABASE?OPTION=VALUE&…`, or by pairs of names and
    /// values, `host=HOST port=PORT user=USER dbname=DATABASE OPTION='VALUE' …`.
    ///
    /// Options are those of libpq: `sslmode`, `sslrootcert` (a file, or `system`), `sslcert` and `sslkey` (a certificate of the
    /// client's own, and its key that is not encrypted, as PEM), `passfile`, `connect_timeout` in seconds (default: 10),
    /// `application_name` (default: `declarest`), `target_session_attrs`, `channel_binding`, `options`, `hostaddr` and others.
    ///
    /// What is left out, the environment variables of libpq say: `PGHOST`, `PGPORT`, `PGDATABASE`, `PGUSER`, `PGSSLMODE`,
    /// `PGSSLCERT` and so on; then the host is `localhost`, and the user that of the system. With `Postgres::connect("")`, they
    /// say all. `PGHOSTADDR` counts only where no host is given; services (`PGSERVICE`) are not read.
    ///
    /// The password is the first of these: that of [`Connect::password`], of the URL, of `PGPASSWORD`, of the password file, which
    /// is `~/.pgpass` or that of `PGPASSFILE`. The file must be readable by its owner alone; where there are several hosts, it must
    /// have the same password for all.
    ///
    /// Await it on a tokio runtime that lives as long as the destination is used: tasks of it read the connection and write.
    ///
    /// # Errors
    /// [`Config`](declarest::ErrorKind::Config) when the URL, a variable, a certificate or the password file cannot be read;
    /// [`Destination`](declarest::ErrorKind::Destination) when the server cannot be reached, its certificate is not trusted,
    /// or it refuses the user. No error quotes the URL or the password.
    pub fn connect(url: impl Into<SecretString>) -> Connect {
        Connect { url: url.into(), password: None }
    }

    /// The schema of the tables; made where it is missing. Default: `public`.
    ///
    /// The state of each schema is its own: several sources, or several clients of one, can load into the same database.
    #[must_use]
    pub fn schema(self, schema: impl Into<String>) -> Self {
        self.with(|settings| settings.schema = schema.into())
    }

    /// The type of JSON columns that are made. Default: [`JsonType::Jsonb`]. A column that is there keeps its type.
    #[must_use]
    pub fn json(self, json: JsonType) -> Self {
        self.with(|settings| settings.json = json)
    }

    /// What happens to a row with a text that Postgres cannot hold. Default: [`InvalidText::Refuse`].
    #[must_use]
    pub fn invalid_text(self, invalid_text: InvalidText) -> Self {
        self.with(|settings| settings.rules.invalid_text = invalid_text)
    }

    /// Cuts times to microseconds, which is what Postgres keeps. Default: a time with nanoseconds is an error.
    #[must_use]
    pub fn truncate_times(self) -> Self {
        self.with(|settings| settings.rules.truncates_times = true)
    }

    /// How long a statement may take. Default: as the server, the database or the user's role has it.
    ///
    /// Rows are in memory when a statement begins: the time that the API takes is not part of it.
    #[must_use]
    pub fn statement_timeout(self, time: Duration) -> Self {
        self.with(|settings| settings.statement_timeout = Some(time))
    }

    /// How long another session's lock is waited for, six times. Default: 10 s.
    #[must_use]
    pub fn lock_timeout(self, time: Duration) -> Self {
        self.with(|settings| settings.lock_timeout = time)
    }

    /// For how long a connection that broke during a sync is tried to be made again. Default: 60 s.
    #[must_use]
    pub fn reconnect_for(self, time: Duration) -> Self {
        self.with(|settings| settings.patience = time)
    }

    /// Waits until all that was handed over is written, and closes the connection.
    ///
    /// A sync that has returned has written everything. Where one was dropped, its last pages are on their way: call this
    /// before the program ends.
    pub async fn close(mut self) {
        self.jobs = None;
        // A panic of the writer was reported by the call that waited for it.
        let _ = (&mut self.task).await;
    }

    /// With a writer for this connection.
    pub(crate) fn new(link: Link, place: String) -> Self {
        let settings = Arc::<Settings>::default();
        let mut writer = Writer::new(link, Arc::clone(&settings));
        let (jobs, mut queue) = mpsc::unbounded_channel::<Job>();
        let task = tokio::spawn(async move {
            while let Some(job) = queue.recv().await {
                job(&mut writer).await;
            }
        });
        Self {
            place: place.into(),
            settings,
            buffer: Buffer::default(),
            layout: None,
            has_load: false,
            jobs: Some(jobs),
            task,
            committed: None,
            failed: Arc::default(),
        }
    }

    fn with(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        set(Arc::make_mut(&mut self.settings));
        let settings = Arc::clone(&self.settings);
        // Where the writer has stopped, the next call says so.
        let _ = self.send(Box::new(move |writer| {
            writer.set(settings);
            Box::pin(ready(()))
        }));
        self
    }

    /// Sends a job to the writer. The next call returns its error. Done when the receiver is.
    fn enqueue(
        &self,
        work: impl for<'w> FnOnce(&'w mut Writer) -> Work<'w, ()> + Send + 'static,
    ) -> Result<oneshot::Receiver<()>> {
        self.take_failure()?;
        let (done, receiver) = oneshot::channel();
        let (failed, place) = (Arc::clone(&self.failed), Arc::clone(&self.place));
        self.send(Box::new(move |writer| {
            Box::pin(async move {
                if let Err(fault) = work(writer).await {
                    let error = fault.explain(&place);
                    writer.abort(format!("{error:#}")).await;
                    *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                }
                let _ = done.send(());
            })
        }))?;
        Ok(receiver)
    }

    /// Runs a job after all those before it.
    async fn run<T: Send + 'static>(
        &self,
        work: impl for<'w> FnOnce(&'w mut Writer) -> Work<'w, T> + Send + 'static,
    ) -> Result<T> {
        let (reply, result) = oneshot::channel();
        self.send(Box::new(move |writer| {
            Box::pin(async move {
                let _ = reply.send(work(writer).await);
            })
        }))?;
        let stopped = || Fault::Stopped.explain(&self.place);
        result.await.map_err(|_| stopped())?.map_err(|fault| fault.explain(&self.place))
    }

    /// Runs a job of a load: where one before it has failed, returns that error.
    async fn call<T: Send + 'static>(
        &self,
        work: impl for<'w> FnOnce(&'w mut Writer) -> Work<'w, T> + Send + 'static,
    ) -> Result<T> {
        let result = self.run(work).await;
        self.take_failure()?;
        result
    }

    /// Runs a job between loads: the failure of a load that was dropped is nobody's.
    async fn call_between<T: Send + 'static>(
        &mut self,
        work: impl for<'w> FnOnce(&'w mut Writer) -> Work<'w, T> + Send + 'static,
    ) -> Result<T> {
        self.drop_load();
        let result = self.run(work).await;
        drop(self.take_failure());
        result
    }

    fn send(&self, job: Job) -> Result<()> {
        let sent = self.jobs.as_ref().map(|jobs| jobs.send(job));
        if matches!(sent, Some(Ok(()))) { Ok(()) } else { Err(Fault::Stopped.explain(&self.place)) }
    }

    fn take_failure(&self) -> Result<()> {
        match self.failed.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// Forgets the rows of a load that was not finished.
    fn drop_load(&mut self) {
        (self.buffer, self.layout, self.has_load, self.committed) = (Buffer::default(), None, false, None);
    }

    fn take_rows(&mut self) -> Arc<Rows> {
        self.buffer.take()
    }

    /// A value that Postgres cannot hold.
    fn refuse(&mut self, reason: String) -> Error {
        let error = Fault::Value(reason).explain(&self.place);
        // What came before it in the same transaction is not committed either.
        let why = format!("{error:#}");
        self.buffer = Buffer::default();
        let aborted = self.send(Box::new(move |writer| Box::pin(async move { writer.abort(why).await })));
        aborted.err().unwrap_or(error)
    }
}

impl StateStore for Postgres {
    fn read_state<'a>(&'a mut self, key: &'a StateKey) -> DestinationFuture<'a, Option<String>> {
        let key = key.clone();
        Box::pin(self.call(move |writer| Box::pin(async move { writer.read_state(&key).await })))
    }

    fn write_state<'a>(&'a mut self, leases: &'a [Lease], changes: &'a [StateChange]) -> DestinationFuture<'a, ()> {
        let (leases, changes) = (leases.to_vec(), changes.to_vec());
        Box::pin(self.call_between(move |writer| Box::pin(async move { writer.write_state(&leases, &changes).await })))
    }
}

impl<Row: ?Sized> Append<Row> for Postgres {}
impl<Row: ?Sized> Merge<Row> for Postgres {}
impl<Row: ?Sized> Replace<Row> for Postgres {}

impl Destination for Postgres {
    fn capabilities(&self) -> Capabilities {
        Capabilities::all()
    }

    fn inspect<'a>(
        &'a mut self,
        table: &'a TableSchema,
        unfinished: &'a [LoadId],
    ) -> DestinationFuture<'a, TableStatus> {
        let (table, unfinished) = (table.clone(), unfinished.to_vec());
        Box::pin(self.call_between(move |writer| Box::pin(async move { writer.inspect(&table, &unfinished).await })))
    }

    fn begin(&mut self, load: LoadSpec, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        Box::pin(async move {
            let begun = self.call_between(move |writer| Box::pin(async move { writer.begin(load, &changes).await }));
            self.layout = begun.await?;
            self.has_load = true;
            Ok(())
        })
    }

    fn write(&mut self, batch: Batch) -> DestinationFuture<'_, ()> {
        let written = self.take_failure().and_then(|()| match &self.layout {
            Some(layout) => {
                let written = self.buffer.write(layout, &batch, self.settings.rules);
                written.map_err(|reason| self.refuse(reason))
            }
            None if self.has_load => Ok(()),
            None => Err(Fault::LeaseLost.explain(&self.place)),
        });
        Box::pin(ready(written))
    }

    fn quarantine(&mut self, rows: Quarantined) -> DestinationFuture<'_, ()> {
        self.buffer.quarantine(rows);
        Box::pin(ready(self.take_failure()))
    }

    fn commit(&mut self, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        let rows = self.take_rows();
        // Sent at once: the changes are not lost where the future is dropped.
        let sent = self.enqueue(move |writer| Box::pin(async move { writer.commit(rows, &changes).await }));
        let before = sent.map(|done| self.committed.replace(done));
        Box::pin(async move {
            if let Some(before) = before? {
                // An error means that it is done as well.
                let _ = before.await;
            }
            self.take_failure()
        })
    }

    fn flush(&mut self) -> DestinationFuture<'_, WriteStats> {
        let rows = self.take_rows();
        Box::pin(self.call(move |writer| Box::pin(async move { writer.flush(rows).await })))
    }

    fn finish(&mut self, outcome: LoadOutcome, changes: Vec<StateChange>) -> DestinationFuture<'_, WriteStats> {
        let rows = self.take_rows();
        self.drop_load();
        Box::pin(self.call(move |writer| Box::pin(async move { writer.finish(rows, outcome, &changes).await })))
    }

    fn cancel(&mut self, changes: Option<Vec<StateChange>>) {
        let rows = self.take_rows();
        self.drop_load();
        // Where the writer has stopped, nothing is open.
        let _ =
            self.send(Box::new(move |writer| Box::pin(async move { writer.cancel(rows, changes.as_deref()).await })));
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").field("place", &self.place).field("settings", &self.settings).finish_non_exhaustive()
    }
}
