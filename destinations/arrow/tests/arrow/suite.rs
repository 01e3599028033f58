//! `Parquet` passes the suite of destinations: where each commit of a sync is a file, and where a load is one file.

use std::time::Duration;

use declarest::conformance;
use declarest_tests::{is_chosen, long};

use crate::store::Store;

/// Runs the cases of a disposition whose names are wanted.
async fn passes(disposition: &str, commit_every: Duration, is_wanted: impl Fn(&str) -> bool + Send + Sync) {
    let fresh = |case: &str| {
        if std::env::var_os("DECLAREST_CASES").is_some() {
            eprintln!("{case}");
        }
        Store::committing(commit_every)
    };
    let is_of = |name: &str| {
        name.strip_prefix(disposition)
            .and_then(|rest| rest.strip_prefix(": "))
            .is_some_and(|name| is_chosen(name) && is_wanted(name))
    };
    let report = conformance::run_some(fresh, is_of).await;
    println!("{report}");
    report.into_result().expect("all cases pass");
}

macro_rules! parts {
    ($($part:ident: $disposition:literal, $every:expr;)*) => {$(
        mod $part {
            use super::*;

            #[tokio::test]
            async fn passes_the_short_cases() {
                passes($disposition, $every, |name| long(name).is_none()).await;
            }

            #[tokio::test]
            async fn passes_kills() {
                passes($disposition, $every, |name| long(name) == Some("kills")).await;
            }

            #[tokio::test]
            async fn passes_drops_and_failures() {
                passes($disposition, $every, |name| matches!(long(name), Some("drops" | "failures"))).await;
            }

            #[tokio::test]
            async fn passes_two_syncs_at_once() {
                passes($disposition, $every, |name| matches!(long(name), Some("two syncs" | "crossed syncs"))).await;
            }
        }
    )*};
}

parts! {
    append_by_commit: "append", Duration::ZERO;
    append_by_load: "append", Duration::from_hours(1);
    replace_by_commit: "replace", Duration::ZERO;
    replace_by_load: "replace", Duration::from_hours(1);
}

#[tokio::test]
async fn merge_is_refused_before_a_request() {
    passes("merge", Duration::ZERO, |_| true).await;
}
