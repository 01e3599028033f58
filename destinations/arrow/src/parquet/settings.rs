//! What a user of the destination decides.

use std::time::Duration;

#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// How many bytes a file has when it is ended.
    pub(crate) file_size: u64,
    /// How long rows wait for a commit at most.
    pub(crate) commit_every: Duration,
    pub(crate) truncates_times: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { file_size: 64 << 20, commit_every: Duration::from_mins(1), truncates_times: false }
    }
}
