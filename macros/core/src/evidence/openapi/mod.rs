//! OpenAPI files: `openapi = "openapi.json"`. What they say of an API is compared with the declaration, or becomes a part of it.

mod body;
mod description;
mod documented;
mod fields;
mod fit;
mod found;
mod load;
mod operation;
mod paging;
mod param;
mod path;
mod read;
mod rows;
mod schema;
mod security;
mod spec;

pub(crate) use body::{Kind as BodyKind, Place as BodyPlace, Sent as SentBody, check as body};
pub(crate) use fields::check as fields;
pub(crate) use found::found;
pub(crate) use load::{Known, load};
pub(crate) use operation::Operation;
pub(crate) use paging::check as paging;
pub(crate) use param::{Sent, Value as SentValue, check as params};
pub(crate) use path::{Declared as Path, Found as FoundPath, Method, find, misplaced, pairs};
pub(crate) use rows::{Rows, of as rows};
pub(crate) use security::{fits, takes};
pub(crate) use spec::Spec;
