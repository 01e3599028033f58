//! Params that a pattern writes: `{start_date:%F}`.

/// A type whose values a pattern can write.
#[diagnostic::on_unimplemented(
    message = "a pattern cannot write a `{Self}`",
    label = "this param is no time",
    note = "a pattern writes `jiff`'s `Timestamp`, `civil::DateTime` and `civil::Date` (or those of `chrono`, with that feature)"
)]
pub trait WrittenTimeParam {}

/// Compiles for types whose values a pattern can write.
pub const fn written_time_param<T: WrittenTimeParam>() {}

impl WrittenTimeParam for jiff::Timestamp {}
impl WrittenTimeParam for jiff::civil::DateTime {}
impl WrittenTimeParam for jiff::civil::Date {}
