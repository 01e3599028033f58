//! Bodies that unpack to more than there is memory for: stopped at the bound, in flat memory.

use declarest::ErrorKind;
use declarest_tests::faults::bomb;
use declarest_tests::{Reply, Server};

/// A row behind a bound that is the default one.
#[declarest::source(base_url = "http://127.0.0.1:9", auth = none, resource_defaults(paginator = single_page))]
mod api {
    #[resource(name = items, path = "/items")]
    pub struct Item {
        pub id: u64,
    }
}

#[tokio::test]
async fn a_gibibyte_from_a_mebibyte_is_stopped_at_the_bound() {
    let server = Server::start(|_| Reply::status(200).header("Content-Encoding", "gzip").body(bomb()));
    let client = api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing");
    let error = client.items().await.map(drop).expect_err("too large");
    assert_eq!(error.kind(), ErrorKind::BodyTooLarge, "{error}");
    assert!(error.to_string().contains("67108864 bytes after decompression"), "{error}");
    assert_eq!(server.count(), 1, "it is not asked for again");
    // The bound, and as much again while the buffer grows; not the gibibyte.
    if let Some(peak) = peak_kib() {
        assert!(peak < 400 << 10, "{peak} KiB at most");
    }
}

/// The most memory that this process has held, where the system tells it.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().strip_suffix("kB")?.trim().parse().ok()
}
