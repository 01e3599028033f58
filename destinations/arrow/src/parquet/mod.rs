//! `Parquet`: a folder of tables, each of them files, and the commits that say which.

mod catalog;
mod disk;
mod error;
mod file;
mod load;
mod log;
mod open;
mod settings;
mod writer;

use std::fmt;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use declarest::destination::{
    Append, Capabilities, DestinationFuture, Lease, LoadId, LoadOutcome, LoadSpec, Quarantined, Replace, StateChange,
    StateKey, StateStore, TableStatus, WriteStats,
};
use declarest::{Batch, Destination, Error, Result, TableSchema};
use object_store::ObjectStore;
use object_store::path::Path;

use self::error::Fault;
use self::file::PART_ON_DISK;
use self::open::Folder;
use self::settings::Settings;
use self::writer::Writer;

/// A folder of Parquet files as a destination, on disk or in an object store: each resource is a table, rows are appended or
/// replace those before.
///
/// ```no_run
/// use declarest_arrow::Parquet;
///
/// /// Posts.
/// #[declarest::source(base_url = "https://api.example.com", auth = none)]
/// mod blog {
///     /// A post.
///     #[resource(name = posts, path = "/posts", primary_key = id, write_disposition = replace)]
///     pub(crate) struct Post {
///         pub(crate) id: i64,
///         pub(crate) title: String,
///     }
/// }
///
/// # async fn sync() -> declarest::Result<()> {
/// let client = blog::Client::builder().build()?;
/// let mut lake = Parquet::open("s3://bucket/blog")?;
/// println!("{}", client.sync(&mut lake).await?);
/// for file in lake.files("posts").await? {
///     println!("{} has {} rows", file.location, file.rows);
/// }
/// # Ok(()) }
/// ```
///
/// # Files
///
/// A table is the files `<table>/<load>-<number>.parquet`, compressed with zstd, with the columns of the declaration (see the
/// [crate](crate#types) for their types) and `_load_id`. Lists (`#[column(child_table)]`) are tables of their own. A table that has
/// no rows after its first load is a file without rows. Rows that could not be read are the table `_declarest_quarantine`.
///
/// Which files are the table is said by the commits, `_declarest/commits/<number>.json`: each says which files and columns
/// came, which files went, where the sync resumes, who holds the resource, and what the load has counted so far. The number is the
/// folder's, not a resource's: a commit may change the state of several. `_declarest/snapshot.json` is the sum of all commits up
/// to the number in it, and is renewed every 32 commits. Read the snapshot, if there is one, and the commits after it up to
/// the first that is missing; [`files`](Self::files) does this.
///
/// - **A reader of the commits** sees whole commits: of a table that is replaced the old rows or the new ones, never both and never
///   none. The files of the old rows are deleted when the next load of the resource begins: read them before that.
/// - **A reader who globs** (`issues/*.parquet`) may see more: the rows of a load that is not complete, also of one that was
///   killed, until the next load begins; and, of a table that is replaced, the old rows beside the new ones. Globs are right for
///   tables that are appended to, between loads that were not killed.
///
/// When the declaration changes, a new column is missing in older files: let the reader join columns by name (`union_by_name` in
/// `DuckDB`, `missing_columns` in Polars). Another type is a [`Schema`](declarest::ErrorKind::Schema) error before anything is
/// written.
///
/// # Guarantees
///
/// - A data file appears as a whole; a commit is an object that only one writer can create, after the files that it names. Rows and the
///   place to resume at are in the same commit. Killed at any moment, a sync resumes after the last one.
/// - A commit of a load ends its files: so that they do not explode, there is one when a file has
///   [64 MiB](Self::file_size), a [minute](Self::commit_every) after the last one, and at the end of the load. **After a kill, as many
///   rows are read again**: those of the last minute, or of a file. With `commit_every(Duration::ZERO)`, a commit is made, and a file,
///   for every ten pages.
/// - On a local disk, the files that a commit names are forced to it before the commit, and then the commit: a power cut undoes
///   nothing of what was committed. One that comes while a commit is written may damage it, which is an error that names it.
/// - A sync whose future is dropped is as one that is killed. One that fails, as when the API does, commits the pages that have come.
/// - Of two syncs of a resource at once, the later one takes over; the earlier one ends with
///   [`lease_lost`](declarest::Error::lease_lost) at its next commit. Several syncs of other resources may write to the same folder.
/// - A source with `write_disposition = merge` does not compile with it: files cannot be changed row by row.
///   ```compile_fail
///   # #[declarest::source(base_url = "https://api.example.com", auth = none)]
///   # mod blog {
///   #     /// A post.
///   #     #[resource(name = posts, path = "/posts", primary_key = id, write_disposition = merge)]
///   #     pub(crate) struct Post { pub(crate) id: i64 }
///   # }
///   # async fn sync(client: blog::Client, mut lake: declarest_arrow::Parquet) {
///   client.sync(&mut lake).await;
///   # }
///   ```
///   As `&mut dyn Destination`, it is an error before the first request.
/// - A value that cannot be held, a time with nanoseconds, is an error, never another value; see
///   [`truncate_times`](Self::truncate_times).
///
/// In a bucket, a killed sync may leave an upload that is not complete: let a rule of the bucket's lifecycle remove these.
///
/// Commits are small: about four for each resource in each sync. Those that are older than two days are deleted when a snapshot is
/// renewed, but for the 32 before it. Memory is that of the rows that wait for a commit of the
/// sync (at most 16 MiB), and, for each table of a resource, of the group of rows that is being encoded (4 MiB of it, compressed) and of
/// what is being sent (10 MiB, and 2 MiB to a disk).
pub struct Parquet {
    place: String,
    settings: Settings,
    writer: Writer,
}

/// A file of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParquetFile {
    /// Its path, or its URL in an object store.
    pub location: String,
    /// How many rows it has.
    pub rows: u64,
    /// How many bytes it has.
    pub bytes: u64,
    /// The load that wrote it.
    pub load: LoadId,
}

impl Parquet {
    /// Opens a folder: a local path, which is made where it is missing, or a URL. Nothing else is read or written yet.
    ///
    /// | URL | feature | credentials and settings |
    /// | --- | --- | --- |
    /// | a path, `file:///folder` | | |
    /// | `s3://bucket/folder` | `aws` | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT`, … |
    /// | `gs://bucket/folder` | `gcp` | `GOOGLE_SERVICE_ACCOUNT`, `GOOGLE_APPLICATION_CREDENTIALS`, … |
    /// | `az://container/folder` | `azure` | `AZURE_STORAGE_ACCOUNT_NAME`, `AZURE_STORAGE_ACCOUNT_KEY`, … |
    ///
    /// The variables are those of the crate `object_store`. What they hold is in no error and no `Debug`.
    ///
    /// # Errors
    /// [`Config`](declarest::ErrorKind::Config) when the URL cannot be read, has credentials, or needs a feature that is not there;
    /// [`Destination`](declarest::ErrorKind::Destination) when the folder cannot be made, or the store's settings cannot work.
    pub fn open(url: impl AsRef<str>) -> Result<Self> {
        let folder = Folder::open(url.as_ref()).map_err(|fault| fault.explain("the folder of Parquet files"))?;
        Ok(Self::of(folder))
    }

    /// A folder of any object store. `place` names the store in errors and in [`files`](Self::files), as `s3://bucket` would.
    ///
    /// The store must be able to create an object only where there is none (`PutMode::Create`).
    ///
    /// # Errors
    /// [`Config`](declarest::ErrorKind::Config) when the folder is no path of an object store.
    pub fn in_store(store: Arc<dyn ObjectStore>, folder: &str, place: &str) -> Result<Self> {
        let folder = Path::parse(folder).map_err(|error| {
            let message = format!("`{folder}` is no folder of an object store: {error}");
            Error::new(declarest::ErrorKind::Config, message).with_help("write names with `/` between them")
        })?;
        let place = format!("{place}/{folder}").trim_end_matches('/').to_owned();
        Ok(Self::of(Folder { store: Folder::below(store, folder), place, local: None }))
    }

    fn of(Folder { store, place, local }: Folder) -> Self {
        let mut settings = Settings::default();
        if local.is_some() {
            settings.part_size = PART_ON_DISK;
        }
        Self { place, settings, writer: Writer::new(store, local) }
    }

    /// After how many bytes a file ends, about. Default: 64 MiB. One commit of a sync is never divided.
    #[must_use]
    pub fn file_size(mut self, bytes: u64) -> Self {
        self.settings.file_size = bytes;
        self
    }

    /// For how long pages that have come wait for a commit at most, and with it for the end of a file. Default: a minute. What waits
    /// is read again after a kill.
    #[must_use]
    pub fn commit_every(mut self, time: Duration) -> Self {
        self.settings.commit_every = time;
        self
    }

    /// Cuts times to microseconds. Default: a time with nanoseconds is an error.
    #[must_use]
    pub fn truncate_times(mut self) -> Self {
        self.settings.truncates_times = true;
        self
    }

    /// The files of a table as of the last commit of any writer, in the order in which they came; none where there is no such
    /// table.
    ///
    /// # Errors
    /// [`Destination`](declarest::ErrorKind::Destination) when the commits cannot be read.
    pub async fn files(&mut self, table: &str) -> Result<Vec<ParquetFile>> {
        let Self { place, writer, .. } = self;
        let catalog = writer.log.refresh().await.map_err(|fault| fault.explain(place))?;
        let file = |file: &catalog::DataFile| ParquetFile {
            location: format!("{place}/{}", file.path),
            rows: file.rows,
            bytes: file.bytes,
            load: file.load.clone(),
        };
        Ok(catalog.live(table).map(file).collect())
    }

    fn explained<T>(&self, result: Result<T, Fault>) -> Result<T> {
        result.map_err(|fault| fault.explain(&self.place))
    }
}

impl StateStore for Parquet {
    fn read_state<'a>(&'a mut self, key: &'a StateKey) -> DestinationFuture<'a, Option<String>> {
        Box::pin(async move {
            let text = self.writer.read_state(key).await;
            self.explained(text)
        })
    }

    fn write_state<'a>(&'a mut self, leases: &'a [Lease], changes: &'a [StateChange]) -> DestinationFuture<'a, ()> {
        Box::pin(async move {
            let written = self.writer.write_state(leases, changes).await;
            self.explained(written)
        })
    }
}

// Where a source merges, it does not compile with this one.
impl<Row: ?Sized> Append<Row> for Parquet {}
impl<Row: ?Sized> Replace<Row> for Parquet {}

impl Destination for Parquet {
    fn capabilities(&self) -> Capabilities {
        Capabilities::new().append().replace()
    }

    fn inspect<'a>(
        &'a mut self,
        table: &'a TableSchema,
        unfinished: &'a [LoadId],
    ) -> DestinationFuture<'a, TableStatus> {
        Box::pin(async move {
            let status = self.writer.inspect(table, unfinished).await;
            self.explained(status)
        })
    }

    fn begin(&mut self, load: LoadSpec, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        Box::pin(async move {
            let begun = self.writer.begin(load, &changes, &self.settings).await;
            self.explained(begun)
        })
    }

    fn write(&mut self, batch: Batch) -> DestinationFuture<'_, ()> {
        Box::pin(async move {
            let written = self.writer.write(&batch).await;
            self.explained(written)
        })
    }

    fn quarantine(&mut self, rows: Quarantined) -> DestinationFuture<'_, ()> {
        let written = self.writer.quarantine(&rows);
        Box::pin(ready(self.explained(written)))
    }

    fn commit(&mut self, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        Box::pin(async move {
            let committed = self.writer.commit(changes).await;
            self.explained(committed)
        })
    }

    fn flush(&mut self) -> DestinationFuture<'_, WriteStats> {
        Box::pin(ready(Ok(self.writer.stats())))
    }

    fn finish(&mut self, outcome: LoadOutcome, changes: Vec<StateChange>) -> DestinationFuture<'_, WriteStats> {
        Box::pin(async move {
            let ended = self.writer.finish(&outcome, &changes).await;
            self.explained(ended)
        })
    }

    fn cancel(&mut self, _changes: Option<Vec<StateChange>>) {
        // To end a file takes waiting.
        self.writer.load = None;
    }
}

impl fmt::Debug for Parquet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parquet").field("place", &self.place).field("settings", &self.settings).finish_non_exhaustive()
    }
}
