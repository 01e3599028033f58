//! How many instructions a row takes, counted by callgrind: the same on a busy machine as on a quiet one.
//!
//! A run over many rows less one over few: what a program does once, it does in both.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::Result;
use crate::measure::Job;
use crate::server::Server;

/// What is counted.
const JOBS: [&str; 2] = ["read-1", "sync"];
/// A first few rows, and those that count.
const ROWS: [u32; 2] = [2_000, 12_000];
/// By how much a count may be above the committed one.
const TOLERANCE: f64 = 0.05;

/// Counts, and compares with the file's figures; or writes them down, if that is wanted.
///
/// # Errors
/// Where callgrind is not there, or a row takes more instructions than it did.
pub fn check(file: &Path, update: bool) -> Result<()> {
    let server = Server::start()?;
    let before = std::fs::read_to_string(file).unwrap_or_default();
    let mut now = String::from(
        "# Instructions a row, by `UPDATE_INSTRUCTIONS=1 cargo bench -p declarest-benches --bench instructions`.\n",
    );
    let mut worse = Vec::new();
    for job in JOBS {
        let count = a_row(&server, job)?;
        writeln!(now, "{job} {count:.0}")?;
        let figure = before.lines().find_map(|line| line.strip_prefix(job)?.trim().parse::<f64>().ok());
        let Some(figure) = figure else {
            println!("{job}: {count:.0} instructions a row, nothing committed");
            worse.push(job);
            continue;
        };
        let change = count / figure - 1.0;
        println!("{job}: {count:.0} instructions a row, {:+.1} % against the committed {figure:.0}", change * 100.0);
        if change > TOLERANCE {
            worse.push(job);
        } else if change < -TOLERANCE {
            println!("{job}: better than committed; write it down with UPDATE_INSTRUCTIONS=1");
        }
    }
    if update {
        return Ok(std::fs::write(file, now)?);
    }
    if worse.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} takes more instructions a row than {} says: mend it, or write the new figures down with UPDATE_INSTRUCTIONS=1 and say why",
        worse.join(", "),
        file.display()
    )
    .into())
}

/// Instructions of a job for each row.
fn a_row(server: &Server, name: &str) -> Result<f64> {
    let [few, many] = ROWS;
    let count = |rows: u32| -> Result<f64> {
        let directory = tempfile::tempdir()?;
        let database = directory.path().join("counted.db");
        let job = Job { name, rows, latency: Duration::ZERO, database: &database };
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(std::env::current_exe()?)
            .args(job.args(server))
            .output()
            .map_err(|error| format!("valgrind cannot be run: {error}"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        let collected = said.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
        match collected {
            Some(collected) if output.status.success() => Ok(collected),
            _ => Err(format!("{name} under callgrind: {said}").into()),
        }
    };
    Ok((count(many)? - count(few)?) / f64::from(many - few))
}
