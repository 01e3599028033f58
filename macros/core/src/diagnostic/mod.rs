//! Errors: where they are collected, which option they belong to, and what was probably meant.

mod origin;
mod sink;
pub(crate) mod suggest;

pub(crate) use origin::OptionOrigin;
pub(crate) use sink::Sink;
