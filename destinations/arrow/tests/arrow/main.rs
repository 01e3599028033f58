//! Record batches of pages and of scans.

mod scan;
mod source;
mod types;
