//! What a user of the destination decides, and its place.

use std::time::Duration;

use super::file::PART;

#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// How many bytes a file has when it is ended.
    pub(crate) file_size: u64,
    /// How long rows wait for a commit at most.
    pub(crate) commit_every: Duration,
    pub(crate) truncates_times: bool,
    /// How many bytes of a file are sent at once.
    pub(crate) part_size: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { file_size: 64 << 20, commit_every: Duration::from_mins(1), truncates_times: false, part_size: PART }
    }
}
