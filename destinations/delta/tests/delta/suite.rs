//! `Delta` passes the suite. Its parts run at once.

use declarest_tests::suite;

use crate::store::Store;

async fn passes(disposition: &str, is_wanted: impl Fn(&str) -> bool + Send + Sync) {
    suite::passes(Store::new, disposition, |name| suite::is_chosen_if_slow(name) && is_wanted(name)).await;
}

declarest_tests::suite! {
    super::passes:
    append = "append";
    merge = "merge";
    replace = "replace";
}
