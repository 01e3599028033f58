//! What is left to do after a commit, and may be left undone.

use std::collections::HashSet;
use std::num::NonZeroU64;
use std::slice;

use declarest::TableSchema;
use declarest::destination::LoadId;
use deltalake::{ObjectStore as _, ObjectStoreError, Path};
use futures_util::TryStreamExt as _;

use crate::entry::Stage;
use crate::stage::{directory, files_of};
use crate::tables::{FILE_SIZE, Tables};

/// A table with so many small files gets fewer, larger ones.
const SMALL_FILES: usize = 16;

/// Deletes staged files of this load and of earlier ones that no entry names any more: those of merges that are done, of loads that
/// were given up, and of commits that did not come about. A later load may have taken over meanwhile: its files stay.
pub(crate) async fn stage(tables: &Tables, table: &TableSchema, stage: Option<&Stage>, load: &LoadId) {
    for (number, table) in table.with_children().enumerate() {
        let Ok(directory) = tables.unloaded(&directory(&table.name)) else { continue };
        let files = stage.map_or(&[][..], |stage| files_of(stage, number));
        let kept: HashSet<_> = files.iter().map(|file| file.path.as_str()).collect();
        let store = directory.object_store();
        let found: Result<Vec<_>, ObjectStoreError> = store.list(None).try_collect().await;
        for file in found.unwrap_or_default() {
            let path = file.location.as_ref();
            let is_earlier = path.split('/').next().is_some_and(|of| of <= load.as_str());
            if is_earlier && !kept.contains(path) {
                remove(&store, &file.location).await;
            }
        }
    }
}

async fn remove(store: &deltalake::logstore::ObjectStoreRef, path: &Path) {
    use deltalake::logstore::object_store::ObjectStoreExt as _;
    if let Err(error) = store.delete(path).await {
        tracing::warn!(%error, %path, "a staged file cannot be deleted");
    }
}

/// Merges small data files: each commit makes one.
pub(crate) async fn tables(tables: &mut Tables, table: &TableSchema) {
    for table in table.with_children() {
        let Ok(Some(there)) = tables.get(slice::from_ref(&table.name)).await else { continue };
        let is_small = |size: i64| size.unsigned_abs() < FILE_SIZE / 4;
        let small =
            there.snapshot().map_or(0, |state| state.log_data().iter().filter(|file| is_small(file.size())).count());
        if small < SMALL_FILES {
            continue;
        }
        let Some(size) = NonZeroU64::new(FILE_SIZE) else { continue };
        if let Err(error) = there.optimize().with_target_size(size).await {
            tracing::warn!(%error, table = table.name, "small files cannot be merged");
        }
    }
}
