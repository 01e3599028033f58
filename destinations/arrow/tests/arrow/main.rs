//! Record batches of pages and of scans, and files of them.

mod calls;
mod commits;
mod data_set;
mod files;
mod kills;
#[cfg(feature = "aws")]
mod s3;
mod scan;
mod source;
mod store;
mod suite;
mod types;
