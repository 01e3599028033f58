//! `Postgres` passes the suite. Its parts run at once: each waits mostly for the server.

use declarest_tests::suite;

use crate::server::shared;
use crate::store::Store;

async fn passes(disposition: &str, is_wanted: impl Fn(&str) -> bool + Send + Sync) {
    let Some(server) = shared() else { return };
    suite::passes(|| Store::new(server), disposition, |name| suite::is_chosen(name) && is_wanted(name)).await;
}

declarest_tests::suite! {
    super::passes:
    append = "append";
    merge = "merge";
    replace = "replace";
}
