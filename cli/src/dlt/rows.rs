//! Rows: dlt has no schema, so a row has the fields that the dictionary names, and takes all others as they come.

use super::value::{Val, ValKind};
use crate::declaration::{Field, Names, Struct, Type, identifier, pascal};

/// What must be known of a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Want {
    /// The type where nothing says it.
    pub(super) ty: Type,
    /// Whether every row has a value.
    pub(super) required: bool,
}

/// Why a type may be wrong.
pub(super) const UNTYPED: &str = "a field of a type that nothing says: a text, which takes no numbers";

/// The same for the reader of the declaration.
pub(super) fn untyped(field: &str) -> String {
    format!("Nothing says of what type `{field}` is. A text takes no numbers, and the first row tells.")
}

/// A row without fields.
pub(super) fn row(name: &str) -> Struct {
    Struct { name: name.to_owned(), docs: String::new(), fields: Vec::new(), extra: true, spelling: None }
}

/// Adds a field.
pub(super) fn add<'r>(row: &'r mut Struct, wire: &str, docs: &str, ty: Type, optional: bool) -> &'r mut Field {
    let taken: Vec<&str> = row.fields.iter().map(|field| field.name.as_str()).chain(["extra"]).collect();
    let name = Names::new(&taken).take(&identifier(wire));
    let renamed = name != wire;
    let docs = docs.to_owned();
    row.fields.push(Field {
        name,
        wire: wire.to_owned(),
        docs,
        renamed,
        ty,
        optional,
        made: false,
        hidden: false,
        format: None,
    });
    let last = row.fields.len() - 1;
    &mut row.fields[last]
}

/// Sees to it that a row has a field, and returns the path to it in Rust, and whether its type was not known before.
pub(super) fn need(row: &mut Struct, path: &[&str], want: &Want, types: &mut Names) -> Option<(String, bool)> {
    let (first, rest) = path.split_first()?;
    let owner = row.name.clone();
    let is_new = row.field(first).is_none();
    if is_new {
        let ty = if rest.is_empty() { want.ty.clone() } else { Type::Json };
        add(row, first, "", ty, !want.required);
    }
    let field = row.field_mut(first)?;
    field.optional &= !want.required;
    let is_open = field.ty == Type::Json;
    if rest.is_empty() {
        if is_open {
            field.ty = want.ty.clone();
        }
        return match field.ty {
            Type::List(_) | Type::Nested(_) => None,
            _ => Some((field.name.clone(), is_new || is_open)),
        };
    }
    if is_open {
        let name = types.take(&format!("{owner}{}", pascal(first)));
        let docs = format!("The field `{first}`.");
        field.ty = Type::Nested(Box::new(Struct { docs, ..self::row(&name) }));
    }
    let name = field.name.clone();
    let Type::Nested(nested) = &mut field.ty else { return None };
    let (inner, is_open) = need(nested, rest, want, types)?;
    Some((format!("{name}.{inner}"), is_open))
}

/// The fields of `columns`: a dictionary by their names, or a list. Returns the names of those that are said to be keys.
pub(super) fn columns(row: &mut Struct, value: &Val) -> Result<Vec<String>, ()> {
    let columns: Vec<(String, &Val)> = match &value.kind {
        ValKind::Dict(entries) => entries.iter().map(|(name, column)| (name.clone(), column)).collect(),
        ValKind::List(items) => {
            let name = |item: &Val| item.get("name").and_then(Val::as_str).map(str::to_owned);
            let named: Option<Vec<_>> = items.iter().map(|item| Some((name(item)?, item))).collect();
            named.ok_or(())?
        }
        _ => return Err(()),
    };
    let mut keys = Vec::new();
    for (name, column) in columns {
        let is_set = |key: &str| column.get(key).and_then(Val::as_bool) == Some(true);
        let Some(ty) = column.get("data_type").and_then(Val::as_str).map(ty) else {
            if is_set("primary_key") {
                keys.push(name);
            }
            continue;
        };
        let optional = column.get("nullable").and_then(Val::as_bool) != Some(false);
        let docs = column.get("description").and_then(Val::as_str).unwrap_or_default().to_owned();
        if row.field(&name).is_none() {
            add(row, &name, &docs, ty, optional);
        }
        if is_set("primary_key") {
            keys.push(name);
        }
    }
    Ok(keys)
}

/// The type of a column of dlt's. Decimals keep their digits as JSON.
fn ty(data_type: &str) -> Type {
    match data_type {
        "text" | "time" | "binary" => Type::Text,
        "bigint" => Type::Int,
        "double" => Type::Float,
        "bool" => Type::Bool,
        "timestamp" => Type::Timestamp,
        "date" => Type::Date,
        _ => Type::Json,
    }
}
