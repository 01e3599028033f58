//! Primary keys: that they name fields which every row has a value of, and that a merge has one.

use syn::{Ident, Type};

use super::resource::ResourceScope;
use super::{place_of, range};
use crate::diagnostic::{OptionOrigin, suggest};
use crate::language::DispositionKind;
use crate::model::{Column, Field, Key, Parent, Storage};
use crate::naming::{inside, unraw};
use crate::syntax::Names;

/// The columns of the key. `included` are columns of parents.
pub(super) fn check(scope: &ResourceScope<'_>, fields: &[Field], included: &[Column]) -> Vec<Key> {
    let keys = scope.options.primary_key;
    let row = Row { ident: &scope.resource.ident, fields, included, origin: scope.origin(keys.inherited) };
    keys.get().into_iter().flat_map(|Names(keys)| keys).filter_map(|key| row.key(key)).collect()
}

struct Row<'r> {
    ident: &'r Ident,
    fields: &'r [Field],
    included: &'r [Column],
    origin: OptionOrigin<'r>,
}

impl Row<'_> {
    fn key(&self, key: &Ident) -> Option<Key> {
        let name = unraw(key);
        let place = place_of(key, &self.origin);
        if let Some(field) = self.fields.iter().find(|field| unraw(&field.ident) == name) {
            let column = self.column(key, &name, field)?.to_owned();
            return Some(Key { name, place, column, ty: field.ty.clone(), cfgs: field.cfgs.clone() });
        }
        let Some(column) = self.included.iter().find(|column| column.name == name) else {
            self.no_field(key, &name);
            return None;
        };
        self.may_be_absent(key, &name, &column.ty, "it is an `Option` in the parent");
        Some(Key { column: name.clone(), name, place, ty: column.ty.clone(), cfgs: Vec::new() })
    }

    /// The column of a field that can be a key.
    fn column<'f>(&self, key: &Ident, name: &str, field: &'f Field) -> Option<&'f str> {
        if self.may_be_absent(key, name, &field.ty, "it is an `Option` here") {
            return None;
        }
        let (the, here) = if self.origin.inherited { ("the default", " here") } else { ("the", "") };
        let message = match &field.storage {
            Storage::Column(column) => return Some(column),
            Storage::Skipped => {
                let or = if self.origin.inherited { ", or write `primary_key = …`" } else { "" };
                format!("{the} key `{name}` is not stored{here}\nhelp: leave `skip` out of its `#[column(…)]`{or}")
            }
            Storage::Json(_) => {
                format!("{the} key `{name}` is stored as JSON text{here}, which does not identify rows")
            }
            Storage::Child(_) => {
                format!("{the} key `{name}` is a list in a table of its own{here}, which does not identify rows")
            }
        };
        self.origin.report(key, message);
        None
    }

    /// Reports a key that not every row has a value of.
    fn may_be_absent(&self, key: &Ident, name: &str, ty: &Type, note: &str) -> bool {
        let is_optional = inside(ty, "Option").is_some();
        if is_optional {
            let help = if self.origin.inherited { "\nhelp: write `primary_key = …` on this resource" } else { "" };
            let message = format!("the key `{name}` may be absent: a key has a value in every row{help}");
            self.origin.conflict(key, message, ty, note);
        }
        is_optional
    }

    fn no_field(&self, key: &Ident, name: &str) {
        let fields = self.fields.iter().map(|field| unraw(&field.ident));
        let fields: Vec<String> = fields.chain(self.included.iter().map(|column| column.name.clone())).collect();
        let all = fields.iter().map(String::as_str);
        let (ident, of) = (self.ident, format!(" of `{}`", self.ident));
        let rest = if self.origin.inherited {
            let note = suggest::note("field", &of, all);
            format!(", the default `primary_key`\nhelp: write `primary_key = …` on this resource{note}")
        } else {
            suggest::help(name, "field", &of, all)
        };
        self.origin.report(key, format!("`{ident}` has no field `{name}`{rest}"));
    }
}

/// The write disposition: the chosen one, or the one by which a repeated run doubles no rows, and loses none.
pub(super) fn disposition(scope: &ResourceScope<'_>, parent: &Parent) -> DispositionKind {
    let chosen = scope.options.write_disposition;
    let Some(disposition) = chosen.get() else { return default_disposition(scope, parent) };
    let origin = scope.origin(chosen.inherited);
    match disposition.kind {
        DispositionKind::Merge if scope.options.primary_key.is_absent() => {
            let message = if chosen.inherited {
                format!(
                    "`{}` is merged by default, and a merge needs a key\nhelp: write `primary_key = …` or `write_disposition = append`",
                    origin.resource
                )
            } else {
                "a merge needs a key\nhelp: write `primary_key = …` with the fields that identify a row".to_owned()
            };
            origin.report(&disposition.word, message);
        }
        DispositionKind::Replace if scope.is_selected() => {
            if let Some(above) = &parent.only_new {
                let message = format!(
                    "`{}` is read for the new rows of `{above}` alone, and `replace` would drop the rows of all others\nhelp: write `write_disposition = append`, or `merge` with a `primary_key`",
                    origin.resource
                );
                origin.report(&disposition.word, message);
            }
        }
        DispositionKind::Merge | DispositionKind::Append | DispositionKind::Replace => {}
    }
    disposition.kind
}

/// Where only new rows come, those of earlier runs stay; where all come, they take the place of the earlier ones.
fn default_disposition(scope: &ResourceScope<'_>, parent: &Parent) -> DispositionKind {
    let options = scope.options;
    let only_new = options.incremental.get().map_or(options.incremental.is_broken(), range::is_open);
    if !options.primary_key.is_absent() {
        DispositionKind::Merge
    } else if only_new || parent.only_new.is_some() {
        DispositionKind::Append
    } else {
        DispositionKind::Replace
    }
}
