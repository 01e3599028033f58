//! Times that requests write by a pattern: `{now-7d:%Y-%m-%d}`, `{start_date:%F}`, `{incremental.start_value:%Y%m%d}`.

use crate::incremental::setting::FromNow;

/// A time in the texts of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenTime {
    /// What stands between the braces.
    pub name: &'static str,
    /// Which time it is.
    pub source: TimeSource,
    /// How it is written: a `strftime` pattern of jiff's.
    pub pattern: &'static str,
}

/// Which time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeSource {
    /// A moment relative to the one at which the run began.
    Now(FromNow),
    /// The value of the param of this name.
    Param(&'static str),
    /// The beginning of the requested range.
    Start,
    /// The end of the requested range.
    End,
}
