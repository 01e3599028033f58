//! Options, lists of them and their values as tokens: nothing here knows a word of the language.

mod list;
mod option;
mod slot;
mod token;
mod value;

pub(crate) use list::{ReadAll, entries, group, read_options, skip, within};
pub(crate) use option::{Form, Opt, Options};
pub(crate) use slot::Slot;
pub(crate) use token::{expected, found};
pub(crate) use value::{Int, Literal, Names, OptionValue, Text, array, choice, name, string};
