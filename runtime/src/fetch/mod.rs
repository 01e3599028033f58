//! Reads a resource: page after page, some of them prefetched, in order.

pub(crate) mod batch_stream;
pub(crate) mod combinations;
pub(crate) mod fetcher;
pub(crate) mod generated;
pub(crate) mod page;
mod page_sequence;
pub(crate) mod page_source;
mod page_task;
mod partitioned;
pub(crate) mod planned_request;
pub(crate) mod query;
pub(crate) mod request;
mod row_checks;
mod saved_place;
pub(crate) mod scan;
pub(crate) mod scan_pages;
mod scan_value;
mod seen_rows;
mod slices;
pub(crate) mod source;
pub(crate) mod stats;
pub(crate) mod streams;
pub(crate) mod typed_page;
mod walk;
mod written_times;
