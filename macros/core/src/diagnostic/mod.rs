//! Errors and warnings: where they are collected, which option they belong to, and what was probably meant.

mod origin;
mod refusal;
mod sink;
pub(crate) mod suggest;
mod warning;

pub(crate) use origin::OptionOrigin;
pub(crate) use sink::Sink;
