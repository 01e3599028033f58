//! A declaration as a value: what every importer makes, and the writer writes.
//!
//! Options are kept as they are written, names and values; what they mean is the macro's to say.

mod finish;
mod names;
mod rows;

pub(crate) use finish::finish;
pub(crate) use names::{
    METHODS, Names, SETTERS, TYPES, identifier, is_keyword, is_secret_name, pascal, singular, snake,
};
pub(crate) use rows::{Field, Function, Struct, Type};

/// A source: a module.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// The name of the module.
    pub(crate) name: String,
    /// What the module is about.
    pub(crate) docs: String,
    /// What a reader should know of its base URL.
    pub(crate) notes: Vec<String>,
    pub(crate) options: Options,
    pub(crate) params: Vec<Param>,
    /// How the API spells most fields, where it is not `snake_case`.
    pub(crate) spelling: Option<String>,
    pub(crate) resources: Vec<Resource>,
    /// What concerns all resources.
    pub(crate) losses: Vec<Loss>,
    /// What was carried over, and is to be known: secrets that stood in the open.
    pub(crate) remarks: Vec<Loss>,
}

/// A resource: a struct.
#[derive(Debug, Default)]
pub(crate) struct Resource {
    pub(crate) name: String,
    /// The name that it had.
    pub(crate) original: String,
    /// Whether the original has it by itself, and not only as what another one is read for.
    pub(crate) listed: bool,
    pub(crate) docs: String,
    /// What a reader should know besides, one remark each.
    pub(crate) notes: Vec<String>,
    pub(crate) options: Options,
    /// Its row first, then the types inside of it.
    pub(crate) structs: Vec<Struct>,
    pub(crate) functions: Vec<Function>,
    /// The resources that it is read for.
    pub(crate) parents: Vec<String>,
    pub(crate) losses: Vec<Loss>,
}

/// Something that the language could not say, or the importer could not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Loss {
    pub(crate) line: usize,
    /// The option that it would have become.
    pub(crate) option: String,
    /// As the original has it.
    pub(crate) original: String,
    /// Why, as one of few reasons that can be counted.
    pub(crate) reason: String,
}

impl Loss {
    pub(crate) fn new(
        line: usize,
        option: impl Into<String>,
        original: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        Self { line, option: option.into(), original: original.into(), reason: reason.into() }
    }
}

/// A param of the client.
#[derive(Debug, Clone)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) ty: String,
    pub(crate) default: Option<Value>,
    pub(crate) docs: String,
}

pub(crate) type Options = Vec<(String, Value)>;

/// The value of an option.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    /// Tokens that stand as they are: a name, a number, a type.
    Word(String),
    List(Vec<Value>),
    /// `name(…)`
    Call(String, Vec<Entry>),
    /// `(…)` behind the option's name, without a `=`.
    Group(Vec<Entry>),
    /// `(a, b)`
    Tuple(Vec<Value>),
    /// `{ "key": value }`
    Object(Vec<(String, Value)>),
}

/// An entry of a group.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Entry {
    /// `name = value`
    Named(String, Value),
    /// `name as "wire" = value`
    Renamed(String, String, Value),
    /// `"Name" = value`, `404 = ignore`
    Keyed(Value, Value),
    /// `name: Type = default`
    Typed(String, String, Option<Value>),
    /// `name(…)` inside of a group.
    Grouped(String, Vec<Entry>),
    Plain(Value),
}

impl Value {
    #[allow(clippy::needless_pass_by_value, reason = "words and numbers alike")]
    pub(crate) fn word(text: impl ToString) -> Self {
        Self::Word(text.to_string())
    }

    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// Sets an option, over what it was.
pub(crate) fn set(options: &mut Options, name: &str, value: Value) {
    match options.iter_mut().find(|(known, _)| known == name) {
        Some((_, known)) => *known = value,
        None => options.push((name.to_owned(), value)),
    }
}

pub(crate) fn option<'o>(options: &'o Options, name: &str) -> Option<&'o Value> {
    options.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

/// Adds entries to a group.
pub(crate) fn extend(options: &mut Options, name: &str, entries: Vec<Entry>) {
    if entries.is_empty() {
        return;
    }
    match options.iter_mut().find(|(known, _)| known == name) {
        Some((_, Value::Group(known))) => known.extend(entries),
        _ => options.push((name.to_owned(), Value::Group(entries))),
    }
}

impl Source {
    /// How many losses there are.
    pub(crate) fn all_losses(&self) -> usize {
        self.losses.len() + self.resources.iter().map(|resource| resource.losses.len()).sum::<usize>()
    }

    /// Whether a resource is carried over with nothing missing: in itself, in the source, and in what it is read for.
    pub(crate) fn is_whole(&self, resource: &Resource) -> bool {
        self.losses.is_empty() && self.stands(resource, 0)
    }

    fn stands(&self, resource: &Resource, depth: usize) -> bool {
        resource.losses.is_empty()
            && depth <= self.resources.len()
            && resource
                .parents
                .iter()
                .all(|name| self.resources.iter().any(|parent| parent.name == *name && self.stands(parent, depth + 1)))
    }

    /// Leaves out what is not whole.
    pub(crate) fn skip_incomplete(&mut self) -> Vec<String> {
        let whole: Vec<bool> = self.resources.iter().map(|resource| self.is_whole(resource)).collect();
        let mut skipped = Vec::new();
        let mut keep = whole.into_iter();
        self.resources.retain(|resource| {
            let kept = keep.next().unwrap_or(false);
            if !kept && resource.listed {
                skipped.push(resource.original.clone());
            }
            kept
        });
        if !self.losses.is_empty() {
            self.losses.clear();
            self.options.retain(|(name, _)| name != "auth");
        }
        // What only a skipped resource was read for.
        loop {
            let needed: Vec<String> = self.resources.iter().flat_map(|resource| resource.parents.clone()).collect();
            let before = self.resources.len();
            self.resources.retain(|resource| resource.listed || needed.contains(&resource.name));
            if self.resources.len() == before {
                finish::prune(self);
                return skipped;
            }
        }
    }
}
