//! `Postgres` against a real server.

mod data_set;
mod kills;
mod proxy;
mod restart;
mod server;
mod source;
mod store;
mod suite;
mod tables;
mod tls;
mod types;
