//! What values look like, and what types want of them.

mod type_map;
mod value_shape;
mod written;

pub(crate) use type_map::{Member, Part, Parts, Want};
pub(crate) use value_shape::{Object, Place, Shape};
pub(crate) use written::{element, written_type};
