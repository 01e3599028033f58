//! A cluster of real processes on loopback: a scheduler and two executors, before an API that notes who has asked for what.
//!
//! Each process is this test program, started for [`process::a_node`] alone.

mod api;
mod export;
mod failures;
mod kill;
mod process;
mod queries;
