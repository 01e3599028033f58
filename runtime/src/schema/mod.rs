//! Tables: the types that columns have, the values that rows have, and how both are read from JSON.

pub(crate) mod cell;
pub(crate) mod child_table;
pub(crate) mod column;
pub(crate) mod object;
pub(crate) mod row;
pub(crate) mod text_enum;
pub(crate) mod value;
pub(crate) mod verbatim;
