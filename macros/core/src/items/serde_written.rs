//! Where serde writes a field in the JSON of its struct, as far as its attributes say.

use syn::{Attribute, Ident};

use super::serde_attrs::{conditional, words};
use crate::naming::Rule;

/// Where a field is written.
#[derive(Clone)]
pub(crate) enum SerdeWritten {
    /// Under a name of its own, else under the one that the rule of the struct gives it.
    Key(Option<String>),
    /// Beside the fields of the struct, each of its own fields by itself.
    Flattened,
    /// Not always, or as another value: because of this word.
    Otherwise(Ident),
}

/// Where a field is written.
pub(crate) fn of_field(attrs: &[Attribute]) -> SerdeWritten {
    let mut written = SerdeWritten::Key(None);
    for option in words(attrs) {
        match option.word.to_string().as_str() {
            "rename" => written = SerdeWritten::Key(option.written_name()),
            "flatten" => written = SerdeWritten::Flattened,
            // What is left out is what would be `null`.
            "skip_serializing_if" if option.written_name().is_some_and(|path| path.ends_with("Option::is_none")) => {}
            "skip" | "skip_serializing" | "skip_serializing_if" | "serialize_with" | "with" => {
                return SerdeWritten::Otherwise(option.word);
            }
            _ => {}
        }
    }
    conditional(attrs).into_iter().next().map_or(written, |option| SerdeWritten::Otherwise(option.word))
}

/// The rule by which the fields of a struct are named where they are written, if there is one.
pub(crate) fn rule(attrs: &[Attribute]) -> Option<Rule> {
    let option = words(attrs).into_iter().find(|option| option.word == "rename_all")?;
    Rule::parse(&option.written_name()?)
}

/// The word by which a struct is written as something else than an object of its fields.
pub(crate) fn otherwise(attrs: &[Attribute]) -> Option<Ident> {
    let is_other = |word: &Ident| ["into", "remote", "transparent"].iter().any(|other| word == other);
    let own = words(attrs).into_iter().find(|option| is_other(&option.word));
    own.or_else(|| conditional(attrs).into_iter().next()).map(|option| option.word)
}
