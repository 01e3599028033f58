//! What is known of an API besides its declaration: recorded responses and OpenAPI files.

pub(crate) mod infer;
pub(crate) mod openapi;
pub(crate) mod sample;
