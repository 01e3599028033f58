//! Whether a row takes more instructions than the committed figures say.
#![forbid(unsafe_code)]

use std::path::Path;

use declarest_benches::{Result, instructions, started_as_helper};

fn main() -> Result<()> {
    if started_as_helper()? || !std::env::args().any(|arg| arg == "--bench") {
        return Ok(());
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.txt");
    instructions::check(&file, std::env::var_os("UPDATE_INSTRUCTIONS").is_some())
}
