//! A value of a parent's rows: a field of the row, or one inside of it.

use quote::ToTokens;
use syn::Type;

use super::field_path::{JsonPlace, Leaf, NestedStructs};
use super::resource_graph::{ResourceNode, is_there};
use super::{duty, storage};
use crate::diagnostic::{OptionOrigin, suggest};
use crate::items::{Body, Field, ParsedItem, VariantKind};
use crate::model::Inside;
use crate::naming::{inside, unraw};
use crate::syntax::FieldPath;

/// What the fields of rows are.
pub(super) struct ParentRows<'i> {
    pub(super) items: &'i [ParsedItem],
    pub(super) nested: &'i NestedStructs,
}

/// A value of a parent's rows.
pub(super) struct ParentValue {
    /// Its column in the parent's table.
    pub(super) column: String,
    /// Where it is inside of that.
    pub(super) inside: Option<Inside>,
    /// Its type, without an `Option` around it.
    pub(super) ty: Type,
    /// The first type on the way that may be absent.
    pub(super) optional: Option<Type>,
}

impl ParentRows<'_> {
    /// The value that a path names, for a duty.
    pub(super) fn value(
        &self,
        member: &ResourceNode<'_>,
        parent: &ResourceNode<'_>,
        path: &FieldPath,
        duty: duty::Duty,
        origin: &OptionOrigin<'_>,
    ) -> Option<ParentValue> {
        let (field, column) = stored(member, parent, path, origin)?;
        let leaf = self.nested.follow(path, Leaf::of_item(field), origin)?;
        if !is_there(&leaf.cfgs, &[&member.resource.cfgs, &parent.resource.cfgs]) {
            let message = format!(
                "the field `{}` of `{}` exists only under a `#[cfg(…)]`\nhelp: put its `#[cfg(…)]` on this resource, too",
                path.written(),
                parent.resource.ident
            );
            origin.conflict(path, message, leaf.cfgs.last(), "under this condition");
            return None;
        }
        duty::of_row(self.items, parent.resource, duty::Steps::of(&parent.options), path, duty, origin);
        if duty == duty::Duty::Parent && !self.can_be_sent(field, &leaf, path, parent, origin) {
            return None;
        }
        let optional = leaf.optional;
        let inside = match leaf.json {
            JsonPlace::Keys(_) if path.inner.is_empty() => None,
            JsonPlace::Keys(keys) => Some(Inside { keys, is_optional: optional.is_some() }),
            JsonPlace::Unknown(because) => {
                let message = format!(
                    "`{}` is not at a known place in the JSON of `{}`\nhelp: give `{}` a field that `map` fills, and name that",
                    path.written(),
                    path.first,
                    parent.resource.ident
                );
                origin.conflict(path, message, because, "it is written otherwise because of this");
                return None;
            }
        };
        Some(ParentValue { column, inside, ty: leaf.ty, optional })
    }

    /// Reports a value that is no part of a URL.
    fn can_be_sent(
        &self,
        field: &Field,
        leaf: &Leaf,
        path: &FieldPath,
        parent: &ResourceNode<'_>,
        origin: &OptionOrigin<'_>,
    ) -> bool {
        let is_json = path.inner.is_empty() && !field.column.json.is_absent();
        if !is_json && !self.has_parts(&leaf.ty) {
            return true;
        }
        let name = path.written();
        let help = match self.nested.fields_of(&leaf.ty) {
            Some(fields) => {
                let all: Vec<String> = fields.collect();
                let one = all.first().map_or("…", String::as_str);
                let rest = suggest::note("field", "", all.iter().map(String::as_str));
                format!("name one of its fields: `{{resources.{}.{name}.{one}}}`{rest}", parent.table)
            }
            None => "use a field that is a string, a number, a boolean or a time".to_owned(),
        };
        let ty = if path.inner.is_empty() { &field.ty } else { &leaf.ty };
        let other =
            field.column.json.key().filter(|_| is_json).map_or_else(|| ty.to_token_stream(), ToTokens::to_token_stream);
        let message =
            format!("the field `{name}` of `{}` cannot be sent: it is stored as JSON text\nhelp: {help}", parent.table);
        origin.conflict(path, message, other, "the field is declared here");
        false
    }

    /// Whether a type is stored as JSON text, as far as its name shows.
    fn has_parts(&self, ty: &Type) -> bool {
        match ty {
            Type::Path(path) => path.path.segments.last().is_some_and(|last| {
                let name = unraw(&last.ident);
                matches!(name.as_str(), "Vec" | "Json" | "Extra" | "BTreeMap" | "HashMap")
                    || self.items.iter().any(|item| is_composed(item, &name))
                    || inside(ty, "Box").is_some_and(|ty| self.has_parts(ty))
            }),
            Type::Tuple(_) | Type::Array(_) => true,
            _ => false,
        }
    }
}

/// Whether an item is a type of this name that has parts.
fn is_composed(item: &ParsedItem, name: &str) -> bool {
    let ParsedItem::Nested(nested) = item else { return false };
    let is_text = matches!(&nested.body, Body::Variants(variants) if variants.iter().all(|variant| variant.kind != VariantKind::Data));
    !is_text && unraw(&nested.ident) == name
}

/// The field of a parent's row that a path begins with, and the column that it is stored in.
fn stored<'p>(
    member: &ResourceNode<'_>,
    parent: &ResourceNode<'p>,
    path: &FieldPath,
    origin: &OptionOrigin<'_>,
) -> Option<(&'p Field, String)> {
    let Body::Fields(fields) = &parent.resource.body else { return None };
    let (ident, place, name) = (&parent.resource.ident, &path.first, unraw(&path.first));
    let named = || fields.iter().filter(|field| unraw(&field.ident) == name);
    let conditions = [&member.resource.cfgs, &parent.resource.cfgs];
    let Some(field) = named().find(|field| is_there(&field.cfgs, &conditions)).or_else(|| named().next()) else {
        let fields: Vec<String> = fields.iter().map(|field| unraw(&field.ident)).collect();
        let help = suggest::help(&name, "field", &format!(" of `{ident}`"), fields.iter().map(String::as_str));
        origin.report(place, format!("`{ident}`, a row of `{}`, has no field `{name}`{help}", parent.table));
        return None;
    };
    if !is_there(&field.cfgs, &conditions) {
        let message = format!(
            "the field `{name}` of `{ident}` exists only under a `#[cfg(…)]`\nhelp: put its `#[cfg(…)]` on this resource, too"
        );
        origin.conflict(place, message, &field.ident, "declared here");
        return None;
    }
    let column = storage::name(field);
    let elsewhere = field.column.skip.key().or(field.column.child_table.key());
    if let Some(elsewhere) = elsewhere.filter(|_| column.is_none()) {
        origin.conflict(
            place,
            format!("the field `{name}` of `{ident}` is not a column of its table, and parents' values are read from columns\nhelp: leave `{elsewhere}` out of its `#[column(…)]`"),
            elsewhere,
            "said here",
        );
    }
    Some(field).zip(column)
}
