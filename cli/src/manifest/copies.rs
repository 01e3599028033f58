//! Fields that are copies of values further in.

use super::predicate::access;
use super::steps::{Steps, ident};
use crate::declaration::{Struct, Type};
use crate::jinja::{self, Expr, Root, Step, path};

impl Steps<'_> {
    /// A field that is a copy of a value further in: what the schema lacks on the way is read, and not stored.
    pub(super) fn copy(&mut self, target: &str, steps: &[Step]) -> Option<String> {
        let keys: Vec<&str> =
            steps.iter().filter_map(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None }).collect();
        if keys == [target] && steps.len() == 1 {
            return Some(String::new());
        }
        let wanted = self.row.field(target).map(|field| field.ty.clone());
        if access(self.row, steps).is_none() {
            // A column of raw JSON would lose what the copy does not need.
            let first = keys.first()?;
            let is_stored = self.row.field(first).is_some_and(|field| field.ty == Type::Json && !field.hidden);
            if is_stored
                && !self.gone.iter().any(|gone| gone.len() == 1 && gone.first().map(String::as_str) == Some(*first))
            {
                return self.copy_from_json(target, steps, wanted.unwrap_or(Type::Json));
            }
            let owner = self.row.name.clone();
            insert(self.row, &owner, steps, wanted.clone().unwrap_or(Type::Json), true)?;
        }
        let found = access(self.row, steps)?;
        let ty = wanted.unwrap_or_else(|| found.ty.clone());
        let value = match (&ty, &found.ty) {
            (a, b) if a == b => format!("{}.cloned()", found.code),
            (Type::Text, Type::Int | Type::Float | Type::Bool) => format!("{}.map(ToString::to_string)", found.code),
            (Type::Float, Type::Int) | (Type::Json, _) | (_, Type::Nested(_)) => {
                // The value has the type that it has where it comes from.
                self.row.field_mut(target)?.ty = found.ty.clone();
                format!("{}.cloned()", found.code)
            }
            _ => {
                self.row.field_mut(target)?.ty = found.ty.clone();
                format!("{}.cloned()", found.code)
            }
        };
        if self.row.field(target).is_none() {
            self.row.add(target, found.ty.clone());
        }
        let field = self.row.field_mut(target)?;
        field.made = true;
        field.optional = true;
        let name = ident(&field.name);
        if keys.len() == steps.len() {
            self.copies.push((target.to_owned(), keys.iter().map(|&key| key.to_owned()).collect()));
        } else {
            self.copies.push((String::new(), keys.iter().map(|&key| key.to_owned()).collect()));
        }
        Some(format!("row.{name} = {value};"))
    }

    /// A field that is a copy of a value inside of raw JSON.
    fn copy_from_json(&mut self, target: &str, steps: &[Step], ty: Type) -> Option<String> {
        let mut start = 1;
        let mut code = loop {
            let found = access(self.row, steps.get(..start)?)?;
            if found.ty == Type::Json {
                break format!("{}.cloned()", found.code);
            }
            start += 1;
        };
        if !matches!(ty, Type::Text | Type::Bool | Type::Int | Type::Float | Type::Json) {
            return None;
        }
        for step in steps.get(start..)? {
            let Step::Key(key) = step else { return None };
            code = format!(
                "{code}.and_then(|value| value.decode::<std::collections::BTreeMap<String, declarest::Json>>().ok()?.remove({key:?}))"
            );
        }
        if ty != Type::Json {
            code = format!("{code}.and_then(|value| value.decode::<{}>().ok())", ty.rust());
        }
        self.target(target, ty.clone());
        let field = self.row.field_mut(target)?;
        field.ty = ty;
        Some(format!("row.{} = {code};", ident(&field.name)))
    }
}

/// The value of the row that an expression is.
pub(super) fn copied(expr: &Expr) -> Option<Vec<Step>> {
    match expr {
        Expr::Or(of, other) if other.as_text() == Some("None") => copied(of),
        Expr::Filter(of, name, _) if matches!(name.as_str(), "tojson" | "string") => copied(of),
        Expr::Cond(then, condition, Some(other)) if jinja::is_falsy(other) => {
            // Asked for on the way: what is not there is nothing.
            let found = copied(then)?;
            let asked = match &**condition {
                Expr::Test(of, test, _) if test == "defined" || test == "none" => copied(of),
                Expr::Compare("in", key, of) => {
                    let mut path = copied(of)?;
                    path.push(Step::Key(key.as_text()?.to_owned()));
                    Some(path)
                }
                other => copied(other),
            }?;
            found.starts_with(&asked).then_some(found)
        }
        other => match path(other)? {
            (Root::Record, steps) => Some(steps),
            _ => None,
        },
    }
}

/// Adds what a path needs: structs on the way, with the value of the wanted type at its end.
pub(super) fn insert(row: &mut Struct, owner: &str, steps: &[Step], ty: Type, is_top: bool) -> Option<()> {
    let (first, rest) = steps.split_first()?;
    let Step::Key(key) = first else { return None };
    if row.field(key).is_none() {
        let start = match rest.first() {
            None => ty.clone(),
            Some(Step::Key(_)) => nested(owner, key),
            // The wanted values are in a list.
            Some(Step::Index(_)) if rest.len() == 1 => Type::List(Box::new(ty.clone())),
            Some(Step::Index(_)) => Type::List(Box::new(nested(owner, key))),
        };
        row.add(key, start).hidden = is_top;
    }
    let rest_keys = match rest.first() {
        None => return Some(()),
        Some(Step::Index(_)) => rest.get(1..)?,
        Some(Step::Key(_)) => rest,
    };
    let field = row.field_mut(key)?;
    if rest_keys.is_empty() {
        return matches!(field.ty, Type::List(_)).then_some(());
    }
    let inner = match &mut field.ty {
        Type::Nested(inner) => inner,
        Type::List(item) => match &mut **item {
            Type::Nested(inner) => inner,
            _ => return None,
        },
        // What is not described is read as far as it is needed, if it is stored nowhere.
        other @ Type::Json => {
            *other = nested(owner, key);
            match other {
                Type::Nested(inner) => inner,
                _ => return None,
            }
        }
        _ => return None,
    };
    let owner = inner.name.clone();
    insert(inner, &owner, rest_keys, ty, false)
}

fn nested(owner: &str, key: &str) -> Type {
    let name = format!("{owner}{}", crate::declaration::pascal(key));
    Type::Nested(Box::new(Struct {
        name,
        docs: format!("The field `{key}`."),
        fields: Vec::new(),
        extra: false,
        spelling: None,
    }))
}
