//! The types of a module, as far as their names are known: what each field expects of a value.

use std::cell::RefCell;
use std::collections::HashSet;

use syn::{Ident, Type};

use super::rust_type::ExpectedType;
use crate::items::{Annotated, Body, Field, Impl, ParsedItem, VariantKind, attrs_of, serde_attrs};
use crate::language::NestedOptions;
use crate::literal::RenameRule;
use crate::naming::{Import, Rule, imports, inside, is_string, segments, unraw};
use crate::syntax::{Slot, Text};

/// Crates whose types are known by their names.
const USUAL: [&str; 6] = ["jiff", "chrono", "declarest", "std", "core", "alloc"];

/// A field of a row or of a part of one.
pub(crate) struct Member {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) expected: ExpectedType,
    /// The names that it is read from, the first being its own.
    pub(crate) names: Vec<String>,
    /// Whether it may be absent, whatever its type.
    pub(crate) default: bool,
    /// Whether the OpenAPI file is wrong about it.
    pub(crate) overruled: bool,
}

pub(crate) enum NestedType {
    Struct {
        ident: Ident,
        members: Vec<Member>,
        /// Whether serde reads it, which takes a list of the fields, too.
        by_serde: bool,
    },
    Text(TextNames),
}

/// The names of an enum.
pub(crate) struct TextNames {
    /// Each in Rust and in JSON.
    pub(crate) listed: Vec<(String, String)>,
    /// Whether it takes others.
    pub(crate) open: bool,
}

impl TextNames {
    /// The names in JSON.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.listed.iter().map(|(_, name)| name.as_str())
    }
}

/// The types of a module.
pub(crate) struct TypeMap {
    /// In the user's order.
    pub(crate) all: Vec<(String, NestedType)>,
    /// Names that mean something else in the module than they do elsewhere.
    foreign: HashSet<String>,
    /// Modules that types are known in: crates, and what has been imported from them.
    known: Vec<Vec<String>>,
    /// Fields of nested types that have been reported.
    pub(crate) reported: RefCell<HashSet<(String, usize)>>,
}

impl TypeMap {
    /// `shared` is the rule of renaming that holds by default, `krate` the runtime, where it has another name.
    pub(crate) fn new(items: &[ParsedItem], shared: &Slot<Text<RenameRule>>, krate: Option<&syn::Path>) -> Self {
        let known = USUAL.iter().map(|name| vec![(*name).to_owned()]).chain(krate.map(segments)).collect();
        let mut map = Self { all: Vec::new(), foreign: HashSet::new(), known, reported: RefCell::default() };
        for item in items {
            match item {
                ParsedItem::User(item) => map.see(item),
                ParsedItem::Resource(resource) => drop(map.foreign.insert(unraw(&resource.ident))),
                ParsedItem::Nested(nested) => drop(map.foreign.insert(unraw(&nested.ident))),
            }
        }
        let nested = items.iter().filter_map(|item| match item {
            ParsedItem::Nested(nested) => Some(&**nested),
            ParsedItem::Resource(_) | ParsedItem::User(_) => None,
        });
        let names: Vec<String> = nested.clone().map(|nested| unraw(&nested.ident)).collect();
        let known = nested.filter_map(|nested| Some((unraw(&nested.ident), map.part(nested, shared, &names)?)));
        map.all = known.collect();
        map
    }

    pub(crate) fn get(&self, name: &str) -> Option<&NestedType> {
        self.all.iter().find(|(part, _)| part == name).map(|(_, part)| part)
    }

    fn part(
        &self,
        nested: &Annotated<NestedOptions>,
        shared: &Slot<Text<RenameRule>>,
        names: &[String],
    ) -> Option<NestedType> {
        let attrs = attrs_of(&nested.item);
        if nested.serde.deserialize == Impl::Manual || !nested.cfgs.is_empty() || !serde_attrs::is_plain(attrs) {
            return None;
        }
        let rule = match nested.options.rename_all.or(shared) {
            Slot::Broken(_) => return None,
            slot => serde_attrs::rule(&nested.item).or(RenameRule::of(slot)),
        };
        match &nested.body {
            Body::Fields(fields) => Some(NestedType::Struct {
                ident: nested.ident.clone(),
                members: self.members(fields, rule, serde_attrs::defaults(attrs), names),
                by_serde: nested.serde.attributes || nested.serde.derives(),
            }),
            Body::Variants(variants) => {
                let listed = variants.iter().filter(|variant| variant.kind == VariantKind::Unit).map(|variant| {
                    let name = unraw(&variant.ident);
                    let sent = variant.rename.clone();
                    let sent = sent.unwrap_or_else(|| rule.map_or_else(|| name.clone(), |rule| rule.variant(&name)));
                    (name, sent)
                });
                let is_text = variants.iter().all(|variant| variant.kind != VariantKind::Data);
                let open = variants.iter().any(|variant| variant.kind == VariantKind::Other);
                is_text.then(|| NestedType::Text(TextNames { listed: listed.collect(), open }))
            }
            Body::Unit | Body::Unreadable => None,
        }
    }

    /// The fields whose names are known. `default` says that any may be absent.
    pub(crate) fn members(&self, fields: &[Field], rule: Option<Rule>, default: bool, names: &[String]) -> Vec<Member> {
        let members = fields
            .iter()
            .filter(|field| field.cfgs.is_empty() && !field.extra && !field.is_row_key())
            .filter_map(|field| {
                let serde = field.names.as_ref().filter(|serde| !serde.skipped && !serde.otherwise)?;
                let name = serde.rename.clone().unwrap_or_else(|| field.wire(rule));
                Some(Member {
                    ident: field.ident.clone(),
                    ty: field.ty.clone(),
                    expected: if field.column.format.is_absent() {
                        self.expected(&field.ty, names)
                    } else {
                        ExpectedType::Unknown
                    },
                    names: std::iter::once(name).chain(serde.aliases.iter().cloned()).collect(),
                    default: default || serde.default,
                    overruled: field.column.openapi.get().is_some(),
                })
            });
        members.collect()
    }

    /// The names of the types that are parts of rows.
    pub(crate) fn names(&self) -> Vec<String> {
        self.all.iter().map(|(name, _)| name.clone()).collect()
    }

    pub(crate) fn expected(&self, ty: &Type, names: &[String]) -> ExpectedType {
        let Type::Path(path) = ty else { return ExpectedType::Unknown };
        if let Some(name) = path.path.get_ident().map(unraw).filter(|name| names.contains(name)) {
            return ExpectedType::Nested(name);
        }
        let Some(last) = path.path.segments.last() else { return ExpectedType::Unknown };
        let name = unraw(&last.ident);
        if path.qself.is_some() || !self.is_usual(&path.path) {
            return ExpectedType::Unknown;
        }
        let within = |wrapper| inside(ty, wrapper).map(|inner| Box::new(self.expected(inner, names)));
        if let Some(inner) = within("Option") {
            return ExpectedType::Option(inner);
        }
        if let Some(inner) = within("Vec") {
            return ExpectedType::List(inner);
        }
        if let Some(inner) = within("Box") {
            return *inner;
        }
        if is_string(ty) {
            return ExpectedType::Text;
        }
        if matches!(name.as_str(), "BTreeMap" | "HashMap") {
            return self.map(last, names);
        }
        if !last.arguments.is_none() {
            return ExpectedType::Unknown;
        }
        ExpectedType::named(&name)
    }

    /// Registers the names to which an item gives a meaning.
    fn see(&mut self, item: &syn::Item) {
        match item {
            syn::Item::Enum(syn::ItemEnum { ident, .. })
            | syn::Item::Struct(syn::ItemStruct { ident, .. })
            | syn::Item::Union(syn::ItemUnion { ident, .. })
            | syn::Item::Mod(syn::ItemMod { ident, .. })
            | syn::Item::Type(syn::ItemType { ident, .. }) => drop(self.foreign.insert(unraw(ident))),
            item => {
                for Import { path, name } in imports(item) {
                    // A name from a known crate keeps its meaning.
                    if self.is_known(&path) && path.last() == Some(&unraw(&name)) {
                        self.known.push(vec![unraw(&name)]);
                    } else {
                        self.foreign.insert(unraw(&name));
                    }
                }
            }
        }
    }

    /// Whether a type is the usual one of its name: the module gives the name no other meaning, and a path starts in a
    /// known crate.
    fn is_usual(&self, path: &syn::Path) -> bool {
        let segments = segments(path);
        let first = segments.first().is_some_and(|first| path.leading_colon.is_none() && self.foreign.contains(first));
        !first && (segments.len() == 1 || self.is_known(&segments))
    }

    fn is_known(&self, path: &[String]) -> bool {
        self.known.iter().any(|known| path.starts_with(known))
    }

    /// A map with strings for keys.
    fn map(&self, last: &syn::PathSegment, names: &[String]) -> ExpectedType {
        let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return ExpectedType::Unknown };
        let mut arguments = arguments.args.iter();
        match (arguments.next(), arguments.next()) {
            (Some(syn::GenericArgument::Type(key)), Some(syn::GenericArgument::Type(value))) if is_string(key) => {
                ExpectedType::Map(Box::new(self.expected(value, names)))
            }
            _ => ExpectedType::Unknown,
        }
    }
}
