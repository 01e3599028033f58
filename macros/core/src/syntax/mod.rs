//! Options, lists of them and their values as tokens: nothing here knows a word of the language.

mod field_path;
mod list;
mod option;
mod python;
mod slot;
mod token;
mod value;
mod word;

pub(crate) use field_path::{FieldPath, FieldPaths};
pub(crate) use list::{ReadAll, add, entries, group, read_options, skip, within};
pub(crate) use option::{Form, Opt, Options};
pub(crate) use python::{python_value, value_of};
pub(crate) use slot::Slot;
pub(crate) use token::{expected, found};
pub(crate) use value::{Int, Literal, OptionValue, Text, array, name, refuse_name, refuse_string, string};
pub(crate) use word::{Chosen, Word, choice, needed};
