//! The modules that the importer wrote.
#![allow(deprecated, reason = "lints of a declaration, which are for the one who imports it")]
#![expect(unreachable_pub, reason = "a module is written for a crate's own tree")]
#![allow(dead_code, reason = "what is generated for fetching, where the tests sync")]

#[path = "../../../cli/tests/styles/exports.rs"]
pub mod exports;
#[path = "../../../cli/tests/styles/links.rs"]
pub mod links;
#[path = "../../../cli/tests/styles/logins.rs"]
pub mod logins;
#[path = "../../../cli/tests/styles/meters.rs"]
pub mod meters;
#[path = "../../../cli/tests/styles/newest.rs"]
pub mod newest;
#[path = "../../../cli/tests/styles/pages.rs"]
pub mod pages;
#[path = "../../../cli/tests/styles/parents.rs"]
pub mod parents;
#[path = "../../../cli/tests/styles/queries.rs"]
pub mod queries;
#[path = "../../../cli/tests/styles/reports.rs"]
pub mod reports;
#[path = "../../../cli/tests/styles/slices.rs"]
pub mod slices;
