//! Files of this machine: they outlive a power cut once they are forced to its disk.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::path::Path;

use super::error::Fault;

/// Waits until files of a folder are on the disk, and that they are there: no commit outlives what it names. Does nothing where the
/// folder is not on this machine.
pub(crate) async fn force(folder: Option<&Path>, files: impl IntoIterator<Item = String>) -> Result<(), Fault> {
    let Some(folder) = folder.map(Path::to_path_buf) else { return Ok(()) };
    let files: Vec<_> = files.into_iter().map(|file| folder.join(file)).collect();
    let force = move || {
        files.iter().try_for_each(|file| OpenOptions::new().write(true).open(file)?.sync_all())?;
        let within = |directory: &&Path| directory.starts_with(&folder);
        let directories: BTreeSet<_> =
            files.iter().flat_map(|file| file.ancestors().skip(1).take_while(within)).collect();
        directories.into_iter().try_for_each(force_directory)
    };
    match tokio::task::spawn_blocking(force).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Fault::Internal(format!("a file cannot be forced to the disk: {error}"))),
        Err(error) => Err(Fault::Internal(error.to_string())),
    }
}

#[cfg(unix)]
fn force_directory(directory: &Path) -> std::io::Result<()> {
    std::fs::File::open(directory)?.sync_all()
}

/// Elsewhere, a directory is no file.
#[cfg(not(unix))]
fn force_directory(_: &Path) -> std::io::Result<()> {
    Ok(())
}
