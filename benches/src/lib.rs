//! What reading and syncing cost, against the best that is written by hand: `cargo bench -p declarest-benches`.
//!
//! Every run is a process of its own, so that its CPU time and its memory are its own; all of them are served by one more
//! process. Runs of one kind and the other take turns, so that what else the machine does falls on both.
#![forbid(unsafe_code)]

pub mod by_hand;
pub mod compile;
pub mod declared;
pub mod instructions;
pub mod job;
pub mod measure;
pub mod pages;
pub mod server;
pub mod table;

/// What may go wrong in a measurement: it ends there.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Rows per page.
pub const PAGE: u32 = 100;

/// What the binaries do: serve, or do one job, as they were started for; false if they were started by a person.
///
/// # Errors
/// Those of what they do.
pub fn started_as_helper() -> Result<bool> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve"] => server::serve().map(|()| true),
        ["job", name, rest @ ..] => job::run(name, rest).map(|()| true),
        _ => Ok(false),
    }
}
