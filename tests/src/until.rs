//! Waits for what another task, thread or process does, and not for ever.

use std::thread;
use std::time::{Duration, Instant};

/// A busy machine may take its time; what has not come by then never will.
const AT_MOST: Duration = Duration::from_secs(20);
const BETWEEN_LOOKS: Duration = Duration::from_millis(2);

/// Waits until this holds, while other tasks go on; the test fails where it does not come to hold.
pub async fn until(what: &str, holds: impl Fn() -> bool) {
    let latest = Instant::now() + AT_MOST;
    while !holds() {
        in_time(what, latest);
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

/// The same of a test without tasks.
pub fn block_until(what: &str, holds: impl Fn() -> bool) {
    let latest = Instant::now() + AT_MOST;
    while !holds() {
        in_time(what, latest);
        thread::sleep(BETWEEN_LOOKS);
    }
}

fn in_time(what: &str, latest: Instant) {
    assert!(Instant::now() < latest, "waited in vain: {what}");
}
