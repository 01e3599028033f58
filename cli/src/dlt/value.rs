//! Values of a dictionary: what its names stand for is looked up, and nothing is run.

use super::settings::{SettingId, Settings};
use crate::declaration::{self, is_secret_name};
use crate::python::{Binding, Expr, Kind, Module, Scope, masked};

const DEEPEST: usize = 60;
/// Names may stand for lists of names: what is beyond was made to fill the memory.
const MOST_VALUES: usize = 500_000;

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Val {
    pub(super) line: usize,
    pub(super) kind: ValKind,
    /// As it may be shown.
    code: String,
}

#[derive(Debug, Clone)]
pub(super) enum ValKind {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// Text, with settings in it.
    Text(Vec<Piece>),
    List(Vec<Val>),
    Dict(Vec<(String, Val)>),
    /// The last part of its name, and its arguments.
    Call(String, Vec<(Option<String>, Val)>),
    /// What only Python can say.
    Code,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    Text(String),
    Setting(SettingId),
}

impl Val {
    pub(super) fn new(line: usize, kind: ValKind) -> Self {
        Self { line, kind, code: String::new() }
    }

    pub(super) fn text(line: usize, text: &str) -> Self {
        Self::new(line, ValKind::Text(vec![Piece::Text(text.to_owned())]))
    }

    /// The value of a key, unless it is `None`.
    pub(super) fn get(&self, key: &str) -> Option<&Val> {
        let found = self.entries().iter().rev().find(|(name, _)| name == key).map(|(_, value)| value);
        found.filter(|value| !matches!(value.kind, ValKind::Null))
    }

    pub(super) fn entries(&self) -> &[(String, Val)] {
        if let ValKind::Dict(entries) = &self.kind { entries } else { &[] }
    }

    pub(super) fn items(&self) -> &[Val] {
        if let ValKind::List(items) = &self.kind { items } else { &[] }
    }

    pub(super) fn is_dict(&self) -> bool {
        matches!(self.kind, ValKind::Dict(_))
    }

    /// A text without settings.
    pub(super) fn as_str(&self) -> Option<&str> {
        match &self.kind {
            ValKind::Text(pieces) => match pieces.as_slice() {
                [] => Some(""),
                [Piece::Text(text)] => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn pieces(&self) -> Option<&[Piece]> {
        if let ValKind::Text(pieces) = &self.kind { Some(pieces) } else { None }
    }

    /// The setting that it is.
    pub(super) fn setting(&self) -> Option<SettingId> {
        match self.pieces()? {
            [Piece::Setting(id)] => Some(*id),
            _ => None,
        }
    }

    pub(super) fn as_int(&self) -> Option<i64> {
        if let ValKind::Int(number) = self.kind { Some(number) } else { None }
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        if let ValKind::Bool(flag) = self.kind { Some(flag) } else { None }
    }

    /// As it may be shown: without what may be a secret.
    pub(super) fn shown(&self) -> String {
        if !self.code.is_empty() {
            return self.code.clone();
        }
        self.as_str().map_or_else(|| "…".to_owned(), |text| masked(&format!("{text:?}")))
    }
}

/// Reads the values of a file.
pub(super) struct Reader<'r> {
    pub(super) module: &'r Module,
    pub(super) settings: Settings,
    depth: usize,
    read: usize,
}

impl<'r> Reader<'r> {
    pub(super) fn new(module: &'r Module) -> Self {
        Self { module, settings: Settings::default(), depth: 0, read: 0 }
    }

    /// The value of an expression that stands under `key`.
    pub(super) fn value(&mut self, expr: &Expr, key: &str, scope: &Scope) -> Val {
        self.depth += 1;
        self.read += 1;
        let kind =
            if self.depth > DEEPEST || self.read > MOST_VALUES { ValKind::Code } else { self.kind(expr, key, scope) };
        self.depth -= 1;
        let code = masked(&expr.code);
        Val { line: expr.line, kind, code }
    }

    fn kind(&mut self, expr: &Expr, key: &str, scope: &Scope) -> ValKind {
        match &expr.kind {
            Kind::None => ValKind::Null,
            Kind::Bool(flag) => ValKind::Bool(*flag),
            Kind::Int(number) => ValKind::Int(*number),
            Kind::Float(number) => ValKind::Float(*number),
            Kind::Text(text) => ValKind::Text(vec![Piece::Text(text.clone())]),
            Kind::Joined(parts) => self.joined(parts, key, scope),
            Kind::List(items) | Kind::Tuple(items) => {
                ValKind::List(items.iter().map(|item| self.value(item, key, scope)).collect())
            }
            Kind::Dict(pairs) => self.dict(pairs, scope),
            Kind::Name(name) => self.name(name, key, scope),
            Kind::Attribute(..) => match expr.path().as_deref() {
                Some("dlt.secrets.value") => {
                    ValKind::Text(vec![Piece::Setting(self.settings.of(&format!("secrets {key}"), key, true))])
                }
                Some("dlt.config.value") => {
                    ValKind::Text(vec![Piece::Setting(self.settings.of(&format!("config {key}"), key, false))])
                }
                _ => ValKind::Code,
            },
            Kind::Index(of, index) => self.looked_up(&of.path().unwrap_or_default(), index, scope),
            Kind::Call(of, arguments) => self.call(of, arguments, key, scope),
            Kind::Code => ValKind::Code,
        }
    }

    fn joined(&mut self, parts: &[Expr], key: &str, scope: &Scope) -> ValKind {
        let mut pieces: Vec<Piece> = Vec::new();
        for part in parts {
            match self.value(part, key, scope).kind {
                ValKind::Text(more) => pieces.extend(more),
                ValKind::Int(number) => pieces.push(Piece::Text(number.to_string())),
                _ => return ValKind::Code,
            }
        }
        let mut joined: Vec<Piece> = Vec::new();
        for piece in pieces {
            match (joined.last_mut(), &piece) {
                (Some(Piece::Text(before)), Piece::Text(more)) => before.push_str(more),
                _ => joined.push(piece),
            }
        }
        joined.retain(|piece| *piece != Piece::Text(String::new()));
        ValKind::Text(joined)
    }

    fn dict(&mut self, pairs: &[(Option<Expr>, Expr)], scope: &Scope) -> ValKind {
        let mut entries: Vec<(String, Val)> = Vec::new();
        let mut put = |key: String, value: Val| match entries.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known = value,
            None => entries.push((key, value)),
        };
        for (key, expr) in pairs {
            let Some(key) = key else {
                let spread = self.value(expr, "", scope);
                if !spread.is_dict() {
                    return ValKind::Code;
                }
                spread.entries().iter().for_each(|(key, value)| put(key.clone(), value.clone()));
                continue;
            };
            let key = match self.value(key, "", scope) {
                key if key.as_str().is_some() => key.as_str().unwrap_or_default().to_owned(),
                Val { kind: ValKind::Int(number), .. } => number.to_string(),
                _ => return ValKind::Code,
            };
            let value = self.value(expr, &key, scope);
            put(key, value);
        }
        ValKind::Dict(entries)
    }

    /// What a name stands for where it is used: in the innermost function that has it, and there only one thing.
    fn name(&mut self, name: &str, key: &str, scope: &Scope) -> ValKind {
        let module = self.module;
        let visible = |binding: &&Binding| binding.name == name && scope.starts_with(&binding.scope);
        let Some(depth) = module.bindings.iter().filter(visible).map(|binding| binding.scope.len()).max() else {
            return ValKind::Code;
        };
        let mut found = module.bindings.iter().filter(visible).filter(|binding| binding.scope.len() == depth);
        let (Some(binding), None) = (found.next(), found.next()) else { return ValKind::Code };
        if module.changes.iter().any(|(changed, ..)| changed == name) && key != WHOLE {
            return ValKind::Code;
        }
        match &binding.value {
            Some(value) if binding.is_argument => self.argument(binding, value),
            // `token = dlt.secrets.value` is named by the variable.
            Some(value) => self.value(value, if key == WHOLE { WHOLE } else { name }, &binding.scope).kind,
            None => {
                let is_secret = is_secret_name(name);
                let id = self.settings.of(&format!("argument {name} {:?}", binding.scope), name, is_secret);
                match binding.annotation.trim() {
                    "int" => self.settings.declare(id, "i64", None),
                    "bool" => self.settings.declare(id, "bool", None),
                    _ => {}
                }
                ValKind::Text(vec![Piece::Setting(id)])
            }
        }
    }

    /// An argument of a function that has a default: it can be set, too.
    fn argument(&mut self, binding: &Binding, value: &Expr) -> ValKind {
        let default = self.value(value, &binding.name, &binding.scope);
        if default.setting().is_some() {
            return default.kind;
        }
        let is_secret = is_secret_name(&binding.name);
        let origin = format!("argument {} {:?}", binding.name, binding.scope);
        if is_secret {
            if default.as_str().is_some_and(|text| !text.is_empty()) {
                return ValKind::Text(vec![Piece::Setting(self.settings.literal(
                    binding.line,
                    &binding.name,
                    &binding.name,
                ))]);
            }
            return ValKind::Text(vec![Piece::Setting(self.settings.of(&origin, &binding.name, true))]);
        }
        let (ty, value) = match &default.kind {
            ValKind::Text(_) => match default.as_str() {
                Some(text) => ("String", Some(declaration::Value::text(text))),
                None => return ValKind::Code,
            },
            ValKind::Int(number) => ("i64", Some(declaration::Value::word(number))),
            ValKind::Bool(flag) => ("bool", Some(declaration::Value::word(flag))),
            ValKind::Null => ("Option<String>", None),
            _ => return default.kind,
        };
        let id = self.settings.of(&origin, &binding.name, false);
        self.settings.declare(id, ty, value);
        ValKind::Text(vec![Piece::Setting(id)])
    }

    /// `dlt.secrets["x"]`, `dlt.config["x"]`, `os.environ["X"]`, `constant["x"]`.
    fn looked_up(&mut self, of: &str, index: &Expr, scope: &Scope) -> ValKind {
        let index = self.value(index, "", scope);
        let Some(name) = index.as_str() else { return ValKind::Code };
        let last = name.rsplit('.').next().unwrap_or(name);
        let id = match of {
            "dlt.secrets" | "secrets" => self.settings.of(&format!("secrets {name}"), last, true),
            "dlt.config" => self.settings.of(&format!("config {name}"), last, false),
            "os.environ" | "environ" => self.settings.variable(name),
            _ if !of.is_empty() && !of.contains('.') => {
                let of = self.name(of, "", scope);
                let of = Val::new(index.line, of);
                return of.get(name).map_or(ValKind::Code, |value| value.kind.clone());
            }
            _ => return ValKind::Code,
        };
        ValKind::Text(vec![Piece::Setting(id)])
    }

    fn call(&mut self, of: &Expr, arguments: &[(Option<String>, Expr)], key: &str, scope: &Scope) -> ValKind {
        let Some(path) = of.path() else { return ValKind::Code };
        let last = path.rsplit('.').next().unwrap_or(&path).to_owned();
        match path.as_str() {
            "os.getenv" | "getenv" | "os.environ.get" | "environ.get" | "dlt.secrets.get" | "dlt.config.get" => {
                let Some((None, name)) = arguments.first() else { return ValKind::Code };
                let of = path.rsplit_once('.').map_or("", |(of, _)| of);
                let of = if path.contains("getenv") { "os.environ" } else { of };
                let found = self.looked_up(of, name, scope);
                let default = arguments.get(1).map(|(_, default)| self.value(default, key, scope));
                if let (ValKind::Text(pieces), Some(default)) = (&found, default)
                    && let ([Piece::Setting(id)], Some(text)) = (pieces.as_slice(), default.as_str())
                    && !self.settings.is_secret(*id)
                {
                    self.settings.declare(*id, "String", Some(declaration::Value::text(text)));
                }
                return found;
            }
            "str" | "cast" | "typing.cast" | "SecretStr" => {
                let Some((None, value)) = arguments.last() else { return ValKind::Code };
                let value = self.value(value, key, scope);
                return value.kind;
            }
            _ => {}
        }
        let arguments: Vec<(Option<String>, Val)> = arguments
            .iter()
            .map(|(name, value)| (name.clone(), self.value(value, name.as_deref().unwrap_or(key), scope)))
            .collect();
        // A typed dictionary is called as a class, too.
        let is_dict = ["dict", "Endpoint", "EndpointResource", "RESTAPIConfig", "ClientConfig"]
            .contains(&last.as_str())
            || last.ends_with("Config") && last != "Config";
        if is_dict && arguments.iter().all(|(name, _)| name.is_some()) {
            let named = arguments.into_iter().filter_map(|(name, value)| Some((name?, value)));
            return ValKind::Dict(named.collect());
        }
        ValKind::Call(last, arguments)
    }
}

/// Under this key stands the dictionary itself, whose changes are reported elsewhere.
pub(super) const WHOLE: &str = "(the dictionary)";
