//! `cargo declarest`: declarations of [declarest](https://docs.rs/declarest), from those of other tools and against their APIs.
//!
//! An importer reads what another tool has (`manifest`), makes a `declaration` of it, and `write` writes that down. What
//! cannot be said becomes a loss: at its place in the text, and in the report.

#![allow(
    clippy::similar_names,
    clippy::format_push_string,
    reason = "`node` and `none` are two names; texts are short, and read better where they are written"
)]

mod yaml;

mod jinja;

mod declaration;

mod python;

mod manifest;

mod dlt;

mod openapi;

mod write;

mod import;

mod coverage;

mod report;

mod cargo;

mod check;

mod suggest;

mod package;

mod verify;

mod command;

pub use command::run;
