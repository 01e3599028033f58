//! Primary keys: that they name fields which every row has a value of, and that a merge has one.

use quote::ToTokens;
use syn::{Ident, Type};

use super::field_path::{Leaf, NestedStructs};
use super::resource::ResourceScope;
use super::{inferred_option, place_of, range};
use crate::diagnostic::{OptionOrigin, suggest};
use crate::language::{DispositionKind, PartitionBy};
use crate::literal::wire::reserved;
use crate::model::{Field, Key, Parent, PartitionColumn, RangeColumn, Storage};
use crate::naming::{inside, unraw};
use crate::syntax::{FieldPath, FieldPaths};

/// The columns of the key. Those of its parents that a table has may be among them.
pub(super) fn check(
    scope: &ResourceScope<'_>,
    fields: &[Field],
    parent: &Parent,
    (partitions, ranges): (&[PartitionColumn], &[RangeColumn]),
) -> Vec<Key> {
    let keys = scope.options.primary_key;
    let origin = scope.origin(keys.inherited);
    let all_partitions = scope.options.partition_by.get().map_or(&[][..], |partitions| &partitions.all);
    let row = Row {
        ident: &scope.resource.ident,
        fields,
        parent,
        partitions,
        ranges,
        all_partitions,
        has_range: !scope.options.incremental.is_absent(),
        nested: scope.nested,
        origin,
    };
    let mut columns: Vec<Key> = Vec::new();
    for path in keys.get().into_iter().flat_map(|FieldPaths(keys)| keys) {
        let Some(key) = row.key(path) else { continue };
        if let Some(first) = columns.iter().find(|first| first.column.eq_ignore_ascii_case(&key.column)) {
            let message = format!("`{}` and `{}` are both stored in the column `{}`", first.name, key.name, key.column);
            row.origin.report(path, message);
        }
        columns.push(key);
    }
    columns
}

struct Row<'r> {
    ident: &'r Ident,
    fields: &'r [Field],
    parent: &'r Parent,
    partitions: &'r [PartitionColumn],
    ranges: &'r [RangeColumn],
    /// Those that the table has no columns of, too.
    all_partitions: &'r [PartitionBy],
    /// Whether the resource is incremental.
    has_range: bool,
    nested: &'r NestedStructs,
    origin: OptionOrigin<'r>,
}

impl Row<'_> {
    fn key(&self, key: &FieldPath) -> Option<Key> {
        let (name, first) = (key.written(), unraw(&key.first));
        let place = place_of(key, &self.origin);
        if let Some(field) = self.fields.iter().find(|field| unraw(&field.ident) == first) {
            if !key.inner.is_empty() {
                return self.inside(key, field);
            }
            let column = self.column(key, &name, field)?.to_owned();
            let (ty, cfgs) = (field.ty.clone(), field.cfgs.clone());
            return Some(Key { name, place, column, ty, cfgs, inside: Vec::new() });
        }
        if let Some(column) = self.partitions.iter().find(|column| column.name == first && key.inner.is_empty()) {
            let (ty, cfgs) = (column.partition.ty.clone(), Vec::new());
            return Some(Key { column: name.clone(), name, place, ty, cfgs, inside: Vec::new() });
        }
        if let Some(column) = self.ranges.iter().find(|column| column.name == first && key.inner.is_empty()) {
            let (ty, cfgs) = (column.ty.clone(), Vec::new());
            return Some(Key { column: name.clone(), name, place, ty, cfgs, inside: Vec::new() });
        }
        let included = self.parent.included.iter().find(|column| column.name == first && key.inner.is_empty());
        let Some(column) = included else {
            self.no_field(&key.first, &first);
            return None;
        };
        if let Some(optional) = &column.optional {
            self.report_absent(key, &name, optional, "it is an `Option` in the parent");
        }
        let (ty, cfgs) = (column.ty.clone(), Vec::new());
        Some(Key { column: name.clone(), name, place, ty, cfgs, inside: Vec::new() })
    }

    /// A key inside of a field: it gets a column of its own.
    fn inside(&self, key: &FieldPath, field: &Field) -> Option<Key> {
        let leaf = self.nested.follow(key, Leaf::of_row(field), &self.origin)?;
        let (name, column) = (key.written(), key.column());
        if let Some(optional) = leaf.optional() {
            self.report_absent(key, &name, optional, "it is an `Option` here");
            return None;
        }
        if let Some(owner) = reserved(&column) {
            let message =
                format!("the key `{name}` would be stored in the column `{column}`, and this name is {owner}");
            self.origin.report(key, message);
            return None;
        }
        let is_same = |other: &str| other.eq_ignore_ascii_case(&column);
        let taken = self.fields.iter().find(|field| field.storage.column().is_some_and(is_same));
        let included = self.parent.included.iter().find(|included| is_same(&included.name));
        if let Some(taken) = taken.map(|field| &field.ident).or(included.map(|included| &included.token)) {
            let message = format!(
                "the key `{name}` is stored in the column `{column}`, which the table has already\nhelp: store the field under another name: `#[column(name = \"…\")]`"
            );
            self.origin.conflict(key, message, taken, "this is stored in it");
            return None;
        }
        let Leaf { accesses: inside, ty, cfgs, .. } = leaf;
        Some(Key { name, place: place_of(key, &self.origin), column, ty, cfgs, inside })
    }

    /// The column of a field that can be a key.
    fn column<'f>(&self, key: &FieldPath, name: &str, field: &'f Field) -> Option<&'f str> {
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
    fn may_be_absent(&self, key: &FieldPath, name: &str, ty: &Type, note: &str) -> bool {
        let is_optional = inside(ty, "Option").is_some();
        if is_optional {
            self.report_absent(key, name, ty, note);
        }
        is_optional
    }

    /// The parent's field whose column would have a name.
    fn of_parent<'n>(&self, name: &'n str) -> Option<&'n str> {
        let parent = self.parent.resource.as_ref()?;
        let field = name.strip_prefix('_')?.strip_prefix(parent.as_str())?.strip_prefix('_')?;
        (!field.is_empty()).then_some(field)
    }

    /// The partition whose column would have a name.
    fn partition_of<'n>(&self, name: &'n str) -> Option<&'n str> {
        let partition = name.strip_prefix('_')?;
        self.all_partitions.iter().any(|known| unraw(&known.name) == partition).then_some(partition)
    }

    fn report_absent(&self, key: &FieldPath, name: &str, optional: impl ToTokens, note: &str) {
        let problem = format!("the key `{name}` may be absent: a key has a value in every row");
        if let Some(help) = inferred_option(&optional, name) {
            return self.origin.report(key, format!("{problem}\nhelp: {help}"));
        }
        let help = if self.origin.inherited { "\nhelp: write `primary_key = …` on this resource" } else { "" };
        self.origin.conflict(key, format!("{problem}{help}"), optional, note);
    }

    fn no_field(&self, key: &Ident, name: &str) {
        let fields = self.fields.iter().map(|field| unraw(&field.ident));
        let fields: Vec<String> = fields
            .chain(self.parent.included.iter().map(|column| column.name.clone()))
            .chain(self.partitions.iter().map(|column| column.name.clone()))
            .chain(self.ranges.iter().map(|column| column.name.clone()))
            .collect();
        let all = fields.iter().map(String::as_str);
        let (ident, of) = (self.ident, format!(" of `{}`", self.ident));
        if let Some(partition) = self.partition_of(name) {
            let message = format!(
                "`{ident}` has no column `{name}`\nhelp: add the partition's to the table: `include_partition({partition})`"
            );
            return self.origin.report(key, message);
        }
        if let Some(bound) = name.strip_prefix('_').filter(|bound| self.has_range && matches!(*bound, "start" | "end"))
        {
            let message = format!(
                "`{ident}` has no column `{name}`\nhelp: add the {bound} of the range to the table: `include_range({bound})`"
            );
            return self.origin.report(key, message);
        }
        if let Some(field) = self.of_parent(name) {
            let message = format!(
                "`{ident}` has no column `{name}`\nhelp: add the parent's to the table: `include_from_parent({field})`"
            );
            return self.origin.report(key, message);
        }
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
