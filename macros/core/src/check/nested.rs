//! Parts of rows: structs and enums under `#[nested]`.

use std::collections::HashMap;

use syn::Ident;

use super::child::{self, Element};
use super::defaults::Defaults;
use super::{fields, json_keys, serde_copy};
use crate::diagnostic::Sink;
use crate::items::{self, Annotated, Body, Impl, Variant, VariantKind, attrs_of, serde_attrs};
use crate::language::NestedOptions;
use crate::literal::RenameRule;
use crate::model::{Field, Nested, NestedKind, Storage, TextEnum, TextName};
use crate::naming::{Rule, unraw};

/// Checks a part of rows. `elements` are those types that are rows of child tables.
pub(super) fn check(nested: Annotated<NestedOptions>, defaults: &Defaults<'_>, elements: &[Element]) -> Nested {
    let Annotated { options, ident, cfgs, body, serde, mut item, errors, .. } = nested;
    let rule = RenameRule::of(options.rename_all.or(&defaults.options.rename_all));
    let rename = rule.filter(|_| !serde.renames);
    let (deserialize, serialize) = (serde.deserialize == Impl::Missing, serde.serialize == Impl::Missing);
    if serde.deserialize != Impl::Manual && !serde_attrs::is_read_as_another(attrs_of(&item)) {
        // What the macro reads itself is checked with its fields.
        let own = serde_attrs::rule(&item).or(rule);
        match (&body, &item) {
            (Body::Fields(fields), _) if serde.attributes => json_keys::fields(fields, own, &errors),
            (Body::Variants(variants), syn::Item::Enum(item))
                if variants.iter().any(|variant| variant.kind == VariantKind::Data) =>
            {
                json_keys::variants(item, own, &errors);
            }
            _ => {}
        }
    }
    let element = child::columns(&ident, fields(&body), elements, &errors);
    let kind = match body {
        Body::Fields(fields) if !serde.attributes => {
            let fields = members(fields, rule, &errors);
            NestedKind::Struct { fields, deserialize, serialize, rename: rename.filter(|_| serde.derives()) }
        }
        Body::Variants(variants) if variants.iter().all(|variant| variant.kind != VariantKind::Data) => {
            let rule = serde_attrs::rule(&item).or(rule);
            let rename = rename.filter(|_| serde.derives());
            NestedKind::Text(TextEnum { deserialize, serialize, rename, ..text(variants, rule, &errors) })
        }
        Body::Fields(fields) => {
            by_macro(&fields, &ident, &errors);
            let copy = deserialize.then(|| serde_copy::of(&item, &fields, rename)).flatten();
            NestedKind::Derived { deserialize, serialize, rename, copy }
        }
        Body::Variants(_) => NestedKind::Derived { deserialize, serialize, rename, copy: None },
        Body::Unit | Body::Unreadable => NestedKind::Stub { deserialize, serialize },
    };
    let kind = if errors.is_sound() { kind } else { NestedKind::Stub { deserialize, serialize } };
    // A copy alone leaves the item without a derive, where the user writes it by hand.
    let is_plain = match &kind {
        NestedKind::Text(_) | NestedKind::Stub { .. } => true,
        NestedKind::Derived { copy, serialize, .. } => copy.is_some() && !serialize,
        NestedKind::Struct { .. } => false,
    };
    if serde.refused || (is_plain && !serde.derives()) {
        // Without a derive, serde's attributes are unknown to the compiler.
        serde_attrs::forget(&mut item);
    }
    Nested { ident, cfgs, item, kind, element }
}

/// Reports a `format` that only the macro's own code respects.
pub(super) fn by_macro(fields: &[items::Field], ident: &Ident, errors: &Sink) {
    for key in fields.iter().filter_map(|field| field.column.format.key()) {
        errors.report(
            key,
            format!("`{ident}` is read by serde, which does not know `format`\nhelp: leave serde's attributes out of `{ident}`, or read the number yourself: `#[serde(deserialize_with = \"…\")]`"),
        );
    }
}

/// The fields of a struct that is stored whole.
fn members(fields: Vec<items::Field>, rule: Option<Rule>, errors: &Sink) -> Vec<Field> {
    let mut members: Vec<Field> = Vec::new();
    for field in fields {
        let wire = field.wire(rule);
        let epoch = field.column.format.get().map(|format| format.kind);
        let items::Field { ident, ty, cfgs, member, .. } = field;
        if let Some(first) =
            members.iter().find(|first| first.wire == wire && (first.cfgs.is_empty() || cfgs.is_empty()))
        {
            errors.conflict(
                &ident,
                format!("two fields are read from the key `{wire}`"),
                &first.ident,
                "the first is here",
            );
        }
        members.push(Field { ident, ty, cfgs, member, wire, extra: false, epoch, storage: Storage::Skipped });
    }
    members
}

fn text(variants: Vec<Variant>, rule: Option<Rule>, errors: &Sink) -> TextEnum {
    let mut text = TextEnum { names: Vec::new(), other: None, deserialize: true, serialize: true, rename: None };
    let mut seen: HashMap<String, (Ident, bool)> = HashMap::new();
    for variant in variants {
        let Variant { ident, cfgs, kind, rename, .. } = variant;
        if kind == VariantKind::Other {
            text.other = Some((ident, cfgs));
            continue;
        }
        let plain = unraw(&ident);
        let name = rename.unwrap_or_else(|| rule.map_or_else(|| plain.clone(), |rule| rule.variant(&plain)));
        match seen.get(&name) {
            Some((first, conditional)) if !*conditional || cfgs.is_empty() => {
                errors.conflict(&ident, format!("two variants are named `{name}`"), first, "the first is here");
            }
            _ => {
                seen.insert(name.clone(), (ident.clone(), !cfgs.is_empty()));
            }
        }
        text.names.push(TextName { ident, name, cfgs });
    }
    text
}
