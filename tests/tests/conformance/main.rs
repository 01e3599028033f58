//! Behaviour that was seen in dlt, case by case, with the declaration that a user who comes from dlt would write.
//! `table` says what has become of each case.
#![expect(unreachable_pub, reason = "rows are declared as they are in a library")]

mod answer;
mod case;
mod credentials;
mod cursor;
mod defaults;
mod detail;
mod expected;
mod incremental;
mod link;
mod offset;
mod outcome;
mod page;
mod page_number;
mod parent;
mod request;
mod selection;
mod server;
mod steps;
mod table;
