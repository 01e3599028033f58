//! Every fault of `declarest_tests::faults` in a walk of every paginator, fetched and synced: complete, or an error to match on with nothing
//! half-written and a next run that completes. `tests/faults/README.md` says for each which.
#![expect(unreachable_pub, reason = "rows are declared as they are in a library")]

mod api;
mod bomb;
mod cell;
mod page;
