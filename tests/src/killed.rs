//! What tests share that kill a sync in a process of its own.

use std::env;
use std::process::{Child, ExitStatus};
use std::time::Duration;

use crate::{Listing, Reply, Request, Step};

/// What a request meets: mostly a page, sometimes a fault that passes. `dice` is a number below 100.
pub fn weather(request: &Request, rows: u64, dice: u32) -> Reply {
    let reply = Listing::of(rows).reply(request);
    match dice {
        0 => Reply::status(500),
        1 => Reply::status(503).header("Retry-After", 0),
        2 => Reply::status(429).header("Retry-After", 0),
        3 => Reply::status(429),
        4 => Reply::script([Step::Reset]),
        5 => Reply::cut(5000, [Step::text(r#"{"paging":{"total":"#), Step::Reset]),
        6 => Reply::cut(5000, [Step::text(r#"{"paging":{"total":"#)]),
        7 => Reply::script([Step::text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"it")]),
        _ => reply.after(Duration::from_millis(1)),
    }
}

/// The number that a variable of the environment sets.
pub fn setting(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// A process that does not outlive the test: dropped, it is killed.
#[derive(Debug)]
pub struct Process(pub Child);

impl Process {
    /// How it has ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("it is ours")
    }

    /// Waits until it has ended without an error.
    pub fn succeeds(&mut self) {
        assert!(self.0.wait().expect("it is ours").success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
