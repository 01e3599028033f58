//! Holds the lock of a database until its input ends: another process, as far as a sync is concerned.

use std::io::{Read as _, Write as _};

/// Argument: the file. Says `held` when it has the lock.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let connection = rusqlite::Connection::open(std::env::args().nth(1).unwrap_or_default())?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    println!("held");
    std::io::stdout().flush()?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
