//! The program that syncs, and what it leaves in its file.

use std::io::Read as _;
use std::process::{Child, Command, ExitStatus, Stdio};

use declarest_tests::{Database, Server};

/// Rows per page, as the program asks for them.
pub(crate) const SIZE: u64 = 50;

/// The program, in a process of its own; what a test leaves by a panic is not left running.
pub(crate) struct Program(pub(crate) Child);

impl Program {
    pub(crate) fn command(server: &Server, database: &Database, resource: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_items"));
        command.arg(server.base_url()).arg(database.path()).arg(resource);
        command
    }

    pub(crate) fn start(mut command: Command) -> Self {
        Self(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts"))
    }

    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("it is ours")
    }

    /// Waits until it is over: whether it was well, and what it said of it.
    pub(crate) fn finish(mut self) -> (Option<i32>, String) {
        let status = self.0.wait().expect("it is ours");
        let mut said = String::new();
        if let Some(mut pipe) = self.0.stderr.take() {
            pipe.read_to_string(&mut said).expect("text");
        }
        (status.code(), said)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How many pages are committed, by what the state says.
pub(crate) fn committed(database: &Database) -> u64 {
    if !database.path().exists() || !database.has_table("_declarest_state") {
        return 0;
    }
    let rows = database.query("SELECT json_extract(value, '$.rows') FROM _declarest_state WHERE name = 'checkpoint'");
    rows.first().map_or(0, |row| row[0].parse::<u64>().expect("a number").div_ceil(SIZE))
}

/// The table is the source: each row once, with its values.
pub(crate) fn assert_source(database: &Database, table: &str, rows: u64) {
    let wrong = "name <> 'row ' || line OR key <> 'k' || line";
    let all = format!("SELECT count(*), count(DISTINCT line), min(line), max(line), total({wrong}) FROM {table}");
    let rows = rows.to_string();
    assert_eq!(database.query(&all), [[rows.as_str(), &rows, "1", &rows, "0.0"].map(str::to_owned)]);
    assert_eq!(database.state(), Vec::<Vec<String>>::new());
    assert_eq!(database.one("PRAGMA integrity_check"), "ok");
}
