//! The manual.

#[doc = include_str!("checks.md")]
pub mod checks {}
pub mod cookbook;
pub mod reference;
