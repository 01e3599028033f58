//! Conditions on rows, and values of rows, as Rust.

use serde_json::Value as Json;

use super::text::Reader;
use crate::declaration::{Struct, Type};
use crate::jinja::{Expr, Root, Step, is_falsy, path};

/// A value of a row: an expression of the type `Option<&T>`.
pub(super) struct Access {
    pub(super) code: String,
    pub(super) ty: Type,
}

/// How a value of a row is reached. Fields are named as they are in JSON.
pub(super) fn access(row: &Struct, steps: &[Step]) -> Option<Access> {
    let (first, rest) = steps.split_first()?;
    let Step::Key(key) = first else { return None };
    let field = row.field(key)?;
    let name = ident(&field.name);
    let mut code = if field.optional { format!("row.{name}.as_ref()") } else { format!("Some(&row.{name})") };
    let mut ty = field.ty.clone();
    for step in rest {
        (code, ty) = match (step, ty) {
            (Step::Key(key), Type::Nested(nested)) => {
                let field = nested.field(key)?;
                let name = ident(&field.name);
                let next = if field.optional {
                    format!("{code}.and_then(|value| value.{name}.as_ref())")
                } else {
                    format!("{code}.map(|value| &value.{name})")
                };
                (next, field.ty.clone())
            }
            (Step::Index(index), Type::List(item)) => {
                let next = match index {
                    0 => format!("{code}.and_then(|list| list.first())"),
                    -1 => format!("{code}.and_then(|list| list.last())"),
                    index if *index > 0 => format!("{code}.and_then(|list| list.get({index}))"),
                    _ => return None,
                };
                (next, *item)
            }
            _ => return None,
        };
    }
    Some(Access { code, ty })
}

fn ident(name: &str) -> String {
    if crate::declaration::is_keyword(name) { format!("r#{name}") } else { name.to_owned() }
}

/// A condition on a row as an expression of the type `bool`, and whether it asks for params of the client.
pub(super) fn condition(reader: &mut Reader<'_>, row: &mut Struct, expr: &Expr) -> Option<(String, bool)> {
    let mut writer = Writer { reader, row, params: false };
    let code = writer.boolean(expr)?;
    Some((code, writer.params))
}

struct Writer<'w, 'r> {
    reader: &'w mut Reader<'r>,
    row: &'w mut Struct,
    params: bool,
}

impl Writer<'_, '_> {
    fn boolean(&mut self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Const(Json::Bool(flag)) => Some(flag.to_string()),
            Expr::Not(of) => Some(format!("!{}", self.grouped(of)?)),
            Expr::And(a, b) => Some(format!("{} && {}", self.grouped(a)?, self.grouped(b)?)),
            Expr::Or(a, b) if !is_falsy(b) => Some(format!("{} || {}", self.grouped(a)?, self.grouped(b)?)),
            Expr::Test(of, test, opposite) => {
                let is_there = match test.as_str() {
                    "none" => *opposite,
                    "defined" => !*opposite,
                    _ => return None,
                };
                let access = self.access(of, &Type::Json)?;
                Some(format!("{}.{}()", access.code, if is_there { "is_some" } else { "is_none" }))
            }
            Expr::Compare(sign @ ("in" | "not in"), of, within) => {
                let code = self.within(of, within)?;
                Some(if *sign == "in" { code } else { format!("!({code})") })
            }
            Expr::Compare(sign, a, b) => self.compare(sign, a, b),
            other => self.truth(other),
        }
    }

    fn grouped(&mut self, expr: &Expr) -> Option<String> {
        let code = self.boolean(expr)?;
        let is_whole = !matches!(expr, Expr::And(..) | Expr::Or(..)) && !code.starts_with('!');
        Some(if is_whole { code } else { format!("({code})") })
    }

    fn truth(&mut self, expr: &Expr) -> Option<String> {
        if let Some((Root::Config, steps)) = path(expr) {
            let name = self.param(&steps)?;
            let ty = self.reader.config.ty(&name)?.to_owned();
            return match (ty.as_str(), self.reader.config.is_optional(&name)) {
                ("String", true) => Some(format!("params.{name}.as_ref().is_some_and(|value| !value.is_empty())")),
                ("bool", true) => Some(format!("params.{name} == Some(true)")),
                ("bool", false) => Some(format!("params.{name}")),
                (ty, false) if ty == "String" || ty.starts_with("Vec<") => Some(format!("!params.{name}.is_empty()")),
                (ty, true) if ty.starts_with("Vec<") => Some(format!("!params.{name}.is_empty()")),
                _ => None,
            };
        }
        let Access { code, ty } = self.access(expr, &Type::Text)?;
        Some(match ty {
            Type::Text | Type::List(_) => format!("{code}.is_some_and(|value| !value.is_empty())"),
            Type::Bool => format!("{code}.is_some_and(|value| *value)"),
            Type::Int => format!("{code}.is_some_and(|value| *value != 0)"),
            Type::Float => format!("{code}.is_some_and(|value| *value != 0.0)"),
            _ => format!("{code}.is_some()"),
        })
    }

    fn compare(&mut self, sign: &str, a: &Expr, b: &Expr) -> Option<String> {
        if let (Expr::Filter(of, name, _), Expr::Const(limit)) = (a, b)
            && matches!(name.as_str(), "length" | "count")
        {
            let Access { code, ty } = self.access(of, &Type::Json)?;
            let limit = limit.as_u64()?;
            return match ty {
                Type::List(_) | Type::Text => Some(format!("{code}.is_some_and(|value| value.len() {sign} {limit})")),
                _ => None,
            };
        }
        let constant = match b {
            Expr::Const(value) => value.clone(),
            _ => return self.compare_param(sign, a, b),
        };
        let wanted = match &constant {
            Json::Null => Type::Json,
            Json::Bool(_) => Type::Bool,
            Json::Number(number) if number.is_i64() => Type::Int,
            Json::Number(_) => Type::Float,
            Json::String(_) => Type::Text,
            _ => return None,
        };
        let Access { code, ty } = self.access(a, &wanted)?;
        let opposite = sign == "!=";
        let sign = if opposite { "==" } else { sign };
        let test = match (&constant, &ty) {
            (Json::Null, _) if sign == "==" => {
                return Some(format!("{code}.{}()", if opposite { "is_some" } else { "is_none" }));
            }
            (Json::String(text), Type::Text) if sign == "==" => format!("value == {text:?}"),
            (Json::String(text), Type::Text) => format!("value.as_str() {sign} {text:?}"),
            (Json::Bool(flag), Type::Bool) if sign == "==" => format!("*value == {flag}"),
            (Json::Number(number), Type::Int) if number.is_i64() => format!("*value {sign} {number}"),
            (Json::Number(number), Type::Float) => format!("*value {sign} {:?}", number.as_f64()?),
            _ => return None,
        };
        let code = format!("{code}.is_some_and(|value| {test})");
        Some(if opposite { format!("!{code}") } else { code })
    }

    fn compare_param(&mut self, sign: &str, a: &Expr, b: &Expr) -> Option<String> {
        let (Root::Config, steps) = path(b)? else { return None };
        let name = self.param(&steps)?;
        if self.reader.config.ty(&name)? != "String" || self.reader.config.is_optional(&name) {
            return None;
        }
        let Access { code, ty } = self.access(a, &Type::Text)?;
        (ty == Type::Text && matches!(sign, "==" | "!=")).then(|| {
            let code = format!("{code}.is_some_and(|value| *value == params.{name})");
            if sign == "==" { code } else { format!("!{code}") }
        })
    }

    fn within(&mut self, of: &Expr, within: &Expr) -> Option<String> {
        if let (Some(key), Some((Root::Record, steps))) = (of.as_text(), path(within))
            && steps.is_empty()
        {
            let whole = Expr::Get(Box::new(within.clone()), Box::new(Expr::text(key)));
            return self.access(&whole, &Type::Json).map(|access| format!("{}.is_some()", access.code));
        }
        if let Some((Root::Config, steps)) = path(within) {
            let name = self.param(&steps)?;
            let Access { code, ty } = self.access(of, &Type::Text)?;
            let is_list = self.reader.config.ty(&name)? == "Vec<String>";
            return (is_list && ty == Type::Text)
                .then(|| format!("{code}.is_some_and(|value| params.{name}.contains(value))"));
        }
        let Expr::Const(Json::Array(items)) = within else { return None };
        if items.as_slice() == [Json::Null] {
            return self.access(of, &Type::Json).map(|access| format!("{}.is_none()", access.code));
        }
        let texts: Option<Vec<&str>> = items.iter().map(Json::as_str).collect();
        let texts = texts?;
        let Access { code, ty } = self.access(of, &Type::Text)?;
        (ty == Type::Text).then(|| format!("{code}.is_some_and(|value| {texts:?}.contains(&value.as_str()))"))
    }

    fn param(&mut self, steps: &[Step]) -> Option<String> {
        let named = self.reader.config.value(steps, false).filter(|named| !named.secret)?;
        self.params = true;
        Some(named.name)
    }

    /// A value of the row; one that the schema lacks is read, and not stored.
    fn access(&mut self, expr: &Expr, wanted: &Type) -> Option<Access> {
        let (Root::Record, steps) = path(expr)? else { return None };
        if let [Step::Key(key)] = steps.as_slice()
            && self.row.field(key).is_none()
        {
            self.row.add(key, wanted.clone()).hidden = true;
        }
        if access(self.row, &steps).is_none() && steps.len() > 1 {
            // What the schema lacks on the way is read, and not stored.
            let Some(Step::Key(first)) = steps.first() else { return None };
            if self.row.field(first).is_none() {
                let owner = self.row.name.clone();
                super::copies::insert(self.row, &owner, &steps, wanted.clone(), true)?;
            }
        }
        access(self.row, &steps)
    }
}
