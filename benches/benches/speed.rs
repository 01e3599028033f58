//! The table of what reading and syncing cost. With a number, each job is run so often.
#![forbid(unsafe_code)]

use declarest_benches::table::{self, Rounds};
use declarest_benches::{Result, started_as_helper};

fn main() -> Result<()> {
    if started_as_helper()? {
        return Ok(());
    }
    let args: Vec<String> = std::env::args().skip(1).collect();
    // `cargo bench` says so; anything else, `cargo test --all-targets` for instance, only wants to see it start.
    if !args.iter().any(|arg| arg == "--bench") {
        return Ok(());
    }
    let quick = args.iter().find_map(|arg| arg.parse().ok()).unwrap_or(11);
    table::print(Rounds { quick, slow: quick.min(3) })
}
