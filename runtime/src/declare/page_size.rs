//! Whether a client-wide param can be the size of pages.

use crate::params::param::Param;

/// A type whose values are sizes of pages.
#[diagnostic::on_unimplemented(
    message = "the size of a page is not a `{Self}`",
    label = "not `u32`, `u16` or `u8`",
    note = "declare the param as `u32`"
)]
pub trait PageSizeParam: Param {}

impl PageSizeParam for u8 {}
impl PageSizeParam for u16 {}
impl PageSizeParam for u32 {}

/// Compiles for types whose values are sizes of pages.
pub const fn page_size_param<T: PageSizeParam>() {}
