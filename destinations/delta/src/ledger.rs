//! The log of a place: its entries in their order, and what they add up to. An entry is a file of its own that is made exclusively:
//! of two writers, one is first, and the other one sees what it has written.

use std::collections::BTreeMap;
use std::time::Duration;

use declarest::Result;
use declarest::destination::StateKey;
use declarest::jiff::Timestamp;
use deltalake::ObjectStoreError;
use deltalake::kernel::Add;
use deltalake::logstore::ObjectStoreRef;
use deltalake::logstore::object_store::{ObjectStoreExt as _, PutMode};
use deltalake::{ObjectStore as _, Path};
use futures_util::TryStreamExt as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::entry::{Entry, Stage, StageChange, Text, VERSION};
use crate::error::{failing, unreadable};
use crate::place::OWN;

/// After so many entries, their sum is written too, so that they need not all be read.
const SUM_EVERY: u64 = 64;

/// For how long an entry is kept that is part of a sum. A writer that has not looked for longer might else make it again.
const KEPT: Duration = Duration::from_hours(48);

/// After this time, the latest sum is looked for again.
const LOOK_AGAIN: Duration = Duration::from_hours(1);

/// The log as it was read.
#[derive(Debug)]
pub(crate) struct Ledger {
    store: ObjectStoreRef,
    sum: Sum,
    looked_at: Option<Timestamp>,
}

/// What the entries up to one add up to.
#[derive(Debug, Clone, Default)]
struct Sum {
    seq: u64,
    texts: BTreeMap<StateKey, String>,
    stages: BTreeMap<String, Stage>,
    last: Entry,
}

/// The same as a file.
#[derive(Serialize, Deserialize)]
struct SavedSum {
    version: u32,
    seq: u64,
    texts: Vec<Text>,
    stages: BTreeMap<String, Stage>,
    last: Entry,
}

impl Ledger {
    pub(crate) fn new(store: ObjectStoreRef) -> Self {
        Self { store, sum: Sum::default(), looked_at: None }
    }

    /// The number of the latest entry; 0 where there is none.
    pub(crate) fn seq(&self) -> u64 {
        self.sum.seq
    }

    /// The latest entry.
    pub(crate) fn last(&self) -> &Entry {
        &self.sum.last
    }

    pub(crate) fn text(&self, key: &StateKey) -> Option<&str> {
        self.sum.texts.get(key).map(String::as_str)
    }

    pub(crate) fn stage(&self, table: &str) -> Option<&Stage> {
        self.sum.stages.get(table)
    }

    /// Reads what others have written.
    pub(crate) async fn refresh(&mut self) -> Result<()> {
        if self.looked_at.is_none_or(is_long_ago) {
            self.read_sum().await?;
        }
        while let Some(entry) = self.read::<Entry>(&entry_path(self.sum.seq + 1)).await? {
            let path = entry_path(self.sum.seq + 1);
            check_version(&path, entry.version)?;
            self.sum.add(entry);
        }
        self.looked_at = Some(Timestamp::now());
        Ok(())
    }

    /// Writes the next entry; `false` where another writer was first.
    pub(crate) async fn put(&mut self, entry: Entry) -> Result<bool> {
        let path = entry_path(self.sum.seq + 1);
        let text = serde_json::to_vec(&entry).map_err(failing(format!("`{path}` cannot be written")))?;
        match self.store.put_opts(&path, text.into(), PutMode::Create.into()).await {
            Ok(_) => {}
            Err(ObjectStoreError::AlreadyExists { .. }) => {
                // Where an answer was lost and the store was asked again, it may be this one.
                let there = self.read::<Entry>(&path).await?;
                if there.is_none_or(|there| there.id != entry.id) {
                    return Ok(false);
                }
            }
            Err(error) => return Err(failing(format!("`{path}` cannot be written"))(error)),
        }
        self.sum.add(entry);
        Ok(true)
    }

    /// Writes the sum where it is time to, and drops what nobody reads any more. Nothing depends on it.
    pub(crate) async fn compact(&self) {
        if !self.sum.seq.is_multiple_of(SUM_EVERY) {
            return;
        }
        let Ok(text) = serde_json::to_vec(&self.sum.saved()) else { return };
        let path = sum_path(self.sum.seq);
        if let Err(error) = self.store.put(&path, text.into()).await {
            tracing::warn!(%error, %path, "the sum of the log cannot be written");
            return;
        }
        let files = self.store.list(Some(&directory()));
        let Ok(files) = files.try_collect::<Vec<_>>().await else { return };
        let newest = files.iter().map(|file| file.last_modified).max();
        for file in &files {
            let is_summed = number(&file.location).is_some_and(|seq| seq < self.sum.seq);
            let age = newest.and_then(|newest| (newest - file.last_modified).to_std().ok());
            if is_summed && age.is_some_and(|age| age > KEPT) {
                // The next one tries again.
                let _ = self.store.delete(&file.location).await;
            }
        }
    }

    async fn read_sum(&mut self) -> Result<()> {
        let files = self.store.list(Some(&directory())).try_collect::<Vec<_>>().await;
        let files = files.map_err(failing("the log cannot be listed"))?;
        let sums = files.iter().filter(|file| file.location.as_ref().ends_with(SUM));
        let Some(latest) = sums.filter_map(|file| number(&file.location)).max() else { return Ok(()) };
        if latest <= self.sum.seq {
            return Ok(());
        }
        let path = sum_path(latest);
        if let Some(saved) = self.read::<SavedSum>(&path).await? {
            check_version(&path, saved.version)?;
            self.sum = Sum::from(saved);
        }
        Ok(())
    }

    async fn read<T: DeserializeOwned>(&self, path: &Path) -> Result<Option<T>> {
        let failing = failing(format!("`{path}` cannot be read"));
        let bytes = match self.store.get(path).await {
            Ok(found) => found.bytes().await.map_err(failing)?,
            Err(ObjectStoreError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(failing(error)),
        };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| unreadable(path, error))
    }
}

impl Sum {
    fn add(&mut self, entry: Entry) {
        self.seq += 1;
        for Text { key, value } in &entry.texts {
            match value {
                Some(value) => self.texts.insert(key.clone(), value.clone()),
                None => self.texts.remove(key),
            };
        }
        if let Some((table, change)) = &entry.stage {
            match change {
                StageChange::Drop => drop(self.stages.remove(table)),
                StageChange::Begin(load) => {
                    let stage = Stage { load: load.clone(), files: Vec::new(), rows: 0 };
                    self.stages.insert(table.clone(), stage);
                }
                StageChange::Add { files, rows } => {
                    if let Some(stage) = self.stages.get_mut(table) {
                        stage.add(files, *rows);
                    }
                }
            }
        }
        self.last = entry;
    }

    fn saved(&self) -> SavedSum {
        let text = |(key, value): (&StateKey, &String)| Text { key: key.clone(), value: Some(value.clone()) };
        SavedSum {
            version: VERSION,
            seq: self.seq,
            texts: self.texts.iter().map(text).collect(),
            stages: self.stages.clone(),
            last: self.last.clone(),
        }
    }
}

impl From<SavedSum> for Sum {
    fn from(SavedSum { seq, texts, stages, last, .. }: SavedSum) -> Self {
        let texts = texts.into_iter().filter_map(|Text { key, value }| Some((key, value?))).collect();
        Self { seq, texts, stages, last }
    }
}

impl Stage {
    /// With these files of each table, and so many rows more.
    pub(crate) fn add(&mut self, files: &[Vec<Add>], rows: i64) {
        add_files(&mut self.files, files);
        self.rows += rows;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.files.iter().all(Vec::is_empty)
    }

    /// How many bytes the files have.
    pub(crate) fn size(&self) -> u64 {
        self.files.iter().flatten().map(|file| file.size.unsigned_abs()).sum()
    }
}

/// With these files of each table more.
pub(crate) fn add_files(files: &mut Vec<Vec<Add>>, more: &[Vec<Add>]) {
    files.resize(files.len().max(more.len()), Vec::new());
    for (there, more) in files.iter_mut().zip(more) {
        there.extend_from_slice(more);
    }
}

const SUM: &str = ".sum.json";

fn directory() -> Path {
    Path::from_iter([OWN, "log"])
}

fn entry_path(seq: u64) -> Path {
    directory().join(format!("{seq:020}.json"))
}

fn sum_path(seq: u64) -> Path {
    directory().join(format!("{seq:020}{SUM}"))
}

/// By the clock, since a machine may have slept.
fn is_long_ago(time: Timestamp) -> bool {
    Duration::try_from(Timestamp::now().duration_since(time)).map_or(true, |passed| passed > LOOK_AGAIN)
}

/// The number in a file's name.
fn number(path: &Path) -> Option<u64> {
    path.filename()?.split('.').next()?.parse().ok()
}

fn check_version(path: &Path, version: u32) -> Result<()> {
    if version <= VERSION { Ok(()) } else { Err(unreadable(path, format!("its version is {version}"))) }
}
