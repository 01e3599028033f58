//! A resource as it is declared: constants that the macro writes. Nothing here runs.

pub(crate) mod bound;
pub(crate) mod filter;
pub(crate) mod format;
pub(crate) mod lag;
pub(crate) mod made_rows;
pub(crate) mod page_size;
pub(crate) mod param;
pub(crate) mod parent;
pub(crate) mod partition;
pub(crate) mod process;
pub(crate) mod resource;
pub(crate) mod resource_name;
pub(crate) mod sort;
pub(crate) mod written_time;
