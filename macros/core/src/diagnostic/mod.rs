//! Mistakes: where they are collected, whose they are, and what would have been right.

mod origin;
mod sink;
pub(crate) mod suggest;

pub(crate) use origin::OptionOrigin;
pub(crate) use sink::Sink;
