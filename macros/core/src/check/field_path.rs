//! Paths through the fields of a row: `info.run_id` is the field `run_id` of the struct that `info` is.

use std::collections::HashMap;

use quote::ToTokens;
use syn::{Attribute, Ident, Member, Type};

use super::fields;
use crate::diagnostic::{OptionOrigin, suggest};
use crate::items::serde_written::{self, SerdeWritten};
use crate::items::{self, Annotated, Impl, ParsedItem, attrs_of};
use crate::language::{Epoch, NestedOptions};
use crate::literal::RenameRule;
use crate::model::{Access, Field};
use crate::naming::{inside, unraw};
use crate::syntax::{FieldPath, Slot, Text};

/// The `#[nested]` structs of a module.
pub(super) struct NestedStructs {
    by_name: HashMap<String, NestedStruct>,
}

struct NestedStruct {
    ident: Ident,
    fields: Vec<NestedField>,
    /// What makes its JSON another than an object of its fields, where something does.
    otherwise: Option<Ident>,
}

struct NestedField {
    ident: Ident,
    ty: Type,
    cfgs: Vec<Attribute>,
    epoch: Option<Epoch>,
    written: SerdeWritten,
}

/// A value in the JSON text of the field that its path begins with.
pub(super) enum JsonPlace {
    /// Under these keys, from the outside.
    Keys(Vec<String>),
    /// Not known, because of this.
    Unknown(Ident),
}

/// The field at the end of a path.
pub(super) struct Leaf {
    /// The fields on the way, itself included.
    pub(super) accesses: Vec<Access>,
    /// Its type, without an `Option` around it.
    pub(super) ty: Type,
    pub(super) cfgs: Vec<Attribute>,
    /// The first type on the way that may be absent.
    pub(super) optional: Option<Type>,
    /// The unit of a time that is written as a number.
    pub(super) epoch: Option<Epoch>,
    /// Where it is in the column of the row's own field.
    pub(super) json: JsonPlace,
}

impl NestedStructs {
    /// `shared` is the renaming rule of all.
    pub(super) fn new(items: &[ParsedItem], shared: &Slot<Text<RenameRule>>) -> Self {
        let nested = items.iter().filter_map(|item| match item {
            ParsedItem::Nested(nested) => Some(nested),
            ParsedItem::Resource(_) | ParsedItem::User(_) => None,
        });
        let structs = nested.filter_map(|nested| {
            let nested = NestedStruct::new(nested, shared);
            (!nested.fields.is_empty()).then(|| (unraw(&nested.ident), nested))
        });
        Self { by_name: structs.collect() }
    }

    /// Follows a path from the field of the row that it begins with. A wrong name is reported.
    pub(super) fn follow(&self, path: &FieldPath, row_field: Leaf, origin: &OptionOrigin<'_>) -> Option<Leaf> {
        let mut leaf = row_field;
        let mut outer = &path.first;
        for name in &path.inner {
            let Some(part) = self.of(&leaf.ty) else {
                let outer = unraw(outer);
                let message = if inside(&leaf.ty, "Vec").is_some() {
                    format!("`{outer}` is a list, and a path names one value of a row")
                } else {
                    format!("`{outer}` has no fields to name: its type is not a `#[nested]` struct of this module")
                };
                origin.conflict(name, message, &leaf.ty, "it has this type");
                return None;
            };
            let Some(field) = part.fields.iter().find(|field| unraw(&field.ident) == unraw(name)) else {
                let known: Vec<String> = part.fields.iter().map(|field| unraw(&field.ident)).collect();
                let of = format!(" of `{}`", part.ident);
                let help = suggest::help(&unraw(name), "field", &of, known.iter().map(String::as_str));
                origin.report(name, format!("`{}` has no field `{}`{help}", part.ident, unraw(name)));
                return None;
            };
            leaf.enter(Member::Named(field.ident.clone()), &field.ty, &field.cfgs, field.epoch);
            leaf.json.enter(part, field);
            outer = name;
        }
        Some(leaf)
    }

    /// The names of the fields of the struct that a type is.
    pub(super) fn fields_of(&self, ty: &Type) -> Option<impl Iterator<Item = String>> {
        Some(self.of(ty)?.fields.iter().map(|field| unraw(&field.ident)))
    }

    /// The struct whose fields a path through this type names.
    fn of(&self, ty: &Type) -> Option<&NestedStruct> {
        self.by_name.get(&struct_name(ty)?)
    }
}

impl NestedStruct {
    fn new(nested: &Annotated<NestedOptions>, shared: &Slot<Text<RenameRule>>) -> Self {
        let Annotated { ident, body, serde, options, item, .. } = nested;
        let rule = if serde.renames {
            serde_written::rule(attrs_of(item))
        } else {
            RenameRule::of(options.rename_all.or(shared))
        };
        let field = |field: &items::Field| NestedField {
            ident: field.ident.clone(),
            ty: field.ty.clone(),
            cfgs: field.cfgs.clone(),
            epoch: field.column.format.get().map(|format| format.kind),
            written: match &field.written {
                SerdeWritten::Key(None) => SerdeWritten::Key(Some(field.wire(rule))),
                other => other.clone(),
            },
        };
        let by_hand = (serde.serialize == Impl::Manual).then(|| ident.clone());
        Self {
            ident: ident.clone(),
            fields: fields(body).iter().map(field).collect(),
            otherwise: by_hand.or_else(|| serde_written::otherwise(attrs_of(item))),
        }
    }
}

impl JsonPlace {
    fn enter(&mut self, part: &NestedStruct, field: &NestedField) {
        let Self::Keys(keys) = self else { return };
        match (&part.otherwise, &field.written) {
            (Some(because), _) | (None, SerdeWritten::Otherwise(because)) => *self = Self::Unknown(because.clone()),
            (None, SerdeWritten::Key(key)) => keys.extend(key.clone()),
            (None, SerdeWritten::Flattened) => {}
        }
    }
}

/// The name of the struct whose fields a path through this type names: also in a `Box`.
pub(super) fn struct_name(ty: &Type) -> Option<String> {
    let ty = inside(ty, "Box").unwrap_or(ty);
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.arguments.is_none())?;
    Some(unraw(&last.ident))
}

impl Leaf {
    /// A field of the row itself.
    pub(super) fn of_row(field: &Field) -> Self {
        Self::new(field.member.clone(), &field.ty, &field.cfgs, field.epoch)
    }

    /// The same, before its storage is known.
    pub(super) fn of_item(field: &items::Field) -> Self {
        Self::new(field.member.clone(), &field.ty, &field.cfgs, None)
    }

    fn new(member: Member, ty: &Type, cfgs: &[Attribute], epoch: Option<Epoch>) -> Self {
        let json = JsonPlace::Keys(Vec::new());
        let mut leaf = Self { accesses: Vec::new(), ty: ty.clone(), cfgs: Vec::new(), optional: None, epoch, json };
        leaf.enter(member, ty, cfgs, epoch);
        leaf
    }

    fn enter(&mut self, member: Member, ty: &Type, cfgs: &[Attribute], epoch: Option<Epoch>) {
        self.epoch = epoch;
        let optional = inside(ty, "Option");
        self.accesses.push(Access { member, optional: optional.is_some() });
        self.ty = optional.unwrap_or(ty).clone();
        self.cfgs.extend(cfgs.iter().cloned());
        if optional.is_some() && self.optional.is_none() {
            self.optional = Some(ty.clone());
        }
    }

    /// The type that may be absent, for messages.
    pub(super) fn optional(&self) -> Option<&dyn ToTokens> {
        self.optional.as_ref().map(|ty| ty as &dyn ToTokens)
    }
}
