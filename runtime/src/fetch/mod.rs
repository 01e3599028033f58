//! Reading a resource: page after page, some of them ahead, in order.

pub(crate) mod fetcher;
pub(crate) mod page_sequence;
pub(crate) mod page_source;
pub(crate) mod page_task;
pub(crate) mod query;
pub(crate) mod request;
pub(crate) mod slices;
pub(crate) mod walk;
