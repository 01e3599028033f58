//! Primary keys: that they name fields which every row has a value of, and that a merge has one.

use syn::Ident;

use crate::diagnostic::{Sink, suggest};
use crate::language::{Disposition, DispositionKind};
use crate::model::{Column, Field, Key, Storage};
use crate::naming::{inside, unraw};
use crate::syntax::{Names, Slot};

/// An option of a resource, or the default in its place.
pub(super) struct Choice<'o, T> {
    pub(super) own: &'o Slot<T>,
    pub(super) shared: &'o Slot<T>,
}

impl<'o, T> Choice<'o, T> {
    pub(super) fn slot(&self) -> &'o Slot<T> {
        self.own.or(self.shared)
    }

    pub(super) fn get(&self) -> Option<&'o T> {
        self.slot().get()
    }

    pub(super) fn is_inherited(&self) -> bool {
        self.own.is_absent()
    }
}

/// The columns of the key. `resource` is the token that stands for the resource: its name.
pub(super) fn check(
    resource: &Ident,
    ident: &Ident,
    names: &Choice<'_, Names>,
    fields: &[Field],
    included: &[Column],
    errors: &Sink,
) -> Vec<Key> {
    let Some(Names(keys)) = names.get() else { return Vec::new() };
    let mut checked: Vec<Key> = Vec::new();
    for key in keys {
        let name = unraw(key);
        // What a resource says itself is wrong where it is said; a default is right or wrong for each resource.
        let wrong = |own: String, inherited: String| {
            if names.is_inherited() {
                errors.conflict(resource, inherited, key, "set by default here");
            } else {
                errors.report(key, own);
            }
        };
        // A type that cannot be one is shown where the key is named, or at the resource that inherits it.
        let place = if names.is_inherited() { resource.span() } else { key.span() };
        let found = fields.iter().find(|field| unraw(&field.ident) == name);
        if let Some(column) = included.iter().find(|column| found.is_none() && column.name == name) {
            let ty = column.ty.clone();
            if inside(&ty, "Option").is_some() {
                errors.conflict(
                    if names.is_inherited() { resource } else { key },
                    format!("the key `{name}` may be absent: a key has a value in every row"),
                    &ty,
                    "it is an `Option` in the parent",
                );
            }
            checked.push(Key { column: name.clone(), name, place, ty, cfgs: Vec::new() });
            continue;
        }
        match found {
            None => {
                let fields = fields.iter().map(|field| unraw(&field.ident));
                let fields: Vec<String> = fields.chain(included.iter().map(|column| column.name.clone())).collect();
                let of = format!(" of `{ident}`");
                let all = || fields.iter().map(String::as_str);
                wrong(
                    format!("`{ident}` has no field `{name}`{}", suggest::help(&name, "field", &of, all())),
                    format!(
                        "`{ident}` has no field `{name}`, the default `primary_key`\nhelp: write `primary_key = …` on this resource{}",
                        suggest::note("field", &of, all())
                    ),
                );
            }
            Some(field) if inside(&field.ty, "Option").is_some() => {
                let message = format!("the key `{name}` may be absent: a key has a value in every row");
                let other =
                    if names.is_inherited() { "\nhelp: write `primary_key = …` on this resource" } else { "" };
                errors.conflict(
                    if names.is_inherited() { resource } else { key },
                    format!("{message}{other}"),
                    if names.is_inherited() {
                        quote::quote!(#key)
                    } else {
                        let ty = &field.ty;
                        quote::quote!(#ty)
                    },
                    if names.is_inherited() { "set by default here" } else { "it is an `Option` here" },
                );
            }
            Some(field) => match &field.storage {
                Storage::Skipped => wrong(
                    format!("the key `{name}` is not stored\nhelp: leave `skip` out of its `#[column(…)]`"),
                    format!(
                        "the default key `{name}` is not stored here\nhelp: leave `skip` out of its `#[column(…)]`, or write `primary_key = …`"
                    ),
                ),
                Storage::Json(_) => wrong(
                    format!("the key `{name}` is stored as JSON text, which does not tell rows apart"),
                    format!("the default key `{name}` is stored as JSON text here, which does not tell rows apart"),
                ),
                Storage::Child(_) => wrong(
                    format!("the key `{name}` is a list in a table of its own, which does not tell rows apart"),
                    format!(
                        "the default key `{name}` is a list in a table of its own here, which does not tell rows apart"
                    ),
                ),
                Storage::Column(column) => checked.push(Key {
                    name,
                    place,
                    column: column.clone(),
                    ty: field.ty.clone(),
                    cfgs: field.cfgs.clone(),
                }),
            },
        }
    }
    checked
}

/// What a sync does with rows that are there already.
pub(super) fn disposition(
    resource: &Ident,
    dispositions: &Choice<'_, Disposition>,
    names: &Choice<'_, Names>,
    errors: &Sink,
) -> DispositionKind {
    let Some(disposition) = dispositions.get() else { return DispositionKind::Append };
    if disposition.kind == DispositionKind::Merge && names.slot().is_absent() {
        if dispositions.is_inherited() {
            errors.conflict(
                resource,
                format!("`{resource}` is merged by default, and a merge needs a key\nhelp: write `primary_key = …` or `write_disposition = append`"),
                &disposition.word,
                "set by default here",
            );
        } else {
            errors.report(
                &disposition.word,
                "a merge needs a key\nhelp: write `primary_key = …` with the fields that tell rows apart",
            );
        }
    }
    disposition.kind
}
