//! `Postgres` against a real server.

mod restart;
mod server;
mod source;
mod store;
mod suite;
mod tables;
mod tls;
mod types;
