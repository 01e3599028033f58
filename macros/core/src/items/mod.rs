//! The items of a module: those under a helper attribute read, and the attribute taken off.

mod annotated;
mod attribute;
mod declaration;
mod extra;
mod field;
mod module;
mod names;
mod owned;
pub(crate) mod serde_attrs;
mod serde_words;
pub(crate) mod serde_written;

pub(crate) use annotated::{Annotated, Body, Impl, ParsedItem, Serde, implemented};
pub(crate) use attribute::{HELPERS, attrs_mut, attrs_of, has_serde_attrs, is_serdes};
pub(crate) use declaration::{Declaration, declaration};
pub(crate) use field::{Field, Variant, VariantKind, columns, without_self};
pub(crate) use module::{Module, read_item};
pub(crate) use names::{STEP_PARAMS, TYPES, declared_names, request_name, table_name, type_names};
