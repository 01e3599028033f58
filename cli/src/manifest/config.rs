//! What a user of the manifest configures: secrets, and params of the client.

use super::places::{is_key, places, urls, values};
use super::specification::Specification;
use crate::declaration::{Entry, Names, Param, SETTERS, Value, snake};
use crate::jinja::{Expr, Step};
use crate::yaml::{Node, one_line};

/// The configuration: what its specification says, and what was used of it.
pub(super) struct Config {
    pub(super) specification: Specification,
    names: Names,
    known: Vec<Known>,
    /// Names of partitions.
    locals: Vec<(String, String)>,
    /// Places that stand in URLs.
    in_urls: Vec<String>,
    /// What a user has to know of secrets.
    notes: Vec<String>,
}

/// A value that is known by a name.
struct Known {
    key: String,
    name: String,
    secret: bool,
    /// How it is declared. None for a secret.
    param: Option<Declared>,
}

struct Declared {
    ty: String,
    optional: bool,
    default: Option<Value>,
    /// Whether the default stands for that nothing is set.
    made_empty: bool,
    docs: String,
}

/// A value by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) secret: bool,
}

impl Config {
    pub(super) fn new(root: &Node) -> Self {
        let mut in_urls = Vec::new();
        urls(root, &mut in_urls);
        Self {
            specification: Specification::new(root),
            names: Names::new(&SETTERS),
            known: Vec::new(),
            locals: Vec::new(),
            in_urls,
            notes: Vec::new(),
        }
    }

    /// The value at a place of the configuration. With `secret`, it is one, whatever the specification says.
    pub(super) fn value(&mut self, steps: &[Step], secret: bool) -> Option<Named> {
        let keys: Option<Vec<&str>> = steps
            .iter()
            .map(|step| match step {
                Step::Key(key) => Some(key.as_str()),
                Step::Index(_) => None,
            })
            .collect();
        let keys = keys.filter(|keys| !keys.is_empty())?;
        let key = keys.join(".");
        let field = self.specification.place(&keys);
        // What stands in a URL is seen, whatever the specification says: an account, a company. Keys stay secrets.
        let is_shown = self.in_urls.contains(&key) && !is_key(&key);
        let secret = secret || (field.as_ref().is_some_and(|field| field.secret) && !is_shown);
        if let Some(known) = self.known.iter().find(|known| known.key == key && (known.secret || !secret)) {
            return Some(Named { name: known.name.clone(), secret: known.secret });
        }
        let name = self.name(&keys);
        let param = (!secret).then(|| match &field {
            Some(field) => Declared {
                ty: field.ty.clone(),
                optional: !field.required,
                default: field.default.clone(),
                made_empty: false,
                docs: field.docs.clone(),
            },
            // What the specification does not have is not set.
            None => Declared {
                ty: "String".to_owned(),
                optional: !self.specification.has(steps),
                default: None,
                made_empty: false,
                docs: String::new(),
            },
        });
        self.known.push(Known { key, name: name.clone(), secret, param });
        Some(Named { name, secret })
    }

    /// A value that the manifest computes from its configuration, and that is given as it is here.
    pub(super) fn computed(&mut self, expr: &Expr, original: &str, default: Option<&str>) -> Named {
        let is_number = matches!(expr, Expr::Binary("*" | "/" | "-", ..))
            || matches!(expr, Expr::Filter(_, name, _) if name == "int")
            || matches!(expr, Expr::Call(of, ..) if matches!(&**of, Expr::Name(name) if name == "timestamp"));
        let key = format!("{expr:?}");
        if let Some(known) = self.known.iter().find(|known| known.key == key) {
            return Named { name: known.name.clone(), secret: known.secret };
        }
        let places = places(expr);
        let mut shown = Vec::new();
        values(expr, &mut shown);
        let secret = shown.iter().any(|keys| {
            let joined = keys.join(".");
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            let is_shown = self.in_urls.contains(&joined) && !is_key(&joined);
            self.specification.place(&keys).is_some_and(|field| field.secret) && !is_shown
        });
        let first: Vec<&str> = places.first().map(|keys| keys.iter().map(String::as_str).collect()).unwrap_or_default();
        let name = self.name(&first);
        let param = (!secret).then(|| Declared {
            ty: if is_number { "i64" } else { "String" }.to_owned(),
            optional: false,
            default: default.map(|default| if is_number { Value::word(default) } else { Value::text(default) }),
            made_empty: false,
            docs: format!("In the manifest: {}", one_line(original)),
        });
        self.known.push(Known { key, name: name.clone(), secret, param });
        Named { name, secret }
    }

    /// The secret that a text with several is, given as it comes out.
    pub(super) fn whole_secret(&mut self, text: &str) -> String {
        if let Some(known) = self.known.iter().find(|known| known.key == text && known.secret) {
            return known.name.clone();
        }
        let name = self.names.take("credentials");
        self.known.push(Known { key: text.to_owned(), name: name.clone(), secret: true, param: None });
        self.notes.push(format!("The secret `{name}` is the text `{text}`, with the values in it."));
        name
    }

    /// Says what a user has to know of secrets, once.
    pub(super) fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// What a user has to know of secrets.
    pub(super) fn notes(&self) -> &[String] {
        &self.notes
    }

    fn name(&mut self, keys: &[&str]) -> String {
        let last = keys.last().copied().unwrap_or("value");
        let name = snake(last);
        let name = if SETTERS.contains(&name.as_str()) {
            match name.as_str() {
                "base_url" => "api_url".to_owned(),
                name => format!("api_{name}"),
            }
        } else if crate::declaration::is_keyword(&name) {
            format!("{name}_value")
        } else {
            name
        };
        self.names.take(&name)
    }

    fn declared(&mut self, name: &str) -> Option<&mut Declared> {
        self.known.iter_mut().find(|known| known.name == name).and_then(|known| known.param.as_mut())
    }

    /// Says that a param stands where nothing else can: it must have a value.
    pub(super) fn require(&mut self, name: &str) {
        if let Some(param) = self.declared(name) {
            param.optional = false;
            param.default.take_if(|_| param.made_empty);
        }
    }

    /// Says that a text goes on without the param.
    pub(super) fn default_to_nothing(&mut self, name: &str) {
        if let Some(param) = self.declared(name).filter(|param| param.optional && param.ty == "String") {
            param.optional = false;
            param.default = Some(Value::text(""));
            param.made_empty = true;
        }
    }

    /// Gives a param a value for where it is not set.
    pub(super) fn default(&mut self, name: &str, value: Value) {
        if let Some(param) = self.declared(name) {
            param.optional = false;
            // What the manifest's engine falls back to wins over what its form proposes.
            param.default = Some(value);
            param.made_empty = false;
        }
    }

    pub(super) fn retype(&mut self, name: &str, ty: &str) {
        if let Some(param) = self.declared(name) {
            ty.clone_into(&mut param.ty);
        }
    }

    /// Makes a param a time: one that is needed to the second anywhere is no date.
    pub(super) fn timed(&mut self, name: &str, is_date: bool) {
        if self.ty(name) != Some("Timestamp") {
            self.retype(name, if is_date { "Date" } else { "Timestamp" });
        }
    }

    pub(super) fn ty(&self, name: &str) -> Option<&str> {
        let known = self.known.iter().find(|known| known.name == name)?;
        known.param.as_ref().map(|param| param.ty.as_str())
    }

    /// Whether a param may be unset.
    pub(super) fn is_optional(&self, name: &str) -> bool {
        let known = self.known.iter().find(|known| known.name == name);
        known.and_then(|known| known.param.as_ref()).is_some_and(|param| param.optional)
    }

    /// The params that were used, in the order of their first use.
    pub(super) fn params(&self) -> Vec<Param> {
        let declared = self.known.iter().filter_map(|known| known.param.as_ref().map(|param| (&known.name, param)));
        declared
            .map(|(name, param)| {
                let ty = if param.optional && param.default.is_none() && !param.ty.starts_with("Vec<") {
                    format!("Option<{}>", param.ty)
                } else {
                    param.ty.clone()
                };
                Param { name: name.clone(), ty, default: param.default.clone(), docs: param.docs.clone() }
            })
            .collect()
    }

    /// A name that stands beside those of params: the same one each time, unless a param has it.
    pub(super) fn local(&mut self, name: &str) -> String {
        if let Some((_, known)) = self.locals.iter().find(|(original, _)| original == name) {
            return known.clone();
        }
        let original = name.to_owned();
        let name = if crate::declaration::is_keyword(name) { format!("{name}_value") } else { name.to_owned() };
        let free = if self.known.iter().any(|known| known.name == name) { format!("{name}_value") } else { name };
        let free = self.names.take(&free);
        self.locals.push((original, free.clone()));
        free
    }

    /// The names of secrets that were used.
    pub(super) fn secrets(&self) -> Vec<String> {
        self.known.iter().filter(|known| known.secret).map(|known| known.name.clone()).collect()
    }
}

/// `secret(name, prefix = "…", suffix = "…")`
pub(super) fn secret(name: &str, prefix: &str, suffix: &str) -> Value {
    let mut entries = vec![Entry::Plain(Value::word(name))];
    for (word, text) in [("prefix", prefix), ("suffix", suffix)] {
        if !text.is_empty() {
            entries.push(Entry::Named(word.to_owned(), Value::text(text)));
        }
    }
    Value::Call("secret".to_owned(), entries)
}
