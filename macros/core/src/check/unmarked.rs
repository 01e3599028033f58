//! Structs and enums of the module that are parts of rows, and do not say so.

use syn::{Attribute, GenericArgument, Ident, Item, PathArguments, Type};

use super::fields;
use crate::diagnostic::Sink;
use crate::items::{Field, ParsedItem, implemented, is_serdes};
use crate::naming::{inside, unraw};

/// A type of the module without an attribute of ours.
struct Plain<'i> {
    ident: &'i Ident,
    attrs: &'i [Attribute],
    keyword: &'static str,
}

/// Reports them, each once, and spoils what they are parts of: its code would not compile.
pub(super) fn check(items: &[ParsedItem], errors: &Sink) {
    let plain: Vec<Plain<'_>> = items.iter().filter_map(plain).collect();
    let user = items.iter().filter_map(|item| match item {
        ParsedItem::User(item) => Some(&**item),
        ParsedItem::Resource(_) | ParsedItem::Nested(_) => None,
    });
    // What another macro writes is not seen here.
    if plain.is_empty() || user.clone().any(|item| matches!(item, Item::Macro(_))) {
        return;
    }
    let by_hand = implemented(user);
    let mut reported: Vec<&Ident> = Vec::new();
    for item in items {
        let (owner, body, is_row, part) = match item {
            ParsedItem::Resource(resource) => (&resource.ident, &resource.body, true, &resource.errors),
            ParsedItem::Nested(nested) => (&nested.ident, &nested.body, false, &nested.errors),
            ParsedItem::User(_) => continue,
        };
        for field in fields(body) {
            let Some(name) = named(&field.ty) else { continue };
            let Some(found) = plain.iter().find(|plain| plain.ident == name) else { continue };
            let has = |of: &str| by_hand.iter().any(|(implemented, ty)| implemented == of && ty == found.ident);
            let is_fine = if is_row { is_text(field) || has("Column") } else { is_serde(found, has) };
            if is_fine {
                continue;
            }
            part.spoil();
            if !reported.contains(&found.ident) {
                reported.push(found.ident);
                let (ident, keyword) = (found.ident, found.keyword);
                errors.report(
                    ident,
                    format!("`{ident}` is a part of rows: the field `{}` of `{owner}` has this type\nhelp: write `#[nested]` above `{keyword} {ident}`", unraw(&field.ident)),
                );
            }
        }
    }
}

fn plain(item: &ParsedItem) -> Option<Plain<'_>> {
    let ParsedItem::User(item) = item else { return None };
    match &**item {
        Item::Struct(item) if item.generics.params.is_empty() => {
            Some(Plain { ident: &item.ident, attrs: &item.attrs, keyword: "struct" })
        }
        Item::Enum(item) if item.generics.params.is_empty() => {
            Some(Plain { ident: &item.ident, attrs: &item.attrs, keyword: "enum" })
        }
        _ => None,
    }
}

/// The name of a type of the module, in the containers that fields have.
fn named(ty: &Type) -> Option<&Ident> {
    if let Some(inner) = ["Option", "Vec", "Box"].iter().find_map(|wrapper| inside(ty, wrapper)) {
        return named(inner);
    }
    let Type::Path(path) = ty else { return None };
    if let Some(PathArguments::AngleBracketed(arguments)) = path.path.segments.last().map(|last| &last.arguments)
        && path.path.segments.last().is_some_and(|last| last.ident == "BTreeMap" || last.ident == "HashMap")
        && let Some(GenericArgument::Type(value)) = arguments.args.iter().nth(1)
    {
        return named(value);
    }
    let last = path.path.segments.last().filter(|last| last.arguments.is_none())?;
    let of_module = path.path.segments.len() == 1
        || (path.path.segments.len() == 2 && path.path.segments.first().is_some_and(|first| first.ident == "self"));
    (of_module && path.qself.is_none()).then_some(&last.ident)
}

/// Whether a field is stored by serde, or not at all.
fn is_text(field: &Field) -> bool {
    !(field.column.json.is_absent() && field.column.skip.is_absent())
}

/// Whether serde can read and write a type.
fn is_serde(plain: &Plain<'_>, by_hand: impl Fn(&str) -> bool) -> bool {
    ["Deserialize", "Serialize"].iter().all(|name| {
        by_hand(name)
            || plain.attrs.iter().any(|attr| {
                attr.path().is_ident("cfg_attr")
                    || attr.path().is_ident("derive")
                        && attr
                            .parse_args_with(syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated)
                            .is_ok_and(|derives| derives.iter().any(|path| is_serdes(path, name)))
            })
    })
}
