//! Incremental loading: the field that says how new a row is, the range to ask for, and how far the rows have come.

pub(crate) mod cursor;
pub(crate) mod range;
pub(crate) mod watermark;
