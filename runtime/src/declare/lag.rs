//! Whether a client-wide param can say how far a run goes back.

use std::time::Duration;

use jiff::SignedDuration;

use crate::incremental::cursor::CursorKind;

/// A type of distances between two positions.
#[diagnostic::on_unimplemented(
    message = "a run cannot go back by a `{Self}`",
    label = "neither a duration nor a number",
    note = "of a time, the lag is a `std::time::Duration` or a `jiff::SignedDuration`; of a number, an integer"
)]
pub trait LagParam {
    /// Whether it is a distance of times.
    const IS_TIME: bool;
}

macro_rules! lag_params {
    ($($type:ty),* => $is_time:literal) => {$(
        impl LagParam for $type {
            const IS_TIME: bool = $is_time;
        }
    )*};
}

lag_params!(Duration, SignedDuration => true);
lag_params!(i8, i16, i32, i64, u8, u16, u32, u64 => false);

/// Compiles where positions of a cursor are apart by values of a param.
///
/// # Panics
/// Where they are not: generated code calls it while it is compiled.
pub const fn lag_param<T: LagParam>(cursor: CursorKind) {
    match cursor {
        CursorKind::Integer => {
            assert!(!T::IS_TIME, "the cursor is a number, and so is its lag: declare the param as `u32`");
        }
        CursorKind::Timestamp | CursorKind::DateTime | CursorKind::Date => {
            assert!(T::IS_TIME, "the cursor is a time, and its lag is a duration: declare the param as `Duration`");
        }
        CursorKind::Text => {
            panic!("the cursor is a string, and a lag cannot be subtracted from a string");
        }
    }
}
