//! What identifies a row.

use super::newest::located;
use super::steps::Copies;
use crate::declaration::{Entry, Function, Loss, Options, Resource, Struct, Type, Value, option, set};
use crate::yaml::Node;

/// What steps have made of the fields.
#[derive(Clone, Copy)]
pub(super) struct Made<'m> {
    /// Fields whose values come from the parents: their names in the manifest, and the columns here.
    pub(super) columns: &'m [(String, String)],
    pub(super) copies: &'m Copies,
    /// Fields that are the time at which a row was read.
    pub(super) clock: &'m [String],
}

/// The key: fields of the row, columns from parents.
pub(super) fn key(node: &Node, row: &mut Struct, made: &Made<'_>, options: &mut Options, resource: &mut Resource) {
    let Made { columns, copies, clock } = *made;
    let Resource { notes, losses, functions, .. } = resource;
    let Some(key) = node.get("primary_key").filter(|key| !key.is_empty()) else { return };
    let parts: Vec<Vec<String>> = match key.items() {
        [] => key.as_str().map(|key| vec![key.to_owned()]).into_iter().collect(),
        parts => {
            let part = |part: &Node| match part.items() {
                [] => vec![part.as_str().unwrap_or_default().to_owned()],
                keys => keys.iter().filter_map(Node::as_str).map(str::to_owned).collect(),
            };
            parts.iter().map(part).collect()
        }
    };
    let mut names = Vec::new();
    for part in parts {
        let joined = part.join(".");
        if let Some((_, column)) = columns.iter().find(|(name, _)| *name == joined) {
            names.push(Value::word(column));
            continue;
        }
        // Without a key all rows are replaced, which is the same where all of them come; what is new only needs one.
        let is_incremental = option(options, "incremental").is_some();
        let mut lose = |reason: &str| {
            if is_incremental {
                losses.push(Loss::new(key.line, "primary_key", joined.clone(), reason));
            } else {
                notes.push(format!("The manifest's key, `{joined}`, is {reason}: rows are replaced as a whole."));
            }
        };
        let mut keys: Vec<&str> = part.iter().map(String::as_str).collect();
        if let [only] = part.as_slice() {
            keys = located(only, copies);
            if row.find(&keys).is_none() && only.contains('.') {
                keys = only.split('.').collect();
            }
        }
        if row.find(&keys).is_none() {
            match keys.as_slice() {
                // Without a schema nothing says what it is: a text takes no numbers, and says so.
                [only] if row.extra => {
                    row.add(only, Type::Text);
                }
                _ => {
                    lose("a key that the schema lacks");
                    return;
                }
            }
        }
        if clock.contains(&joined) {
            // No row has the key of another one: what is new is added, and nothing is replaced.
            notes.push(format!(
                "The manifest's key, `{joined}`, is the time at which a row was read, which identifies no row."
            ));
            return;
        }
        let Some((path, field)) = row.find(&keys).map(|(path, field)| (path, field.clone())) else { continue };
        match field.ty {
            Type::Json | Type::List(_) | Type::Nested(_) => {
                lose("a key of several types");
                return;
            }
            _ => {}
        }
        row.along(&keys, &mut |field, _| {
            // Keys that were inferred as numbers are whole ones.
            if field.ty == Type::Float {
                field.ty = Type::Int;
            }
            field.optional = false;
            field.hidden &= keys.len() > 1;
        });
        if keys.len() == 1 {
            present(functions, &field.name);
        }
        if let Some(copy) = part.first().and_then(|name| row.field_mut(name)).filter(|copy| copy.made && keys.len() > 1)
            && copy.ty == Type::Float
        {
            copy.ty = Type::Int;
        }
        names.push(Value::word(path));
    }
    let value = match names.as_slice() {
        [] => return,
        [only] => only.clone(),
        _ => Value::Tuple(names),
    };
    set(options, "primary_key", value);
}

/// A step sets a field that is in every row.
fn present(functions: &mut [Function], name: &str) {
    let start = format!("row.{} = ", super::steps::ident(name));
    for line in functions.iter_mut().flat_map(|function| &mut function.body) {
        let Some((indent, value)) = line.split_once(&start).filter(|(indent, _)| indent.trim().is_empty()) else {
            continue;
        };
        let Some(value) = value.strip_suffix(';') else { continue };
        let value = match value.strip_prefix("Some(").and_then(|value| value.strip_suffix(')')) {
            Some(inner) if !value.contains(").") => inner.to_owned(),
            _ => format!("{value}.unwrap_or_default()"),
        };
        *line = format!("{indent}{start}{value};");
    }
}

/// A lag reads rows again, which only a key tells from new ones.
pub(super) fn without_key(node: &Node, options: &mut Options, losses: &mut Vec<Loss>) {
    let lag = |entry: &Entry| matches!(entry, Entry::Named(name, _) if name == "lag");
    if option(options, "primary_key").is_some() {
        return;
    }
    if let Some((_, Value::Group(entries))) = options.iter_mut().find(|(name, _)| name == "incremental")
        && entries.iter().any(lag)
    {
        entries.retain(|entry| !lag(entry));
        losses.push(Loss::new(node.line, "lag", "lookback_window", "a lag without a key"));
    }
}
