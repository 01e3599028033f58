//! The values of requests: params, templates that they fill, bodies.

pub(crate) mod address;
pub(crate) mod body;
pub(crate) mod duration;
pub(crate) mod optional;
pub(crate) mod param;
pub(crate) mod read_param;
pub(crate) mod secret_text;
pub(crate) mod step_params;
pub(crate) mod template;
pub(crate) mod written_time;
