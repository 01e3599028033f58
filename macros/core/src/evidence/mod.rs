//! Recorded responses and OpenAPI files. Each of the two has a feature and gives `facts`, with which declarations are
//! compared and from which structs are inferred. Without both features nothing of this is compiled.

#[cfg(feature = "evidence")]
mod case;
#[cfg(feature = "evidence")]
mod facts;
mod features;
#[cfg(feature = "evidence")]
mod field_types;
#[cfg(feature = "evidence")]
mod fields;
#[cfg(feature = "evidence")]
mod infer;
#[cfg(feature = "evidence")]
mod known;
#[cfg(not(feature = "evidence"))]
mod none;
#[cfg(feature = "openapi")]
mod openapi;
#[cfg(feature = "evidence")]
mod paging;
#[cfg(feature = "evidence")]
mod response;
#[cfg(feature = "evidence")]
mod rows;
#[cfg(feature = "sample")]
mod sample;

#[cfg(feature = "evidence")]
pub(crate) use crate::json::Files;
pub(crate) use features::check as features;
#[cfg(feature = "evidence")]
pub(crate) use known::{Comparison, Evidence};
#[cfg(not(feature = "evidence"))]
pub(crate) use none::{Comparison, Evidence, Files};
