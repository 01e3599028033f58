//! `Delta` passes the suite. Its parts run at once.

use declarest::conformance;
use declarest_tests::{is_chosen_if_slow, long};

use crate::store::Store;

/// Runs the cases of a disposition whose names are wanted.
async fn passes(disposition: &str, is_wanted: impl Fn(&str) -> bool + Send + Sync) {
    let fresh = |case: &str| {
        if std::env::var_os("DECLAREST_CASES").is_some() {
            eprintln!("{case}");
        }
        Store::new()
    };
    let is_of = |name: &str| {
        name.strip_prefix(disposition)
            .and_then(|rest| rest.strip_prefix(": "))
            .is_some_and(|name| is_chosen_if_slow(name) && is_wanted(name))
    };
    let report = conformance::run_some(fresh, is_of).await;
    println!("{report}");
    report.into_result().expect("all cases pass");
}

macro_rules! parts {
    ($($disposition:ident)*) => {$(
        mod $disposition {
            use super::{long, passes};

            #[tokio::test]
            async fn passes_the_short_cases() {
                passes(stringify!($disposition), |name| long(name).is_none()).await;
            }

            #[tokio::test]
            async fn passes_kills() {
                passes(stringify!($disposition), |name| long(name) == Some("kills")).await;
            }

            #[tokio::test]
            async fn passes_drops_and_failures() {
                passes(stringify!($disposition), |name| matches!(long(name), Some("drops" | "failures"))).await;
            }

            #[tokio::test]
            async fn passes_two_syncs_at_once() {
                passes(stringify!($disposition), |name| matches!(long(name), Some("two syncs" | "crossed syncs"))).await;
            }
        }
    )*};
}

parts!(append merge replace);
