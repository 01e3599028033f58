//! JSON in a body: paths into it, the value at a path, raw text.

pub(crate) mod described;
pub(crate) mod extra;
pub(crate) mod lookup;
pub(crate) mod path;
pub(crate) mod raw;
pub(crate) mod scalar;
