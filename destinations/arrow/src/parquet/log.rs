//! The commits of a folder, one after the other: each is an object of the next number that only one writer can create.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use declarest::destination::Lease;
use declarest::jiff::Timestamp;
use futures_util::TryStreamExt as _;
use object_store::path::Path;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::catalog::{Catalog, Entry, VERSION};
use super::disk::force;
use super::error::Fault;

/// The folder of what is not data.
pub(crate) const OWN: &str = "_declarest";

/// How many commits are read one by one at most: each commit of a number that this divides is followed by a snapshot.
const PER_SNAPSHOT: u64 = 32;

/// For how long a commit is kept that is part of a snapshot: a reader may have an older snapshot, and read on from there.
const KEPT: Duration = Duration::from_hours(48);

/// The commits, as far as they are known.
pub(crate) struct Log {
    store: Arc<dyn ObjectStore>,
    /// Where the folder is, if it is on this machine.
    local: Option<PathBuf>,
    catalog: Catalog,
    /// Which snapshot was read, as the store knows it.
    snapshot: Option<String>,
}

impl Log {
    pub(crate) fn new(store: Arc<dyn ObjectStore>, local: Option<PathBuf>) -> Self {
        Self { store, local, catalog: Catalog::default(), snapshot: None }
    }

    /// Reads what was committed since, by anybody.
    pub(crate) async fn refresh(&mut self) -> Result<&Catalog, Fault> {
        self.read_snapshot().await?;
        while let Some(entry) = self.entry(self.catalog.seq + 1).await? {
            self.catalog.apply(&entry);
        }
        Ok(&self.catalog)
    }

    /// Goes on from a snapshot that is newer: the commits before it may be gone.
    async fn read_snapshot(&mut self) -> Result<(), Fault> {
        let path = snapshot_path();
        let options = GetOptions { if_none_match: self.snapshot.clone(), ..GetOptions::default() };
        let found = match self.store.get_opts(&path, options).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. } | object_store::Error::NotModified { .. }) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let tag = found.meta.e_tag.clone();
        let snapshot: Catalog = parsed(&path, &found.bytes().await?)?;
        known(snapshot.version, &path)?;
        self.snapshot = tag;
        if snapshot.seq > self.catalog.seq {
            self.catalog = snapshot;
        }
        Ok(())
    }

    /// Makes a commit while the leases are held: `make` is given what is there, and called again where another writer was
    /// first. A commit that changes nothing is not written.
    pub(crate) async fn commit(
        &mut self,
        leases: &[Lease],
        make: impl Fn(&Catalog) -> Result<Entry, Fault>,
    ) -> Result<(), Fault> {
        let id = format!("{:016x}", fastrand::u64(..));
        loop {
            let catalog = self.refresh().await?;
            if leases.iter().any(|lease| lease.check(catalog.text(&lease.key)).is_err()) {
                return Err(Fault::LeaseLost);
            }
            let entry = make(catalog)?;
            if entry.is_empty() {
                return Ok(());
            }
            let entry = Entry { version: VERSION, id: id.clone(), at: Timestamp::now().to_string(), ..entry };
            if self.create(&entry).await? {
                self.catalog.apply(&entry);
                break;
            }
        }
        let local = self.local.as_deref();
        force(local, [entry_path(self.catalog.seq).to_string()]).await?;
        if self.catalog.seq.is_multiple_of(PER_SNAPSHOT) {
            let put = self.store.put(&snapshot_path(), json(&self.catalog)?.into()).await;
            // Without it, the next reader reads more commits.
            if put.is_ok() && force(local, [snapshot_path().to_string()]).await.is_ok() {
                self.prune().await;
            }
        }
        Ok(())
    }

    /// Deletes commits that are part of the snapshot, and of the one before it, and that nobody reads any more. What cannot be
    /// deleted stays.
    async fn prune(&self) {
        let Ok(found) = self.store.list(Some(&commits_path())).try_collect::<Vec<_>>().await else { return };
        let newest = found.iter().map(|object| object.last_modified).max();
        for object in &found {
            let is_summed = number(&object.location).is_some_and(|number| number + PER_SNAPSHOT <= self.catalog.seq);
            let age = newest.and_then(|newest| (newest - object.last_modified).to_std().ok());
            if is_summed && age.is_some_and(|age| age > KEPT) {
                let _ = self.store.delete(&object.location).await;
            }
        }
    }

    /// Creates the next commit, unless there is one of another writer.
    async fn create(&self, entry: &Entry) -> Result<bool, Fault> {
        let (number, options) = (self.catalog.seq + 1, PutOptions::from(PutMode::Create));
        match self.store.put_opts(&entry_path(number), json(entry)?.into(), options).await {
            Ok(_) => Ok(true),
            Err(error @ (object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. })) => {
                match self.entry(number).await? {
                    // The store may have tried it twice, and have met its own first try.
                    Some(there) => Ok(there.id == entry.id),
                    None => Err(error.into()),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn entry(&self, number: u64) -> Result<Option<Entry>, Fault> {
        let path = entry_path(number);
        let entry: Option<Entry> = self.read(&path).await?;
        entry.map(|entry| known(entry.version, &path).map(|()| entry)).transpose()
    }

    async fn read<T: DeserializeOwned>(&self, path: &Path) -> Result<Option<T>, Fault> {
        let read = match self.store.get(path).await {
            Ok(found) => found.bytes().await,
            Err(error) => Err(error),
        };
        match read {
            Ok(bytes) => parsed(path, &bytes).map(Some),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

fn parsed<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(bytes).map_err(|error| Fault::Damaged { path: path.to_string(), why: error.to_string() })
}

fn json(value: &impl Serialize) -> Result<Bytes, Fault> {
    match serde_json::to_vec(value) {
        Ok(bytes) => Ok(bytes.into()),
        Err(error) => Err(Fault::Internal(format!("a commit cannot be written as JSON: {error}"))),
    }
}

/// Refuses what a later version of this crate has written.
fn known(version: u32, path: &Path) -> Result<(), Fault> {
    if version <= VERSION {
        return Ok(());
    }
    Err(Fault::Damaged { path: path.to_string(), why: format!("it has the version {version}, and this is {VERSION}") })
}

fn snapshot_path() -> Path {
    Path::from_iter([OWN, "snapshot.json"])
}

fn commits_path() -> Path {
    Path::from_iter([OWN, "commits"])
}

fn entry_path(number: u64) -> Path {
    commits_path().join(format!("{number:020}.json"))
}

/// The number of a commit.
fn number(path: &Path) -> Option<u64> {
    path.filename()?.strip_suffix(".json")?.parse().ok()
}
