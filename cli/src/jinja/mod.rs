//! Jinja, as manifests use it: texts with expressions, and with the statements `set` and `if`.

mod fold;
mod lex;
mod parse;
mod path;
mod template;

use serde_json::Value as Json;

pub(crate) use fold::{fold, is_falsy};
pub(crate) use path::{Root, Step, path};
pub(crate) use template::template;

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    Text(String),
    Expr(Expr),
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
    Const(Json),
    Name(String),
    /// `a.b`, `a['b']`, `a[0]`.
    Get(Box<Expr>, Box<Expr>),
    /// `a[1:]`, with the bounds that are numbers.
    Slice(Box<Expr>, Option<i64>, Option<i64>),
    Call(Box<Expr>, Vec<Expr>, Vec<(String, Expr)>),
    Filter(Box<Expr>, String, Vec<Expr>),
    /// `a is b`; whether it is the opposite.
    Test(Box<Expr>, String, bool),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    Compare(&'static str, Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    /// The value, the condition, the value without it.
    Cond(Box<Expr>, Box<Expr>, Option<Box<Expr>>),
    List(Vec<Expr>),
    Dict(Vec<(Expr, Expr)>),
}

impl Expr {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Const(Json::String(text.into()))
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Const(Json::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The parts of an expression.
    pub(crate) fn children(&self) -> Vec<&Expr> {
        match self {
            Self::Const(_) | Self::Name(_) => Vec::new(),
            Self::Get(a, b) | Self::Binary(_, a, b) | Self::Compare(_, a, b) | Self::And(a, b) | Self::Or(a, b) => {
                vec![a, b]
            }
            Self::Slice(a, ..) | Self::Test(a, ..) | Self::Not(a) => vec![a],
            Self::Call(of, args, named) => {
                let named = named.iter().map(|(_, value)| value);
                std::iter::once(&**of).chain(args).chain(named).collect()
            }
            Self::Filter(of, _, args) => std::iter::once(&**of).chain(args).collect(),
            Self::Cond(then, condition, other) => [&**then, &**condition].into_iter().chain(other.as_deref()).collect(),
            Self::List(items) => items.iter().collect(),
            Self::Dict(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
        }
    }

    /// How many expressions it is made of, itself included.
    fn size(&self) -> usize {
        1 + self.children().into_iter().map(Expr::size).sum::<usize>()
    }

    /// The expression with values in place of names.
    fn with(self, values: &[(String, Expr)]) -> Self {
        if values.is_empty() {
            return self;
        }
        let boxed = |expr: Box<Expr>| Box::new(expr.with(values));
        let all = |exprs: Vec<Expr>| exprs.into_iter().map(|expr| expr.with(values)).collect::<Vec<_>>();
        match self {
            Self::Const(_) => self,
            Self::Name(name) => match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => value.clone(),
                None => Self::Name(name),
            },
            Self::Get(of, key) => Self::Get(boxed(of), boxed(key)),
            Self::Slice(of, start, end) => Self::Slice(boxed(of), start, end),
            Self::Call(of, args, named) => {
                let named = named.into_iter().map(|(name, value)| (name, value.with(values))).collect();
                Self::Call(boxed(of), all(args), named)
            }
            Self::Filter(of, name, args) => Self::Filter(boxed(of), name, all(args)),
            Self::Test(of, name, opposite) => Self::Test(boxed(of), name, opposite),
            Self::Binary(sign, a, b) => Self::Binary(sign, boxed(a), boxed(b)),
            Self::Compare(sign, a, b) => Self::Compare(sign, boxed(a), boxed(b)),
            Self::Not(of) => Self::Not(boxed(of)),
            Self::And(a, b) => Self::And(boxed(a), boxed(b)),
            Self::Or(a, b) => Self::Or(boxed(a), boxed(b)),
            Self::Cond(then, condition, other) => Self::Cond(boxed(then), boxed(condition), other.map(boxed)),
            Self::List(items) => Self::List(all(items)),
            Self::Dict(entries) => {
                Self::Dict(entries.into_iter().map(|(key, value)| (key.with(values), value.with(values))).collect())
            }
        }
    }

    /// Whether a name stands anywhere in it.
    pub(crate) fn names(&self, wanted: &[&str]) -> bool {
        match self {
            Self::Name(name) => wanted.contains(&name.as_str()),
            _ => self.children().into_iter().any(|child| child.names(wanted)),
        }
    }
}
