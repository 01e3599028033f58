//! As much of Python as dictionaries of literals are written in.
//!
//! The published parsers of the whole language are superseded (`rustpython-parser`) or internal to a tool and changed at
//! will (`ruff_python_parser` 0.0.x). Here nothing but literals, names and calls has a meaning: all else is code, which
//! is kept as it is written.

mod lex;
mod masked;
mod parse;
mod statements;

pub(crate) use masked::{looks_drawn, masked};
pub(crate) use statements::{Binding, Module, Scope, read};

/// An expression and its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expr {
    pub(crate) line: usize,
    pub(crate) kind: Kind,
    /// As it is written.
    pub(crate) code: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    /// Texts and other values, one after the other: `f"a{b}"`, `"a" + b`.
    Joined(Vec<Expr>),
    List(Vec<Expr>),
    Tuple(Vec<Expr>),
    /// A pair without a key is `**value`.
    Dict(Vec<(Option<Expr>, Expr)>),
    Name(String),
    Attribute(Box<Expr>, String),
    Index(Box<Expr>, Box<Expr>),
    Call(Box<Expr>, Vec<(Option<String>, Expr)>),
    /// Anything else.
    Code,
}

impl Expr {
    /// A name with dots: `dlt.secrets.value`.
    pub(crate) fn path(&self) -> Option<String> {
        match &self.kind {
            Kind::Name(name) => Some(name.clone()),
            Kind::Attribute(of, name) => Some(format!("{}.{name}", of.path()?)),
            _ => None,
        }
    }
}
