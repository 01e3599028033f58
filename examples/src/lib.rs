//! What the example programs and the tests share: [`demo_api`], a local server to run a source against.
#![forbid(unsafe_code)]

pub mod demo_api;
