//! The shapes of values, and what types expect of them.

mod rust_type;
mod type_map;
mod value_shape;
mod written;

pub(crate) use rust_type::ExpectedType;
pub(crate) use type_map::{Member, NestedType, TextNames, TypeMap};
pub(crate) use value_shape::{ObjectShape, Shape, ValueShape};
pub(crate) use written::{element, written_type};
