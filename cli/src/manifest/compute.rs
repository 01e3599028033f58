//! Values that are computed from those of a row, as Rust.

use serde_json::Value as Json;

use super::lists;
use super::moment::pattern;
use super::predicate::access;
use crate::declaration::{Struct, Type};
use crate::jinja::{Expr, Root, Step, path};

/// A computed value: an expression of the type `Option<T>`.
pub(super) struct Computed {
    pub(super) code: String,
    pub(super) ty: Type,
}

/// Whether an expression has the value of a field.
pub(super) fn mentions(expr: &Expr, field: &str) -> bool {
    let is_it =
        matches!(path(expr), Some((Root::Record, steps)) if steps.first() == Some(&Step::Key(field.to_owned())));
    is_it || expr.children().into_iter().any(|child| mentions(child, field))
}

/// The value of an expression over a row, or none where it is more than a few functions of text.
pub(super) fn value(row: &mut Struct, expr: &Expr) -> Option<Computed> {
    if let Some((Root::Record, steps)) = path(expr) {
        if let [Step::Key(key)] = steps.as_slice()
            && row.field(key).is_none()
        {
            // What the schema lacks is read as text, and not stored.
            row.add(key, Type::Text).hidden = true;
        }
        let found = access(row, &steps)?;
        return Some(Computed { code: format!("{}.cloned()", found.code), ty: found.ty });
    }
    match expr {
        Expr::Const(Json::String(text)) => {
            Some(Computed { code: format!("Some({text:?}.to_owned())"), ty: Type::Text })
        }
        Expr::Const(Json::Bool(flag)) => Some(Computed { code: format!("Some({flag})"), ty: Type::Bool }),
        Expr::Const(Json::Number(number)) if number.is_i64() => {
            Some(Computed { code: format!("Some({number}_i64)"), ty: Type::Int })
        }
        Expr::Const(Json::Number(number)) => {
            Some(Computed { code: format!("Some({:?}_f64)", number.as_f64()?), ty: Type::Float })
        }
        Expr::Or(a, b) => either(row, a, b),
        Expr::Binary("+" | "~", a, b) => {
            let (a, b) = (text(row, a)?, text(row, b)?);
            Some(Computed { code: format!("{a}.zip({b}).map(|(left, right)| left + &right)"), ty: Type::Text })
        }
        Expr::Get(of, index) => part(row, of, index),
        Expr::Call(function, args, _) => call(row, function, args),
        // The beginning of a text: of a time its date.
        Expr::Slice(of, None, Some(end)) if *end > 0 => {
            let of = text(row, of)?;
            Some(Computed {
                code: format!("{of}.map(|text| text.chars().take({end}).collect::<String>())"),
                ty: Type::Text,
            })
        }
        Expr::Filter(of, name, args) => match lists::value(row, of, name, args) {
            Some(found) => Some(found),
            None => filter(row, of, name, args),
        },
        _ => None,
    }
}

/// The value as a text: numbers are written out.
fn text(row: &mut Struct, expr: &Expr) -> Option<String> {
    let found = value(row, expr)?;
    match found.ty {
        Type::Text => Some(found.code),
        Type::Int | Type::Bool => Some(format!("{}.map(|value| value.to_string())", found.code)),
        _ => None,
    }
}

fn either(row: &mut Struct, a: &Expr, b: &Expr) -> Option<Computed> {
    let first = value(row, a)?;
    let second = value(row, b)?;
    let filtered = match first.ty {
        Type::Text => format!("{}.filter(|text| !text.is_empty())", first.code),
        _ => first.code,
    };
    let second = match (&first.ty, &second.ty) {
        (a, b) if a == b => second.code,
        (Type::Float, Type::Int) => match b {
            Expr::Const(Json::Number(number)) => format!("Some({:?}_f64)", number.as_f64()?),
            _ => return None,
        },
        // A cursor of numbers, and another number of the same form.
        (Type::Timestamp, Type::Int) => {
            let Some((Root::Record, steps)) = path(a) else { return None };
            let [Step::Key(key)] = steps.as_slice() else { return None };
            let of = match row.field(key)?.format? {
                "epoch_seconds" => "from_second",
                "epoch_millis" => "from_millisecond",
                _ => return None,
            };
            format!("{}.and_then(|value| declarest::jiff::Timestamp::{of}(value).ok())", second.code)
        }
        (Type::Timestamp | Type::DateTime | Type::Date, Type::Text) => {
            format!("{}.and_then(|text| text.parse().ok())", second.code)
        }
        _ => return None,
    };
    Some(Computed { code: format!("{filtered}.or_else(|| {second})"), ty: first.ty })
}

/// `text.split('-')[0]`
fn part(row: &mut Struct, of: &Expr, index: &Expr) -> Option<Computed> {
    let (Expr::Call(function, args, _), Expr::Const(index)) = (of, index) else { return None };
    let Expr::Get(owner, method) = &**function else { return None };
    let [separator] = args.as_slice() else { return None };
    if method.as_text() != Some("split") {
        return None;
    }
    let (owner, separator) = (text(row, owner)?, separator.as_text().filter(|text| !text.is_empty())?);
    let part = match index.as_i64()? {
        0 => "split({}).next()".to_owned(),
        -1 => "rsplit({}).next()".to_owned(),
        index if index > 0 => format!("split({{}}).nth({index})"),
        _ => return None,
    };
    let part = part.replace("{}", &format!("{separator:?}"));
    Some(Computed { code: format!("{owner}.and_then(|text| text.{part}.map(str::to_owned))"), ty: Type::Text })
}

fn call(row: &mut Struct, function: &Expr, args: &[Expr]) -> Option<Computed> {
    let ty = Type::Text;
    match function {
        Expr::Get(owner, method) => {
            let owner = text(row, owner)?;
            let args: Option<Vec<&str>> = args.iter().map(Expr::as_text).collect();
            let change = match (method.as_text()?, args?.as_slice()) {
                ("replace", [from, to]) => format!("text.replace({from:?}, {to:?})"),
                ("lower", []) => "text.to_lowercase()".to_owned(),
                ("upper", []) => "text.to_uppercase()".to_owned(),
                ("strip", []) => "text.trim().to_owned()".to_owned(),
                _ => return None,
            };
            Some(Computed { code: format!("{owner}.map(|text| {change})"), ty })
        }
        Expr::Name(name) if name == "format_datetime" => {
            let (of, to) = (args.first()?, args.get(1)?.as_text()?);
            let to = match to {
                "%s" => "%s".to_owned(),
                "%ms" => return None,
                to => pattern(to),
            };
            let found = value(row, of)?;
            let code = match (&found.ty, args.get(2).map(|from| from.as_text())) {
                (Type::Timestamp, None) => format!("{}.map(|time| time.strftime({to:?}).to_string())", found.code),
                (Type::Text, None) => format!(
                    "{}.and_then(|text| {}).map(|time| time.strftime({to:?}).to_string())",
                    found.code, READ_TIME
                ),
                (Type::Text, Some(Some(from))) => format!(
                    "{}.and_then(|text| declarest::jiff::fmt::strtime::parse({from:?}, &text).ok()?.to_timestamp().ok()).map(|time| time.strftime({to:?}).to_string())",
                    found.code
                ),
                _ => return None,
            };
            Some(Computed { code, ty })
        }
        _ => None,
    }
}

/// A time with an offset, or one without, which is in UTC.
const READ_TIME: &str = "text.parse::<declarest::jiff::Timestamp>().ok().or_else(|| Some(text.parse::<declarest::jiff::civil::DateTime>().ok()?.to_zoned(declarest::jiff::tz::TimeZone::UTC).ok()?.timestamp()))";

fn filter(row: &mut Struct, of: &Expr, name: &str, args: &[Expr]) -> Option<Computed> {
    let ty = Type::Text;
    match name {
        "lower" | "upper" => {
            let change = if name == "lower" { "to_lowercase" } else { "to_uppercase" };
            Some(Computed { code: format!("{}.map(|text| text.{change}())", text(row, of)?), ty })
        }
        // The last part of a path: the one pattern that is met.
        "regex_search" => {
            let pattern = args.first()?.as_text()?.trim_start_matches('\\');
            let class = pattern.strip_prefix("/([")?.strip_suffix("]*)$")?;
            (!class.contains('/')).then(|| text(row, of)).flatten().map(|owner| Computed {
                code: format!("{owner}.and_then(|text| text.rsplit('/').next().map(str::to_owned))"),
                ty,
            })
        }
        "int" => match value(row, of)? {
            Computed { code, ty: Type::Int } => Some(Computed { code, ty: Type::Int }),
            Computed { code, ty: Type::Text } => {
                Some(Computed { code: format!("{code}.and_then(|text| text.parse().ok())"), ty: Type::Int })
            }
            _ => None,
        },
        _ => None,
    }
}
