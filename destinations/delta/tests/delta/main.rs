//! `Delta` on a disk, read as any reader of Delta tables reads it.

mod data_set;
mod kills;
mod merges;
mod python;
mod source;
mod store;
mod suite;
mod types;
