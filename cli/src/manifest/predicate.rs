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

impl Access {
    /// The place of a value that every row has.
    fn required(&self) -> Option<&str> {
        let place = self.code.strip_prefix("Some(&")?.strip_suffix(')')?;
        (!place.contains('(')).then_some(place)
    }
}

/// Whether a value is there, or not.
fn is_some(access: &Access, wanted: bool) -> String {
    match (access.required(), wanted) {
        (Some(_), wanted) => wanted.to_string(),
        (None, true) => format!("{}.is_some()", access.code),
        (None, false) => format!("{}.is_none()", access.code),
    }
}

/// Whether a value that is there passes a test; or that none does.
fn tested(access: &Access, test: &Test, holds: bool) -> String {
    let test = if holds { &test.holds } else { &test.fails };
    let filled = |value: &str, place: &str, reference: &str| {
        test.replace("{value}", value).replace("{place}", place).replace("{ref}", reference)
    };
    if let Some(place) = access.required() {
        return filled(place, place, &format!("&{place}"));
    }
    let question = if holds { "is_some_and" } else { "is_none_or" };
    format!("{}.{question}(|value| {})", access.code, filled("*value", "value", "value"))
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
    let code = writer.boolean(expr, true)?;
    Some((code, writer.params))
}

/// A test of a value, and the opposite one. `{value}` stands for the value, `{place}` for it or a reference to it.
struct Test {
    holds: String,
    fails: String,
}

impl Test {
    fn new(holds: impl Into<String>, fails: impl Into<String>) -> Self {
        Self { holds: holds.into(), fails: fails.into() }
    }

    /// A comparison, where each value is the one or the other: `None` for signs of Jinja's that are none of Rust's.
    fn compare(of: &str, sign: &str, with: &str) -> Option<Self> {
        let opposite = match sign {
            "==" => "!=",
            "!=" => "==",
            "<" => ">=",
            "<=" => ">",
            ">" => "<=",
            ">=" => "<",
            _ => return None,
        };
        Some(Self::new(format!("{of} {sign} {with}"), format!("{of} {opposite} {with}")))
    }
}

struct Writer<'w, 'r> {
    reader: &'w mut Reader<'r>,
    row: &'w mut Struct,
    params: bool,
}

impl Writer<'_, '_> {
    /// That a condition holds, or that it does not: what is negated is so where it is tested.
    fn boolean(&mut self, expr: &Expr, holds: bool) -> Option<String> {
        match expr {
            Expr::Const(Json::Bool(flag)) => Some((*flag == holds).to_string()),
            Expr::Not(of) => self.boolean(of, !holds),
            Expr::Or(of, b) if is_falsy(b) => self.boolean(of, holds),
            Expr::And(a, b) | Expr::Or(a, b) => {
                let is_and = matches!(expr, Expr::And(..)) == holds;
                let (a, b) = (self.grouped(a, holds, is_and)?, self.grouped(b, holds, is_and)?);
                // What every row has or none decides nothing, or all.
                let (idle, all) = if is_and { ("true", "false") } else { ("false", "true") };
                Some(match (a.as_str(), b.as_str()) {
                    (one, other) if one == all || other == all => all.to_owned(),
                    (one, _) if one == idle => b,
                    (_, other) if other == idle => a,
                    _ => format!("{a} {} {b}", if is_and { "&&" } else { "||" }),
                })
            }
            Expr::Test(of, test, opposite) => {
                let is_there = match test.as_str() {
                    "none" => *opposite,
                    "defined" => !*opposite,
                    _ => return None,
                };
                let access = self.access(of, &Type::Json)?;
                Some(is_some(&access, is_there == holds))
            }
            Expr::Compare("in", of, within) => self.within(of, within, holds),
            Expr::Compare("not in", of, within) => self.within(of, within, !holds),
            // What is not equal is the opposite of what is: also of a value that is absent.
            Expr::Compare("!=", a, b) => self.compare("==", a, b, !holds),
            Expr::Compare(sign, a, b) => self.compare(sign, a, b, holds),
            other => self.truth(other, holds),
        }
    }

    /// A part of an `&&` or of an `||`.
    fn grouped(&mut self, expr: &Expr, holds: bool, is_and: bool) -> Option<String> {
        let code = self.boolean(expr, holds)?;
        let is_list = match expr {
            Expr::And(..) => holds != is_and,
            Expr::Or(..) => holds == is_and,
            Expr::Not(_) => true,
            _ => false,
        };
        let is_list = is_list && (code.contains(" && ") || code.contains(" || "));
        Some(if is_list { format!("({code})") } else { code })
    }

    fn truth(&mut self, expr: &Expr, holds: bool) -> Option<String> {
        let not = if holds { "" } else { "!" };
        if let Some((Root::Config, steps)) = path(expr) {
            let name = self.param(&steps)?;
            let ty = self.reader.config.ty(&name)?.to_owned();
            return match (ty.as_str(), self.reader.config.is_optional(&name)) {
                ("String", true) if holds => {
                    Some(format!("params.{name}.as_ref().is_some_and(|value| !value.is_empty())"))
                }
                ("String", true) => Some(format!("params.{name}.as_ref().is_none_or(|value| value.is_empty())")),
                ("bool", true) => Some(format!("params.{name} {} Some(true)", if holds { "==" } else { "!=" })),
                ("bool", false) => Some(format!("{not}params.{name}")),
                (ty, _) if ty == "String" || ty.starts_with("Vec<") => {
                    Some(format!("{}params.{name}.is_empty()", if holds { "!" } else { "" }))
                }
                _ => None,
            };
        }
        let access = self.access(expr, &Type::Text)?;
        let test = match access.ty {
            Type::Text | Type::List(_) => Test::new("!{place}.is_empty()", "{place}.is_empty()"),
            Type::Bool => Test::new("{value}", "!{value}"),
            Type::Int => Test::compare("{value}", "!=", "0")?,
            Type::Float => Test::compare("{value}", "!=", "0.0")?,
            _ => return Some(is_some(&access, holds)),
        };
        Some(tested(&access, &test, holds))
    }

    fn compare(&mut self, sign: &str, a: &Expr, b: &Expr, holds: bool) -> Option<String> {
        if let (Expr::Filter(of, name, _), Expr::Const(limit)) = (a, b)
            && matches!(name.as_str(), "length" | "count")
        {
            let access = self.access(of, &Type::Json)?;
            let test = match (&access.ty, sign, limit.as_u64()?) {
                (Type::List(_) | Type::Text, ">", 0) | (Type::List(_) | Type::Text, ">=", 1) => {
                    Test::new("!{place}.is_empty()", "{place}.is_empty()")
                }
                (Type::List(_) | Type::Text, "==", 0) | (Type::List(_) | Type::Text, "<", 1) => {
                    Test::new("{place}.is_empty()", "!{place}.is_empty()")
                }
                (Type::List(_) | Type::Text, sign, limit) => Test::compare("{place}.len()", sign, &limit.to_string())?,
                _ => return None,
            };
            return Some(tested(&access, &test, holds));
        }
        let constant = match b {
            Expr::Const(value) => value.clone(),
            _ => return self.compare_param(sign, a, b, holds),
        };
        let wanted = match &constant {
            Json::Null => Type::Json,
            Json::Bool(_) => Type::Bool,
            Json::Number(number) if number.is_i64() => Type::Int,
            Json::Number(_) => Type::Float,
            Json::String(_) => Type::Text,
            _ => return None,
        };
        let access = self.access(a, &wanted)?;
        let test = match (&constant, &access.ty) {
            (Json::Null, _) if sign == "==" => return Some(is_some(&access, !holds)),
            (Json::String(text), Type::Text) if sign == "==" && text.is_empty() => {
                Test::new("{place}.is_empty()", "!{place}.is_empty()")
            }
            (Json::String(text), Type::Text) if sign == "==" => Test::compare("{value}", sign, &format!("{text:?}"))?,
            (Json::String(text), Type::Text) => Test::compare("{place}.as_str()", sign, &format!("{text:?}"))?,
            (Json::Bool(true), Type::Bool) if sign == "==" => Test::new("{value}", "!{value}"),
            (Json::Bool(false), Type::Bool) if sign == "==" => Test::new("!{value}", "{value}"),
            (Json::Number(number), Type::Int) if number.is_i64() => {
                Test::compare("{value}", sign, &number.to_string())?
            }
            (Json::Number(number), Type::Float) => Test::compare("{value}", sign, &format!("{:?}", number.as_f64()?))?,
            _ => return None,
        };
        Some(tested(&access, &test, holds))
    }

    fn compare_param(&mut self, sign: &str, a: &Expr, b: &Expr, holds: bool) -> Option<String> {
        let (Root::Config, steps) = path(b)? else { return None };
        let name = self.param(&steps)?;
        if self.reader.config.ty(&name)? != "String" || self.reader.config.is_optional(&name) || sign != "==" {
            return None;
        }
        let access = self.access(a, &Type::Text).filter(|access| access.ty == Type::Text)?;
        Some(tested(&access, &Test::compare("{value}", sign, &format!("params.{name}"))?, holds))
    }

    fn within(&mut self, of: &Expr, within: &Expr, holds: bool) -> Option<String> {
        if let (Some(key), Some((Root::Record, steps))) = (of.as_text(), path(within))
            && steps.is_empty()
        {
            let whole = Expr::Get(Box::new(within.clone()), Box::new(Expr::text(key)));
            return self.access(&whole, &Type::Json).map(|access| is_some(&access, holds));
        }
        if let Some((Root::Config, steps)) = path(within) {
            let name = self.param(&steps)?;
            let access = self.access(of, &Type::Text).filter(|access| access.ty == Type::Text)?;
            let test =
                Test::new(format!("params.{name}.contains({{ref}})"), format!("!params.{name}.contains({{ref}})"));
            return (self.reader.config.ty(&name)? == "Vec<String>").then(|| tested(&access, &test, holds));
        }
        let Expr::Const(Json::Array(items)) = within else { return None };
        if items.as_slice() == [Json::Null] {
            return self.access(of, &Type::Json).map(|access| is_some(&access, !holds));
        }
        let texts: Option<Vec<&str>> = items.iter().map(Json::as_str).collect();
        let texts = texts?;
        let access = self.access(of, &Type::Text).filter(|access| access.ty == Type::Text)?;
        let contains = format!("{texts:?}.contains(&{{place}}.as_str())");
        Some(tested(&access, &Test::new(contains.clone(), format!("!{contains}")), holds))
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
