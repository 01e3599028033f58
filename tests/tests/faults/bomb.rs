//! Bodies that unpack to more than there is memory for: stopped at the bound, in flat memory.

use std::process::Command;

use declarest_tests::faults::bomb;
use declarest_tests::{Reply, Server};

/// By a program whose bound is the default one. Its memory is its own: beside it, other tests have more.
#[test]
fn a_gibibyte_from_a_mebibyte_is_stopped_at_the_bound() {
    let server = Server::start(|_| Reply::status(200).header("Content-Encoding", "gzip").body(bomb()));
    let mut command = Command::new(env!("CARGO_BIN_EXE_fetch"));
    let output = command
        .arg(server.base_url())
        .env("USER_TOKEN", "not-a-word-of-the-message")
        .output()
        .expect("the program runs");
    let [said, peak] = [output.stderr, output.stdout].map(|text| String::from_utf8(text).expect("text"));
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("BodyTooLarge") && said.contains("67108864 bytes after decompression"), "{said}");
    assert_eq!(server.count(), 1, "it is not asked for again");
    // The bound, and as much again while the buffer grows; not the gibibyte. A system that does not tell is not Linux.
    let peak: Option<u64> = peak.trim().parse().ok();
    assert!(peak.is_some() || !cfg!(target_os = "linux"), "{said}");
    assert!(peak.is_none_or(|peak| peak < 200 << 10), "{peak:?} KiB at most");
}
