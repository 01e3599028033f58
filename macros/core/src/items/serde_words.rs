//! What serde would refuse in its attributes. Its derives then write nothing, and each use of the type would be one more
//! error; so it is reported here, once.

use proc_macro2::Ident;
use syn::{Attribute, Fields};

use super::attribute::attrs_of;
use super::serde_attrs::{SerdeOption, words};
use crate::diagnostic::{Sink, suggest};
use crate::literal::RenameRule;
use crate::syntax::Literal;

/// What follows a word of serde's.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Follows {
    Nothing,
    Text,
    /// A text, or texts for reading and writing.
    Texts,
    Anything,
}
use Follows::{Anything, Nothing, Text, Texts};

type Words = [(&'static str, Follows)];

const FIELD: &Words = &[
    ("rename", Texts),
    ("alias", Text),
    ("default", Anything),
    ("flatten", Nothing),
    ("skip", Nothing),
    ("skip_serializing", Nothing),
    ("skip_deserializing", Nothing),
    ("skip_serializing_if", Text),
    ("serialize_with", Text),
    ("deserialize_with", Text),
    ("with", Text),
    ("borrow", Anything),
    ("bound", Anything),
    ("getter", Text),
];

const VARIANT: &Words = &[
    ("rename", Texts),
    ("alias", Text),
    ("rename_all", Texts),
    ("skip", Nothing),
    ("skip_serializing", Nothing),
    ("skip_deserializing", Nothing),
    ("serialize_with", Text),
    ("deserialize_with", Text),
    ("with", Text),
    ("borrow", Anything),
    ("bound", Anything),
    ("other", Nothing),
    ("untagged", Nothing),
];

const TYPE: &Words = &[
    ("rename", Texts),
    ("rename_all", Texts),
    ("rename_all_fields", Texts),
    ("deny_unknown_fields", Nothing),
    ("tag", Text),
    ("content", Text),
    ("untagged", Nothing),
    ("bound", Anything),
    ("default", Anything),
    ("remote", Text),
    ("transparent", Nothing),
    ("from", Text),
    ("try_from", Text),
    ("into", Text),
    ("crate", Anything),
    ("expecting", Text),
    ("variant_identifier", Nothing),
    ("field_identifier", Nothing),
];

/// Reports what serde would refuse in a type that is read by its derives. Returns whether there is something.
pub(super) fn check(item: &syn::Item, errors: &Sink) -> bool {
    let part = errors.child();
    attrs(attrs_of(item), TYPE, "a type", &part);
    match item {
        syn::Item::Struct(item) => fields(&item.fields, &part),
        syn::Item::Enum(item) => {
            for variant in &item.variants {
                attrs(&variant.attrs, VARIANT, "a variant", &part);
                fields(&variant.fields, &part);
            }
        }
        _ => {}
    }
    !part.is_sound()
}

fn fields(fields: &Fields, errors: &Sink) {
    for field in fields {
        attrs(&field.attrs, FIELD, "a field", errors);
    }
}

fn attrs(attrs: &[Attribute], known: &Words, what: &str, errors: &Sink) {
    let mut seen: Vec<Ident> = Vec::new();
    for SerdeOption { word, value, group, .. } in words(attrs) {
        let name = word.to_string();
        let Some((_, follows)) = known.iter().find(|(known, _)| *known == name) else {
            let help = suggest::nearest(&name, known.iter().map(|(word, _)| *word));
            let help = help.map_or_else(
                || suggest::note("word", &format!(" of serde's for {what}"), known.iter().map(|(word, _)| *word)),
                |near| format!("\nhelp: did you mean `{near}`?"),
            );
            errors.report(&word, format!("serde knows no `{name}` for {what}{help}"));
            continue;
        };
        match (follows, &value, group) {
            (Nothing, Some(value), _) => {
                errors.report(value, format!("serde's `{name}` takes no value\nhelp: write `{name}` alone"));
            }
            (Text | Texts, None, false) => {
                errors.report(&word, format!("serde's `{name}` takes a text\nhelp: write `{name} = \"…\"`"));
            }
            (Texts, Some(text), _) if name.starts_with("rename_all") => {
                if let Err(message) = RenameRule::parse(&text.value()) {
                    errors.report(text, message);
                }
            }
            _ => {}
        }
        match seen.iter().find(|first| **first == word) {
            Some(first) if name != "alias" => {
                errors.conflict(&word, format!("serde's `{name}` is written twice"), first, "first written here");
            }
            _ => seen.push(word),
        }
    }
}
