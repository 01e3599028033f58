//! Values that requests are made with: params, templates that they fill, bodies.

pub(crate) mod body;
pub(crate) mod param;
pub(crate) mod template;
