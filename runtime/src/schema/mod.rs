//! Tables: the types that columns have, the values that rows have, and how both are read from JSON.

pub(crate) mod batch;
pub(crate) mod beside_extra;
pub(crate) mod child_table;
pub(crate) mod column;
pub(crate) mod column_data;
pub(crate) mod column_ref;
mod column_seed;
pub(crate) mod epoch;
pub(crate) mod identity;
pub(crate) mod object;
pub(crate) mod offsets;
pub(crate) mod reader;
pub(crate) mod row;
pub(crate) mod table;
pub(crate) mod text_enum;
pub(crate) mod texts;
pub(crate) mod value;
pub(crate) mod verbatim;
mod whole_number;
