//! Names in serde's attributes: of fields, of variants, and rules for them, as far as they can be followed.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Ident, LitStr, Meta};

use super::attribute::{attrs_mut, attrs_of, has_serde_attrs};
use crate::diagnostic::Sink;
use crate::literal::RenameRule;
use crate::naming::Rule;
use crate::syntax::Literal;

/// The name in `#[serde(rename = "…")]`.
pub(crate) fn name(attrs: &[Attribute]) -> Option<String> {
    words(attrs).into_iter().find(|word| word.word == "rename").and_then(|word| word.name())
}

/// Words of serde's by which a field has another value than the API sends, also under a condition.
#[derive(Clone, Default)]
pub(crate) struct SerdeMarks {
    /// `skip` or `skip_deserializing`: it is not read.
    pub(crate) skip: Option<Ident>,
    /// `skip_serializing` or `skip_serializing_if`: serde does not write it, or not always.
    pub(crate) unwritten: Option<Ident>,
    /// `default`: it may be absent, whatever its type.
    pub(crate) default: Option<Ident>,
    /// Whether a function makes the default.
    pub(crate) by_function: bool,
    /// `flatten`: it takes keys of the object that it is in.
    pub(crate) flatten: Option<Ident>,
}

/// The marks of a field, or of a struct.
pub(crate) fn marks(attrs: &[Attribute]) -> SerdeMarks {
    let mut marks = SerdeMarks::default();
    for SerdeOption { word, value, .. } in words(attrs).into_iter().chain(conditional(attrs)) {
        match word.to_string().as_str() {
            "skip" | "skip_deserializing" => marks.skip = Some(word),
            "skip_serializing" | "skip_serializing_if" => marks.unwritten = Some(word),
            "default" => {
                marks.by_function = value.is_some();
                marks.default = Some(word);
            }
            "flatten" => marks.flatten = Some(word),
            _ => {}
        }
    }
    marks
}

/// The names that a field or a variant is read from by attributes of serde's, each with its place: that of `rename`, else none,
/// then those of `alias`. None where it is not read, or takes what is left.
pub(crate) fn read_names(attrs: &[Attribute]) -> Option<(Option<LitStr>, Vec<LitStr>)> {
    let marks = marks(attrs);
    if marks.skip.is_some() || marks.flatten.is_some() {
        return None;
    }
    let words = words(attrs);
    let named =
        |name: &str| words.iter().filter(|word| word.word == name).filter_map(SerdeOption::text).collect::<Vec<_>>();
    Some((named("rename").into_iter().next(), named("alias")))
}

/// The names of a field by attributes of serde's.
#[derive(Clone, Default)]
pub(crate) struct SerdeNames {
    pub(crate) rename: Option<String>,
    pub(crate) aliases: Vec<String>,
    /// Whether the field is not read.
    pub(crate) skipped: bool,
    /// Whether it may be absent, whatever its type.
    pub(crate) default: bool,
    /// Whether it is read otherwise than its type says.
    pub(crate) otherwise: bool,
}

/// The names of a field by attributes of serde's. None where these say more than names.
pub(crate) fn names(attrs: &[Attribute]) -> Option<SerdeNames> {
    let mut names = SerdeNames::default();
    for word in words(attrs) {
        match (word.word.to_string().as_str(), word.name()) {
            ("rename", Some(name)) => names.rename = Some(name),
            ("alias", Some(name)) => names.aliases.push(name),
            ("skip" | "skip_deserializing", _) => names.skipped = true,
            ("alias" | "flatten", _) => return None,
            ("default", _) => names.default = true,
            ("rename", None)
            | ("skip_serializing" | "skip_serializing_if" | "serialize_with" | "bound" | "borrow" | "getter", _) => {}
            _ => names.otherwise = true,
        }
    }
    Some(names).filter(|_| !is_conditional(attrs))
}

/// Whether `flatten` is all that serde's attributes say of a field.
pub(crate) fn only_flattens(attrs: &[Attribute]) -> bool {
    !is_conditional(attrs)
        && matches!(words(attrs).as_slice(), [SerdeOption { word, value: None, .. }] if word == "flatten")
}

/// Whether the names of the fields follow from these attributes of a struct.
pub(crate) fn is_plain(attrs: &[Attribute]) -> bool {
    const PLAIN: [&str; 6] = ["default", "deny_unknown_fields", "bound", "crate", "expecting", "rename"];
    let is_plain = |word: &SerdeOption| {
        PLAIN.iter().any(|plain| word.word == plain) || (word.word == "rename_all" && word.text().is_some())
    };
    words(attrs).iter().all(is_plain) && !is_conditional(attrs)
}

/// Whether any field of a struct may be absent.
pub(crate) fn defaults(attrs: &[Attribute]) -> bool {
    has_word(attrs, "default")
}

/// Whether there may be more attributes of serde's under a condition.
fn is_conditional(attrs: &[Attribute]) -> bool {
    has_serde_attrs(&attrs.iter().filter(|attr| attr.path().is_ident("cfg_attr")).cloned().collect::<Vec<_>>())
}

/// The rule in `#[serde(rename_all = "…")]`.
pub(crate) fn rule(item: &syn::Item) -> Option<Rule> {
    rule_in(attrs_of(item), "rename_all")
}

/// The rule in an attribute of serde's under a name.
pub(crate) fn rule_in(attrs: &[Attribute], name: &str) -> Option<Rule> {
    let found = words(attrs).into_iter().find(|word| word.word == name);
    found.and_then(|word| Rule::parse(&word.name()?))
}

/// Whether a type is read through another, so that its own names say nothing.
pub(crate) fn is_read_as_another(attrs: &[Attribute]) -> bool {
    ["from", "try_from", "transparent", "remote"].iter().any(|word| has_word(attrs, word)) || is_conditional(attrs)
}

/// Whether an attribute of serde's has a word.
pub(crate) fn has_word(attrs: &[Attribute], name: &str) -> bool {
    words(attrs).iter().any(|word| word.word == name)
}

/// Reports attributes of serde's beyond one name or rule: others mean nothing for text.
pub(crate) fn nothing_else(attrs: &[Attribute], errors: &Sink) {
    for SerdeOption { word, value, .. } in words(attrs) {
        match value {
            _ if word == "other" => errors.report(
                &word,
                "an enum that is stored as text keeps the names that it does not know\nhelp: write `#[other] Other(String)` in place of this variant",
            ),
            _ if word != "rename" && word != "rename_all" => errors.report(
                &word,
                format!(
                    "an enum that is stored as text supports `rename` and `rename_all` of serde's attributes, not `{word}`"
                ),
            ),
            None => errors.report(
                &word,
                format!(
                    "an enum that is stored as text cannot have different names for reading and writing\nhelp: write `{word} = \"…\"`"
                ),
            ),
            Some(text) if word == "rename_all" => {
                if let Err(message) = RenameRule::parse(&text.value()) {
                    errors.report(text, message);
                }
            }
            Some(_) => {}
        }
    }
}

/// Takes serde's attributes off an item that serde will not derive anything for.
pub(crate) fn forget(item: &mut syn::Item) {
    // Those under a condition, too, unless something is derived with them.
    let is_serdes = |attr: &Attribute| has_serde_attrs(std::slice::from_ref(attr));
    let derives = |attr: &Attribute| match &attr.meta {
        Meta::List(list) => list.tokens.clone().into_iter().any(|token| token.to_string() == "derive"),
        Meta::Path(_) | Meta::NameValue(_) => false,
    };
    let drop = |attrs: &mut Vec<Attribute>| attrs.retain(|attr| !is_serdes(attr) || derives(attr));
    if let Some(attrs) = attrs_mut(item) {
        drop(attrs);
    }
    match item {
        syn::Item::Struct(item) => item.fields.iter_mut().for_each(|field| drop(&mut field.attrs)),
        syn::Item::Enum(item) => {
            for variant in &mut item.variants {
                drop(&mut variant.attrs);
                variant.fields.iter_mut().for_each(|field| drop(&mut field.attrs));
            }
        }
        _ => {}
    }
}

/// A word in an attribute of serde's, with what follows it.
pub(super) struct SerdeOption {
    pub(super) word: Ident,
    /// A text.
    pub(super) value: Option<LitStr>,
    /// Whether it has parentheses.
    pub(super) group: bool,
    /// The text for reading alone: `rename(deserialize = "…")`.
    deserialize: Option<LitStr>,
    /// The text for writing alone.
    serialize: Option<LitStr>,
}

impl SerdeOption {
    /// The text that is used for reading.
    fn text(&self) -> Option<LitStr> {
        self.value.as_ref().or(self.deserialize.as_ref()).cloned()
    }

    fn name(&self) -> Option<String> {
        self.text().map(|text| text.value())
    }

    /// The name that is used for writing.
    pub(super) fn written_name(&self) -> Option<String> {
        self.value.as_ref().or(self.serialize.as_ref()).map(LitStr::value)
    }
}

/// The words in all attributes of serde's.
pub(super) fn words(attrs: &[Attribute]) -> Vec<SerdeOption> {
    let mut words = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        if let Meta::List(list) = &attr.meta {
            scan(list.tokens.clone(), &mut words);
        }
    }
    words
}

/// The words under a condition: `#[cfg_attr(…, serde(…))]`.
pub(super) fn conditional(attrs: &[Attribute]) -> Vec<SerdeOption> {
    let mut words = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("cfg_attr")) {
        if let Meta::List(list) = &attr.meta {
            let mut serde = false;
            for token in list.tokens.clone() {
                match token {
                    TokenTree::Group(group) if std::mem::take(&mut serde) => scan(group.stream(), &mut words),
                    TokenTree::Ident(word) => serde = word == "serde",
                    _ => {}
                }
            }
        }
    }
    words
}

fn scan(tokens: TokenStream, words: &mut Vec<SerdeOption>) {
    let mut fresh = true;
    for token in tokens {
        match token {
            TokenTree::Ident(word) if fresh => {
                words.push(SerdeOption { word, value: None, group: false, deserialize: None, serialize: None });
                fresh = false;
            }
            TokenTree::Punct(punct) if punct.as_char() == ',' => fresh = true,
            TokenTree::Literal(literal) => {
                if let (Some(word), Ok(text)) =
                    (words.last_mut(), syn::parse2::<LitStr>(TokenTree::from(literal).into()))
                {
                    word.value = Some(text);
                }
            }
            TokenTree::Group(group) => {
                let mut inner = Vec::new();
                scan(group.stream(), &mut inner);
                if let Some(word) = words.last_mut() {
                    word.group = true;
                    let named = |name: &str| inner.iter().find(|inner| inner.word == name)?.value.clone();
                    (word.deserialize, word.serialize) = (named("deserialize"), named("serialize"));
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}
