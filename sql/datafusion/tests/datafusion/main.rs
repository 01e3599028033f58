//! Queries of a declared API, and the requests that they send.

mod errors;
mod given;
mod orders;
mod random;
mod requests;
mod source;
mod tables;
mod things;
