//! Values that are computed from the lists of a row: `record.tags | map(attribute='id') | list`.

use serde_json::Value as Json;

use super::compute::Computed;
use super::copies::insert;
use super::predicate::access;
use super::steps::ident;
use crate::declaration::{Struct, Type};
use crate::jinja::{Expr, Root, Step, path};

/// An iterator over references to the items of a list, and their type.
struct Items {
    code: String,
    item: Type,
}

/// The value of a filter over a list, or none where it is no such thing.
pub(super) fn value(row: &mut Struct, of: &Expr, filter: &str, args: &[Expr]) -> Option<Computed> {
    match (filter, args) {
        ("list", []) => {
            let Items { code, item } = items(row, of, &[])?;
            Some(Computed {
                code: format!("Some({code}.cloned().collect::<Vec<_>>())"),
                ty: Type::List(Box::new(item)),
            })
        }
        ("first", []) => items(row, of, &[])
            .map(|Items { code, item }| Computed { code: format!("{code}.next().cloned()"), ty: item }),
        ("last", []) => items(row, of, &[])
            .map(|Items { code, item }| Computed { code: format!("{code}.last().cloned()"), ty: item }),
        ("join", [separator]) => {
            let (Items { code, item }, separator) = (items(row, of, &[])?, separator.as_text()?);
            (item == Type::Text).then(|| Computed {
                code: format!("Some({code}.map(String::as_str).collect::<Vec<_>>().join({separator:?}))"),
                ty: Type::Text,
            })
        }
        _ => None,
    }
}

/// The items of a list. `needed`: keys of theirs that are needed, which are read where the schema lacks the list.
fn items(row: &mut Struct, expr: &Expr, needed: &[&str]) -> Option<Items> {
    if let Some((Root::Record, steps)) = path(expr) {
        let is_list = |row: &Struct| access(row, &steps).is_some_and(|found| matches!(found.ty, Type::List(_)));
        if !is_list(row) && !needed.is_empty() {
            let owner = row.name.clone();
            for key in needed {
                let whole: Vec<Step> =
                    steps.iter().cloned().chain([Step::Index(0), Step::Key((*key).to_owned())]).collect();
                insert(row, &owner, &whole, Type::Text, true)?;
            }
        }
        let found = access(row, &steps)?;
        let Type::List(item) = found.ty else { return None };
        return Some(Items { code: format!("{}.into_iter().flatten()", found.code), item: *item });
    }
    let Expr::Filter(of, filter, args) = expr else { return None };
    match (filter.as_str(), args.as_slice()) {
        ("list", []) => items(row, of, needed),
        ("map", [key]) => {
            let key = key.as_text()?;
            let Items { code, item } = items(row, of, &[needed, &[key]].concat())?;
            let (field, ty) = member(&item, key)?;
            let field = match ty {
                (ty, true) => (format!(".filter_map(|item| item.{field}.as_ref())"), ty),
                (ty, false) => (format!(".map(|item| &item.{field})"), ty),
            };
            Some(Items { code: format!("{code}{}", field.0), item: field.1 })
        }
        ("selectattr", [key, test, wanted]) if matches!(test.as_text(), Some("equalto" | "==" | "eq")) => {
            let key = key.as_text()?;
            let Items { code, item } = items(row, of, &[needed, &[key]].concat())?;
            let (field, (ty, is_optional)) = member(&item, key)?;
            let test = match (wanted, ty) {
                (Expr::Const(Json::String(text)), Type::Text) => format!("value == {text:?}"),
                (Expr::Const(Json::Bool(flag)), Type::Bool) => format!("*value == {flag}"),
                (Expr::Const(Json::Number(number)), Type::Int) if number.is_i64() => format!("*value == {number}"),
                _ => return None,
            };
            let value = if is_optional { format!("item.{field}.as_ref()") } else { format!("Some(&item.{field})") };
            Some(Items { code: format!("{code}.filter(|item| {value}.is_some_and(|value| {test}))"), item })
        }
        _ => None,
    }
}

/// The name of a field of an item in Rust, its type, and whether it may be absent.
fn member(item: &Type, key: &str) -> Option<(String, (Type, bool))> {
    let Type::Nested(nested) = item else { return None };
    let field = nested.field(key)?;
    Some((ident(&field.name), (field.ty.clone(), field.optional)))
}
