//! Which cases of the conformance suite a slow destination runs.

/// Cases that sync once for each call of a sync.
const LONG: [&str; 5] = ["kills", "drops", "failures", "two syncs", "crossed syncs"];

/// The part of a long case's name before its scenario.
pub fn long(name: &str) -> Option<&'static str> {
    LONG.into_iter().find(|case| name.split(" (").next() == Some(*case))
}

/// Whether it is run: each case without a scenario, and those of two scenarios, a list in pages and one with parents. With
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
