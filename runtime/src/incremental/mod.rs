//! Incremental loading: the field that says how new a row is, the range to request, and the newest rows so far.

pub(crate) mod cursor;
pub(crate) mod cursor_range;
pub(crate) mod range;
mod range_step;
pub(crate) mod run_start;
pub(crate) mod setting;
mod text_order;
pub(crate) mod watermark;
pub(crate) mod written_bounds;
pub(crate) mod zone;
