//! Runs of several jobs that take turns, and what they took.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::Result;
use crate::job::Cost;
use crate::server::Server;

/// What is to be run.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// Its name.
    pub name: &'a str,
    /// How many rows there are.
    pub rows: u32,
    /// How late each page is.
    pub latency: Duration,
    /// The database's file; for a job into a server, the text that says where to write.
    pub database: &'a Path,
}

impl Job<'_> {
    /// What this program is started with to do it.
    #[must_use]
    pub fn args(&self, server: &Server) -> Vec<OsString> {
        let texts =
            ["job", self.name, &server.url(self.rows, self.latency), &self.rows.to_string()].map(OsString::from);
        texts.into_iter().chain([self.database.into()]).collect()
    }

    /// Runs it.
    ///
    /// # Errors
    /// Where it fails.
    pub fn run(&self, server: &Server) -> Result<Cost> {
        let output = Command::new(std::env::current_exe()?).args(self.args(server)).output()?;
        if !output.status.success() {
            return Err(format!("{}: {}", self.name, String::from_utf8_lossy(&output.stderr)).into());
        }
        Cost::of_line(&String::from_utf8(output.stdout)?)
    }
}

/// The middle one.
///
/// # Panics
/// Where there are none.
#[must_use]
pub fn median(numbers: impl IntoIterator<Item = f64>) -> f64 {
    let mut numbers: Vec<_> = numbers.into_iter().collect();
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// The middle one of the ratios of runs that took turns.
#[must_use]
pub fn ratio(ours: &[Cost], theirs: &[Cost], of: impl Fn(&Cost) -> f64) -> f64 {
    median(ours.iter().zip(theirs).map(|(ours, theirs)| of(ours) / of(theirs)))
}

/// Seconds on a core.
#[must_use]
pub fn cpu(cost: &Cost) -> f64 {
    cost.cpu.as_secs_f64()
}

/// Seconds on the clock.
#[must_use]
pub fn wall(cost: &Cost) -> f64 {
    cost.wall.as_secs_f64()
}

/// MiB resident at most.
#[must_use]
pub fn peak(cost: &Cost) -> f64 {
    f64::from(u32::try_from(cost.peak).unwrap_or(u32::MAX)) / 1024.0
}
