//! Paths through the fields of a row: `info.run_id` is the field `run_id` of the struct that `info` is.

use std::collections::HashMap;

use quote::ToTokens;
use syn::{Attribute, Ident, Member, Type};

use super::fields;
use crate::diagnostic::{OptionOrigin, suggest};
use crate::items::{self, ParsedItem};
use crate::language::Epoch;
use crate::model::{Access, Field};
use crate::naming::{inside, unraw};
use crate::syntax::FieldPath;

/// The `#[nested]` structs of a module.
pub(super) struct NestedStructs {
    by_name: HashMap<String, NestedStruct>,
}

struct NestedStruct {
    ident: Ident,
    fields: Vec<NestedField>,
}

struct NestedField {
    ident: Ident,
    ty: Type,
    cfgs: Vec<Attribute>,
    epoch: Option<Epoch>,
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
}

impl NestedStructs {
    pub(super) fn new(items: &[ParsedItem]) -> Self {
        let nested = items.iter().filter_map(|item| match item {
            ParsedItem::Nested(nested) => Some(nested),
            ParsedItem::Resource(_) | ParsedItem::User(_) => None,
        });
        let fields_of = |fields: &[items::Field]| {
            let field = |field: &items::Field| NestedField {
                ident: field.ident.clone(),
                ty: field.ty.clone(),
                cfgs: field.cfgs.clone(),
                epoch: field.column.format.get().map(|format| format.kind),
            };
            fields.iter().map(field).collect::<Vec<_>>()
        };
        let structs = nested.filter_map(|nested| {
            let fields = fields_of(fields(&nested.body));
            (!fields.is_empty()).then(|| (unraw(&nested.ident), NestedStruct { ident: nested.ident.clone(), fields }))
        });
        Self { by_name: structs.collect() }
    }

    /// Follows a path from the field of the row that it begins with. A wrong name is reported.
    pub(super) fn follow(&self, path: &FieldPath, field: &Field, origin: &OptionOrigin<'_>) -> Option<Leaf> {
        let mut leaf = Leaf::new(field.member.clone(), &field.ty, &field.cfgs, field.epoch);
        let mut outer = &path.first;
        for name in &path.inner {
            let Some(part) = self.of(&leaf.ty) else {
                let message = format!(
                    "`{}` has no fields to name: its type is not a `#[nested]` struct of this module",
                    unraw(outer)
                );
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
            outer = name;
        }
        Some(leaf)
    }

    /// The struct whose fields a path through this type names.
    fn of(&self, ty: &Type) -> Option<&NestedStruct> {
        self.by_name.get(&struct_name(ty)?)
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
    fn new(member: Member, ty: &Type, cfgs: &[Attribute], epoch: Option<Epoch>) -> Self {
        let mut leaf = Self { accesses: Vec::new(), ty: ty.clone(), cfgs: Vec::new(), optional: None, epoch };
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
