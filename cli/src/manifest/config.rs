//! What a user of the manifest configures: secrets, and params of the client.

use crate::declaration::{Entry, Names, Param, Value, snake};
use crate::jinja::{Expr, Step};
use crate::yaml::{Node, flat, one_line};

/// Setters that the builder has already, and words that stand for values.
const TAKEN: [&str; 24] = [
    "base_url",
    "build",
    "clone",
    "access_token_url",
    "timeout",
    "connect_timeout",
    "user_agent",
    "header",
    "proxy",
    "root_certificate",
    "identity",
    "resolve",
    "retry",
    "rate_limit",
    "concurrency",
    "token_store",
    "http_client",
    "now",
    "none",
    "todo",
    "secret",
    "incremental",
    "resources",
    "new",
];

/// The configuration: what its specification says, and what was used of it.
pub(super) struct Config {
    specification: Option<Node>,
    names: Names,
    known: Vec<Known>,
    /// Names of partitions.
    locals: Vec<(String, String)>,
    /// Places that stand in URLs.
    in_urls: Vec<String>,
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
        let spec = root.get("spec");
        let specification = spec
            .and_then(|spec| spec.get("connection_specification").or_else(|| spec.get("connectionSpecification")))
            .cloned();
        let mut in_urls = Vec::new();
        urls(root, &mut in_urls);
        Self { specification, names: Names::new(&TAKEN), known: Vec::new(), locals: Vec::new(), in_urls }
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
        let field = self.field(&keys);
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
                docs: field.docs.clone(),
            },
            None => Declared { ty: "String".to_owned(), optional: false, default: None, docs: String::new() },
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
            self.field(&keys).is_some_and(|field| field.secret) && !is_shown
        });
        let first: Vec<&str> = places.first().map(|keys| keys.iter().map(String::as_str).collect()).unwrap_or_default();
        let name = self.name(&first);
        let param = (!secret).then(|| Declared {
            ty: if is_number { "i64" } else { "String" }.to_owned(),
            optional: false,
            default: default.map(|default| if is_number { Value::word(default) } else { Value::text(default) }),
            docs: format!("In the manifest: {}", one_line(original)),
        });
        self.known.push(Known { key, name: name.clone(), secret, param });
        Named { name, secret }
    }

    fn name(&mut self, keys: &[&str]) -> String {
        let last = keys.last().copied().unwrap_or("value");
        let name = snake(last);
        let name = if TAKEN.contains(&name.as_str()) {
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
        }
    }

    /// Says that a text goes on without the param.
    pub(super) fn default_to_nothing(&mut self, name: &str) {
        if let Some(param) = self.declared(name).filter(|param| param.optional && param.ty == "String") {
            param.optional = false;
            param.default = Some(Value::text(""));
        }
    }

    /// Gives a param a value for where it is not set.
    pub(super) fn default(&mut self, name: &str, value: Value) {
        if let Some(param) = self.declared(name) {
            param.optional = false;
            // What the manifest's engine falls back to wins over what its form proposes.
            param.default = Some(value);
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

    /// What the specification proposes for a place.
    pub(super) fn proposal(&self, steps: &[Step]) -> Option<serde_json::Value> {
        let keys: Vec<&str> =
            steps.iter().filter_map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None }).collect();
        self.property(&keys)?.get("default").map(Node::json)
    }

    /// Whether a time is written as a date only.
    pub(super) fn is_date(&self, steps: &[Step]) -> Option<bool> {
        let keys: Vec<&str> =
            steps.iter().filter_map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None }).collect();
        let node = self.property(&keys)?;
        if let Some(pattern) = node.str("pattern") {
            return Some(!pattern.contains('T') && !pattern.contains(':'));
        }
        match node.str("format") {
            Some("date") => Some(true),
            Some("date-time") => Some(false),
            _ => None,
        }
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

    fn property(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self.specification.as_ref()?, |node, key| find(node, key))
    }

    fn field(&self, keys: &[&str]) -> Option<SpecField> {
        let mut node = self.specification.as_ref()?;
        let mut required = true;
        for key in keys {
            required &= is_required(node, key);
            node = find(node, key)?;
        }
        let kind = node.get("type").map(|kind| match kind.items() {
            [] => kind.as_str().unwrap_or_default().to_owned(),
            kinds => kinds.iter().filter_map(Node::as_str).find(|kind| *kind != "null").unwrap_or_default().to_owned(),
        });
        let ty = match kind.as_deref() {
            Some("integer") => "i64",
            Some("boolean") => "bool",
            // Numbers of accounts and of days, unless a fraction is proposed.
            Some("number") => match node.get("default").map(|default| &default.value) {
                Some(crate::yaml::Value::Float(_)) => "f64",
                _ => "i64",
            },
            Some("array") => match node.at(&["items", "type"]).and_then(Node::as_str) {
                Some("integer") => "Vec<i64>",
                _ => "Vec<String>",
            },
            _ => "String",
        };
        let secret = node.is_set("airbyte_secret");
        let default = node.get("default").filter(|_| !secret).and_then(|default| constant(default, ty));
        let docs = node.str("description").or_else(|| node.str("title")).map(plain).unwrap_or_default();
        Some(SpecField { ty: ty.to_owned(), required, secret, default, docs })
    }
}

struct SpecField {
    ty: String,
    required: bool,
    secret: bool,
    default: Option<Value>,
    docs: String,
}

/// The description of a key, in one of the alternatives where there are some.
fn find<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let own = node.get("properties").and_then(|properties| properties.get(key));
    own.or_else(|| {
        let alternatives = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|name| node.get(name));
        let mut found = alternatives.flat_map(Node::items).filter_map(|node| find(node, key));
        let first = found.next()?;
        // One that says that it is a secret wins.
        Some(if first.is_set("airbyte_secret") {
            first
        } else {
            found.find(|node| node.is_set("airbyte_secret")).unwrap_or(first)
        })
    })
}

fn is_required(node: &Node, key: &str) -> bool {
    let lists = |node: &Node| {
        node.get("required").is_some_and(|names| names.items().iter().any(|name| name.as_str() == Some(key)))
    };
    if node.get("properties").and_then(|properties| properties.get(key)).is_some() {
        return lists(node);
    }
    let alternatives: Vec<&Node> =
        ["oneOf", "anyOf"].into_iter().filter_map(|name| node.get(name)).flat_map(Node::items).collect();
    !alternatives.is_empty() && alternatives.iter().all(|node| lists(node))
}

fn constant(node: &Node, ty: &str) -> Option<Value> {
    match (&node.value, ty) {
        (crate::yaml::Value::Text(text), "String") => Some(Value::text(&**text)),
        (crate::yaml::Value::Int(number), "i64") => Some(Value::word(number)),
        (crate::yaml::Value::Int(number), "String") => Some(Value::text(number.to_string())),
        (crate::yaml::Value::Bool(flag), "bool") => Some(Value::word(flag)),
        (crate::yaml::Value::Float(number), "f64") => Some(Value::word(format!("{number:?}"))),
        (crate::yaml::Value::Int(number), "f64") => Some(Value::word(format!("{number}.0"))),
        (crate::yaml::Value::List(items), "Vec<String>") => {
            let items: Option<Vec<Value>> = items.iter().map(|item| item.as_str().map(Value::text)).collect();
            items.filter(|items| !items.is_empty()).map(Value::List)
        }
        _ => None,
    }
}

/// A description without its markup.
pub(super) fn plain(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        match after.split_once('>') {
            Some((tag, after)) if !tag.contains('<') && tag.len() < 300 => rest = after,
            _ => {
                out.push('<');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    flat(&out)
}

/// The places that a result has values of: conditions only choose.
fn values(expr: &Expr, found: &mut Vec<Vec<String>>) {
    if let Expr::Cond(then, _, other) = expr {
        values(then, found);
        if let Some(other) = other {
            values(other, found);
        }
    } else if crate::jinja::path(expr).is_some() {
        found.extend(places(expr));
    } else {
        for child in expr.children() {
            values(child, found);
        }
    }
}

/// Whether a name is that of a key or a token.
fn is_key(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    ["token", "secret", "password", "api_key", "apikey", "access_key"].iter().any(|word| last.contains(word))
}

/// Collects the places of the configuration that stand in URLs.
fn urls(node: &Node, found: &mut Vec<String>) {
    for (key, value) in node.entries() {
        match (&**key, value.as_str()) {
            ("path" | "url" | "url_base" | "token_refresh_endpoint", Some(text)) => {
                for part in crate::jinja::template(text).unwrap_or_default() {
                    if let crate::jinja::Part::Expr(expr) = part {
                        let expr = crate::jinja::fold(&expr, &serde_json::Value::Null);
                        found.extend(places(&expr).iter().map(|keys| keys.join(".")));
                    }
                }
            }
            ("schema" | "spec" | "schemas", _) => {}
            _ => urls(value, found),
        }
    }
    for item in node.items() {
        urls(item, found);
    }
}

/// The places of the configuration that an expression names.
pub(super) fn places(expr: &Expr) -> Vec<Vec<String>> {
    if let Some((crate::jinja::Root::Config, steps)) = crate::jinja::path(expr) {
        let keys = steps.iter().filter_map(|step| if let Step::Key(key) = step { Some(key.clone()) } else { None });
        return vec![keys.collect()];
    }
    expr.children().into_iter().flat_map(places).collect()
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

impl Config {
    /// Whether the specification has a place. Where there is none at all, anything may be there.
    pub(super) fn has(&self, steps: &[Step]) -> bool {
        let keys: Vec<&str> =
            steps.iter().filter_map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None }).collect();
        self.specification.is_none() || self.property(&keys).is_some()
    }
}

impl Config {
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

impl Config {
    /// Whether the specification has a place, and does not call it a secret.
    pub(super) fn is_shown(&self, steps: &[Step]) -> bool {
        let keys: Vec<&str> =
            steps.iter().filter_map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None }).collect();
        self.field(&keys).is_some_and(|field| !field.secret)
    }
}
