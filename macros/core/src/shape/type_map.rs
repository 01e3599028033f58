//! The types of a module as far as their names tell: what each field wants of a value.

use std::cell::RefCell;
use std::collections::HashSet;

use syn::{Ident, Type};

use crate::items::{Body, Field, Item, Marked, VariantKind, Writer, attrs_of, serde_attrs};
use crate::language::NestedOptions;
use crate::literal::RenameRule;
use crate::literal::moment::Moment;
use crate::naming::{Import, Rule, imports, inside, is_string, segments, unraw};
use crate::syntax::{Slot, Text};

/// Crates whose types are known by their names.
const USUAL: [&str; 5] = ["jiff", "declarest", "std", "core", "alloc"];

/// What a type wants of a value.
#[derive(Debug, Clone)]
pub(crate) enum Want {
    Bool,
    /// From the least to the most.
    Integer(i128, i128),
    Float,
    Text,
    Char,
    Moment(Moment),
    Option(Box<Want>),
    List(Box<Want>),
    Map(Box<Want>),
    /// Anything.
    Json,
    /// A struct or an enum of the module.
    Part(String),
    /// Not known, and not judged.
    Unknown,
}

/// A field of a row or of a part of one.
pub(crate) struct Member {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) want: Want,
    /// The names that it is read from, the first being its own.
    pub(crate) names: Vec<String>,
    /// Whether it may be absent, whatever its type.
    pub(crate) default: bool,
}

pub(crate) enum Part {
    Struct {
        ident: Ident,
        members: Vec<Member>,
        /// Whether serde reads it, which takes a list of the fields, too.
        by_serde: bool,
    },
    /// The names of an enum, and whether it takes others.
    Text(Vec<String>, bool),
}

/// The types of a module.
pub(crate) struct Parts {
    /// In the user's order.
    pub(crate) all: Vec<(String, Part)>,
    /// Names that mean something else in the module than they do elsewhere.
    foreign: HashSet<String>,
    /// Modules that types are known in: crates, and what has been imported from them.
    known: Vec<Vec<String>>,
    /// Fields of parts that have been reported.
    pub(crate) reported: RefCell<HashSet<(String, usize)>>,
}

impl Parts {
    /// `shared` is the rule of renaming that holds by default, `krate` the runtime, where it has another name.
    pub(crate) fn new(items: &[Item], shared: &Slot<Text<RenameRule>>, krate: Option<&syn::Path>) -> Self {
        let known = USUAL.iter().map(|name| vec![(*name).to_owned()]).chain(krate.map(segments)).collect();
        let mut parts = Self { all: Vec::new(), foreign: HashSet::new(), known, reported: RefCell::default() };
        for item in items {
            match item {
                Item::User(item) => parts.see(item),
                Item::Resource(resource) => drop(parts.foreign.insert(unraw(&resource.ident))),
                Item::Nested(nested) => drop(parts.foreign.insert(unraw(&nested.ident))),
            }
        }
        let nested = items.iter().filter_map(|item| match item {
            Item::Nested(nested) => Some(&**nested),
            Item::Resource(_) | Item::User(_) => None,
        });
        let names: Vec<String> = nested.clone().map(|nested| unraw(&nested.ident)).collect();
        let known = nested.filter_map(|nested| Some((unraw(&nested.ident), parts.part(nested, shared, &names)?)));
        parts.all = known.collect();
        parts
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Part> {
        self.all.iter().find(|(part, _)| part == name).map(|(_, part)| part)
    }

    fn part(&self, nested: &Marked<NestedOptions>, shared: &Slot<Text<RenameRule>>, names: &[String]) -> Option<Part> {
        let attrs = attrs_of(&nested.item);
        if nested.serde.deserialize == Writer::Hand || !nested.cfgs.is_empty() || !serde_attrs::is_plain(attrs) {
            return None;
        }
        let rule = match nested.options.rename_all.or(shared) {
            Slot::Broken(_) => return None,
            slot => serde_attrs::rule(&nested.item).or(RenameRule::of(slot)),
        };
        match &nested.body {
            Body::Fields(fields) => Some(Part::Struct {
                ident: nested.ident.clone(),
                members: self.members(fields, rule, serde_attrs::defaults(attrs), names),
                by_serde: nested.serde.attributes || nested.serde.derives(),
            }),
            Body::Variants(variants) => {
                let listed = variants.iter().filter(|variant| variant.kind == VariantKind::Unit).map(|variant| {
                    let name = unraw(&variant.ident);
                    variant
                        .rename
                        .clone()
                        .unwrap_or_else(|| rule.map_or_else(|| name.clone(), |rule| rule.variant(&name)))
                });
                let is_text = variants.iter().all(|variant| variant.kind != VariantKind::Data);
                let open = variants.iter().any(|variant| variant.kind == VariantKind::Other);
                is_text.then(|| Part::Text(listed.collect(), open))
            }
            Body::Unit | Body::Unreadable => None,
        }
    }

    /// The fields whose names are known. `default` says that any may be absent.
    pub(crate) fn members(&self, fields: &[Field], rule: Option<Rule>, default: bool, names: &[String]) -> Vec<Member> {
        let members = fields.iter().filter(|field| field.cfgs.is_empty() && !field.extra).filter_map(|field| {
            let told = field.names.as_ref().filter(|told| !told.skipped && !told.otherwise)?;
            let name = told.rename.clone().unwrap_or_else(|| field.wire(rule));
            Some(Member {
                ident: field.ident.clone(),
                ty: field.ty.clone(),
                want: self.want(&field.ty, names),
                names: std::iter::once(name).chain(told.aliases.iter().cloned()).collect(),
                default: default || told.default,
            })
        });
        members.collect()
    }

    /// The names of the types that are parts of rows.
    pub(crate) fn names(&self) -> Vec<String> {
        self.all.iter().map(|(name, _)| name.clone()).collect()
    }

    pub(crate) fn want(&self, ty: &Type, names: &[String]) -> Want {
        let Type::Path(path) = ty else { return Want::Unknown };
        if let Some(name) = path.path.get_ident().map(unraw).filter(|name| names.contains(name)) {
            return Want::Part(name);
        }
        let Some(last) = path.path.segments.last() else { return Want::Unknown };
        let name = unraw(&last.ident);
        if path.qself.is_some() || !self.is_usual(&path.path) {
            return Want::Unknown;
        }
        let within = |wrapper| inside(ty, wrapper).map(|inner| Box::new(self.want(inner, names)));
        if let Some(inner) = within("Option") {
            return Want::Option(inner);
        }
        if let Some(inner) = within("Vec") {
            return Want::List(inner);
        }
        if let Some(inner) = within("Box") {
            return *inner;
        }
        if is_string(ty) {
            return Want::Text;
        }
        if matches!(name.as_str(), "BTreeMap" | "HashMap") {
            return self.map(last, names);
        }
        if !last.arguments.is_none() {
            return Want::Unknown;
        }
        named(&name)
    }

    /// Takes note of the names that an item gives a meaning.
    fn see(&mut self, item: &syn::Item) {
        match item {
            syn::Item::Enum(syn::ItemEnum { ident, .. })
            | syn::Item::Struct(syn::ItemStruct { ident, .. })
            | syn::Item::Union(syn::ItemUnion { ident, .. })
            | syn::Item::Mod(syn::ItemMod { ident, .. })
            | syn::Item::Type(syn::ItemType { ident, .. }) => drop(self.foreign.insert(unraw(ident))),
            item => {
                for Import { path, name } in imports(item) {
                    // What comes from a crate that is known means what it always does.
                    if self.is_known(&path) && path.last() == Some(&unraw(&name)) {
                        self.known.push(vec![unraw(&name)]);
                    } else {
                        self.foreign.insert(unraw(&name));
                    }
                }
            }
        }
    }

    /// Whether a type is what its name says: one alone, if the module gives it no other meaning; a path, if it is known where it leads.
    fn is_usual(&self, path: &syn::Path) -> bool {
        let segments = segments(path);
        let first = segments.first().is_some_and(|first| path.leading_colon.is_none() && self.foreign.contains(first));
        !first && (segments.len() == 1 || self.is_known(&segments))
    }

    fn is_known(&self, path: &[String]) -> bool {
        self.known.iter().any(|known| path.starts_with(known))
    }

    /// A map with texts for keys.
    fn map(&self, last: &syn::PathSegment, names: &[String]) -> Want {
        let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return Want::Unknown };
        let mut arguments = arguments.args.iter();
        match (arguments.next(), arguments.next()) {
            (Some(syn::GenericArgument::Type(key)), Some(syn::GenericArgument::Type(value))) if is_string(key) => {
                Want::Map(Box::new(self.want(value, names)))
            }
            _ => Want::Unknown,
        }
    }
}

fn named(name: &str) -> Want {
    match name {
        "bool" => Want::Bool,
        "char" => Want::Char,
        "f32" | "f64" => Want::Float,
        "i8" => Want::Integer(i8::MIN.into(), i8::MAX.into()),
        "i16" => Want::Integer(i16::MIN.into(), i16::MAX.into()),
        "i32" => Want::Integer(i32::MIN.into(), i32::MAX.into()),
        "i64" => Want::Integer(i64::MIN.into(), i64::MAX.into()),
        "u8" => Want::Integer(0, u8::MAX.into()),
        "u16" => Want::Integer(0, u16::MAX.into()),
        "u32" => Want::Integer(0, u32::MAX.into()),
        "u64" => Want::Integer(0, u64::MAX.into()),
        "Timestamp" => Want::Moment(Moment::Timestamp),
        "DateTime" => Want::Moment(Moment::DateTime),
        "Date" => Want::Moment(Moment::Date),
        "Json" => Want::Json,
        _ => Want::Unknown,
    }
}
