//! The commits of a folder, one after the other: each is an object of the next number that only one writer can create.

use std::sync::Arc;

use bytes::Bytes;
use declarest::destination::Lease;
use declarest::jiff::Timestamp;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::catalog::{Catalog, Entry, VERSION};
use super::error::Fault;

/// The folder of what is not data.
pub(crate) const OWN: &str = "_declarest";

/// How many commits are read one by one at most: each commit of a number that this divides is followed by a snapshot.
const PER_SNAPSHOT: u64 = 32;

/// The commits, as far as they are known.
pub(crate) struct Log {
    store: Arc<dyn ObjectStore>,
    catalog: Catalog,
    is_opened: bool,
}

impl Log {
    pub(crate) fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, catalog: Catalog::default(), is_opened: false }
    }

    /// Reads what was committed since, by anybody.
    pub(crate) async fn refresh(&mut self) -> Result<&Catalog, Fault> {
        if !self.is_opened {
            let snapshot: Option<Catalog> = self.read(&snapshot_path()).await?;
            self.catalog = snapshot.unwrap_or_default();
            known(self.catalog.version, &snapshot_path())?;
            self.is_opened = true;
        }
        while let Some(entry) = self.entry(self.catalog.seq + 1).await? {
            self.catalog.apply(&entry);
        }
        Ok(&self.catalog)
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
        if self.catalog.seq.is_multiple_of(PER_SNAPSHOT) {
            // Without it, the next reader reads more commits.
            let _ = self.store.put(&snapshot_path(), json(&self.catalog)?.into()).await;
        }
        Ok(())
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
            Ok(bytes) => match serde_json::from_slice(&bytes) {
                Ok(value) => Ok(Some(value)),
                Err(error) => Err(Fault::Damaged { path: path.to_string(), why: error.to_string() }),
            },
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
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

fn entry_path(number: u64) -> Path {
    Path::from_iter([OWN, "commits", &format!("{number:020}.json")])
}
