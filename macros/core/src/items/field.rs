//! The parts of structs and enums: fields and variants, with what their attributes say.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::spanned::Spanned;
use syn::{Attribute, Fields, Ident, ItemEnum, LitStr, Member, Type};

use super::attribute::{cfgs, has_serde_attrs, misplaced, unconditional};
use super::serde_attrs::{SerdeMarks, SerdeNames};
use super::serde_written::SerdeWritten;
use super::{attribute, extra, owned, serde_attrs, serde_written};
use crate::diagnostic::Sink;
use crate::language::ColumnOptions;
use crate::naming::{Rule, inside, is_string, unraw};

/// A field of a resource or of a nested struct.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) column: ColumnOptions,
    /// The name of the attribute that these stand in.
    pub(crate) mark: Option<syn::Path>,
    /// How it is reached: by its name, or as the only one of a newtype.
    pub(crate) member: Member,
    /// Whether it has an attribute of serde's, beyond a `flatten` under no condition on an `Extra`.
    pub(crate) serde: bool,
    /// Whether it is an `Extra` that takes the keys which no field names.
    pub(crate) extra: bool,
    /// Its names by attributes of serde's. None where these are not understood.
    pub(crate) names: Option<SerdeNames>,
    /// What serde's attributes say besides names.
    pub(crate) marks: SerdeMarks,
    /// Where they say that it is written.
    pub(crate) written: SerdeWritten,
    /// The names in serde's attributes: `rename`, and those of `alias`. None where it is read from no key of its own.
    pub(crate) keys: Option<(Option<LitStr>, Vec<LitStr>)>,
    /// Its name in JSON, where the macro has named the field after it and no renaming rule restores it.
    pub(crate) key: Option<String>,
    /// Whether the macro has written it.
    pub(crate) inferred: bool,
}

/// The name in JSON of the field that takes the key of its row: one that no API sends.
const ROW_KEY: &str = "<row key>";

impl Field {
    /// Whether it takes the key of its row.
    pub(crate) fn is_row_key(&self) -> bool {
        !self.column.row_key.is_absent()
    }

    /// The name in JSON, without attributes of serde's.
    pub(crate) fn wire(&self, rule: Option<Rule>) -> String {
        let name = || unraw(&self.ident);
        self.key.clone().unwrap_or_else(|| rule.map_or_else(name, |rule| rule.field(&name())))
    }
}

/// A variant of a nested enum.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) kind: VariantKind,
    pub(crate) serde: bool,
    /// The name in `#[serde(rename = "…")]`.
    pub(crate) rename: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum VariantKind {
    Unit,
    /// `#[other] Other(String)`
    Other,
    Data,
}

/// The fields of a resource. Those of other shapes are reported, and there are none.
pub(crate) fn columns(ident: &Ident, fields: &mut Fields, errors: &Sink) -> Option<Vec<Field>> {
    let columns = named(ident, fields, errors);
    match fields {
        Fields::Named(named) if named.named.is_empty() => {
            errors.report(ident, format!("`{ident}` has no fields, and a row has at least one"));
            None
        }
        Fields::Named(_) => Some(columns),
        Fields::Unnamed(unnamed) if unnamed.unnamed.len() == 1 => Some(columns),
        Fields::Unnamed(unnamed) if !unnamed.unnamed.is_empty() => {
            errors.report(ident, format!("`{ident}` is a tuple struct, and a row has named fields, or is one value\nhelp: write `struct {ident} {{ key: String, … }}`, or `struct {ident}(String)` for rows that are plain values"));
            None
        }
        Fields::Unnamed(_) | Fields::Unit => {
            errors.report(ident, format!("`{ident}` has no fields, and a row has at least one\nhelp: write `struct {ident} {{ key: String, … }}`"));
            None
        }
    }
}

/// The fields of a nested struct.
pub(crate) fn members(ident: &Ident, fields: &mut Fields, errors: &Sink) -> Option<Vec<Field>> {
    let members = named(ident, fields, errors);
    match fields {
        Fields::Named(_) => Some(members),
        Fields::Unnamed(_) | Fields::Unit => {
            errors
                .report(ident, format!("a `#[nested]` struct has named fields\nhelp: write `struct {ident} {{ … }}`"));
            None
        }
    }
}

fn named(owner: &Ident, fields: &mut Fields, errors: &Sink) -> Vec<Field> {
    let mut read = Vec::new();
    for field in fields.iter_mut() {
        unconditional(&mut field.attrs, errors);
        misplaced(&mut field.attrs, &["resource", "nested", "other"], errors);
        let column = attribute::take(&mut field.attrs, "column");
        let options = attribute::read::<ColumnOptions>(&column, errors).unwrap_or_default();
        owned::check(&mut field.ty, options.json.is_absent() && options.skip.is_absent(), errors);
        let names = serde_attrs::names(&field.attrs);
        if let Some(inner) = inside(&field.ty, "Option")
            && inside(inner, "Option").is_some()
            && names.as_ref().is_some_and(|names| !names.otherwise)
        {
            let inner = inner.to_token_stream().to_string().replace(' ', "");
            errors.report(&field.ty, format!("null and what is absent are both the outer `None`, so the inner one never comes\nhelp: write `{inner}`"));
        }
        let cfgs = cfgs(&field.attrs);
        let (ident, member) = match &field.ident {
            Some(ident) => (ident.clone(), Member::Named(ident.clone())),
            // The only field of a newtype: its column is called so.
            None => (format_ident!("value", span = field.ty.span()), Member::from(0)),
        };
        let key = options.row_key.key().map(|_| ROW_KEY.to_owned());
        let marks = serde_attrs::marks(&field.attrs);
        let extra = extra::may_be(&field.ty) && marks.flatten.is_some();
        let is_plain = extra && cfgs.is_empty() && serde_attrs::only_flattens(&field.attrs);
        read.push(Field {
            ident,
            ty: without_self(&field.ty, owner),
            column: options,
            mark: column.first().map(|attr| attr.path().clone()),
            member,
            serde: has_serde_attrs(&field.attrs) && !is_plain,
            extra,
            names,
            marks,
            written: serde_written::of_field(&field.attrs),
            keys: serde_attrs::read_names(&field.attrs),
            key,
            inferred: false,
            cfgs,
        });
    }
    read
}

/// The type as it reads outside of its owner, where `Self` is another.
pub(crate) fn without_self(ty: &Type, owner: &Ident) -> Type {
    let tokens = replace_self(ty.to_token_stream(), owner);
    syn::parse2(tokens).unwrap_or_else(|_| ty.clone())
}

fn replace_self(tokens: TokenStream, owner: &Ident) -> TokenStream {
    let replace = |token: TokenTree| match token {
        TokenTree::Ident(name) if name == "Self" => TokenTree::Ident(owner.clone()),
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), replace_self(group.stream(), owner));
            inner.set_span(group.span());
            TokenTree::Group(inner)
        }
        other => other,
    };
    tokens.into_iter().map(replace).collect()
}

/// The variants of a nested enum.
pub(crate) fn variants(item: &mut ItemEnum, errors: &Sink) -> Vec<Variant> {
    let mut read = Vec::new();
    let mut other: Option<Attribute> = None;
    for variant in &mut item.variants {
        unconditional(&mut variant.attrs, errors);
        misplaced(&mut variant.attrs, &["resource", "nested", "column"], errors);
        for field in &mut variant.fields {
            misplaced(&mut field.attrs, super::attribute::HELPERS, errors);
        }
        if let Some((_, number)) = &variant.discriminant {
            errors.report(
                number,
                format!("`{}` is read from a name, and a number says nothing\nhelp: leave it out; where the API sends numbers, declare the field as an integer", variant.ident),
            );
        }
        let mut kind = match &variant.fields {
            Fields::Unit => VariantKind::Unit,
            Fields::Named(_) | Fields::Unnamed(_) => VariantKind::Data,
        };
        for attr in attribute::take(&mut variant.attrs, "other") {
            if let Some(first) = &other {
                errors.conflict(attr.path(), "an enum has one `#[other]` variant", first.path(), "the first is here");
            } else if !holds_text(&variant.fields) {
                errors.report(
                    &variant.ident,
                    format!(
                        "the `#[other]` variant holds the unknown value\nhelp: write `#[other] {}(String)`",
                        variant.ident
                    ),
                );
            } else if !matches!(attr.meta, syn::Meta::Path(_)) {
                errors.report(attr.path(), "`#[other]` takes no options");
            }
            kind = VariantKind::Other;
            other = Some(attr);
        }
        read.push(Variant {
            ident: variant.ident.clone(),
            cfgs: cfgs(&variant.attrs),
            kind,
            rename: serde_attrs::name(&variant.attrs),
            serde: has_serde_attrs(&variant.attrs) || variant.fields.iter().any(|field| has_serde_attrs(&field.attrs)),
        });
    }
    if let (Some(attr), Some(data)) = (&other, read.iter().find(|variant| variant.kind == VariantKind::Data)) {
        errors.conflict(
            &data.ident,
            "an enum with an `#[other]` variant is stored as text: its other variants hold no data",
            attr.path(),
            "stored as text because of this",
        );
    }
    if read.iter().all(|variant| variant.kind != VariantKind::Data) {
        for attrs in item.variants.iter().map(|variant| &variant.attrs).chain([&item.attrs]) {
            serde_attrs::nothing_else(attrs, errors);
        }
    }
    if read.is_empty() {
        errors.report(&item.ident, format!("`{}` has no variants", item.ident));
    }
    read
}

fn holds_text(fields: &Fields) -> bool {
    match fields {
        Fields::Unnamed(unnamed) if unnamed.unnamed.len() == 1 => {
            unnamed.unnamed.iter().all(|field| is_string(&field.ty))
        }
        Fields::Unnamed(_) | Fields::Named(_) | Fields::Unit => false,
    }
}
