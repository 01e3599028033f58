//! Record batches of pages and of scans, and files of them.

mod calls;
mod commits;
mod data_set;
mod files;
mod kills;
mod scan;
mod source;
mod store;
mod suite;
mod types;
