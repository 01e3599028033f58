//! OpenAPI files: `openapi = "openapi.json"`. What they say of an API is compared with the declaration, or becomes a part of it.

mod body;
mod compare;
mod description;
mod documented;
mod fields;
mod fit;
mod inferred;
mod load;
mod lookup;
mod operation;
mod paging;
mod param;
mod path;
mod read;
mod rows;
mod schema;
mod security;
mod spec;

pub(crate) use compare::{OpenapiComparison, check};
pub(crate) use inferred::inferred;
pub(crate) use load::{LoadedSpec, load};
