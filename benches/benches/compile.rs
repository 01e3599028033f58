//! The table of what declarations cost to compile. With a number, each build is run so often.
#![forbid(unsafe_code)]

use declarest_benches::{Result, compile};

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    // `cargo bench` says so; anything else, `cargo test --all-targets` for instance, only wants to see it start.
    if !args.iter().any(|arg| arg == "--bench") {
        return Ok(());
    }
    compile::print(args.iter().find_map(|arg| arg.parse().ok()).unwrap_or(5))
}
