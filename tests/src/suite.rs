//! The conformance suite, in parts that run at once, on a destination that is slow.

use declarest::conformance::{self, Harness};

/// Cases that sync once for each call of a sync.
const LONG: [&str; 5] = ["kills", "drops", "failures", "two syncs", "crossed syncs"];

/// The part of a long case's name before its scenario.
pub fn long(name: &str) -> Option<&'static str> {
    LONG.into_iter().find(|case| name.split(" (").next() == Some(*case))
}

/// Whether a case is run: each one without a scenario, and those of two scenarios, a list in pages and one with parents. With
/// `DECLAREST_SUITE=whole`, all are, which takes many minutes.
pub fn is_chosen(name: &str) -> bool {
    is_whole() || !name.contains('(') || name.ends_with("(numbered)") || name.ends_with("(parents)")
}

/// The same for a destination to which each sync takes seconds: of the long cases, only those of a list in pages.
pub fn is_chosen_if_slow(name: &str) -> bool {
    is_chosen(name) && (is_whole() || long(name).is_none() || name.ends_with("(numbered)"))
}

fn is_whole() -> bool {
    std::env::var_os("DECLAREST_SUITE").is_some_and(|value| value == "whole")
}

/// Runs the cases of a disposition whose names are wanted. `DECLAREST_CASES` names each store as it is made.
pub async fn passes<H: Harness>(
    fresh: impl Fn() -> H + Send + Sync,
    disposition: &str,
    is_wanted: impl Fn(&str) -> bool + Send + Sync,
) {
    let fresh = |case: &str| {
        if std::env::var_os("DECLAREST_CASES").is_some() {
            eprintln!("{case}");
        }
        fresh()
    };
    let is_of =
        |name: &str| name.strip_prefix(disposition).and_then(|rest| rest.strip_prefix(": ")).is_some_and(&is_wanted);
    let report = conformance::run_some(fresh, is_of).await;
    println!("{report}");
    report.into_result().expect("all cases pass");
}

/// Tests of a module's name for each disposition: the short cases, and the long ones in three parts. `$passes` runs those of a
/// disposition whose names are wanted.
#[macro_export]
macro_rules! suite {
    ($passes:path: $($part:ident = $disposition:literal;)*) => {$(
        mod $part {
            use $crate::suite::long;

            #[tokio::test]
            async fn passes_the_short_cases() {
                $passes($disposition, |name| long(name).is_none()).await;
            }

            #[tokio::test]
            async fn passes_kills() {
                $passes($disposition, |name| long(name) == Some("kills")).await;
            }

            #[tokio::test]
            async fn passes_drops_and_failures() {
                $passes($disposition, |name| matches!(long(name), Some("drops" | "failures"))).await;
            }

            #[tokio::test]
            async fn passes_two_syncs_at_once() {
                $passes($disposition, |name| matches!(long(name), Some("two syncs" | "crossed syncs"))).await;
            }
        }
    )*};
}
