//! What children need of the rows of their parents.

use super::resource::{Draft, Needed};
use super::rows::{UNTYPED, Want, add, need, untyped};
use crate::declaration::{Entry, Function, Loss, Names, Struct, Type, Value, is_keyword, option, snake};

/// Sees to it that parents have the fields that children need.
pub(super) fn settle(drafts: &mut [Draft], types: &mut Names, remarks: &mut Vec<Loss>) {
    let wanted: Vec<(usize, Needed)> = drafts
        .iter()
        .enumerate()
        .flat_map(|(index, draft)| draft.needed.iter().map(move |needed| (index, needed.clone())))
        .collect();
    for (child, needed) in wanted {
        let parent = drafts.iter_mut().find(|draft| draft.resource.name == needed.resource);
        let found = parent
            .map_or(Err("a parent that is not in the dictionary"), |parent| field(parent, &needed, types, remarks));
        let Some(draft) = drafts.get_mut(child) else { continue };
        match found {
            Ok(name) => {
                let place = |field: &str| format!("{{resources.{}.{field}}}", needed.resource);
                let (from, to) = (place(&needed.field), place(&name));
                draft.resource.options.iter_mut().for_each(|(_, value)| rewrite(value, &from, &to));
            }
            Err(reason) => {
                let original = format!("resources.{}.{}", needed.resource, needed.field);
                draft.resource.losses.push(Loss::new(needed.line, "path", original, reason));
            }
        }
    }
}

/// The field of a parent, by its name in Rust.
fn field(
    parent: &mut Draft,
    needed: &Needed,
    types: &mut Names,
    remarks: &mut Vec<Loss>,
) -> Result<String, &'static str> {
    let keys: Vec<&str> = needed.field.split('.').collect();
    // A column takes any value; what stands in a request is plain.
    let ty = if needed.is_column { Type::Json } else { Type::Text };
    let want = Want { ty, required: false };
    let found = need(&mut parent.row, &keys, &want, types);
    let (path, is_guess) = found.ok_or("a parent's field of several types")?;
    if is_guess && !needed.is_column {
        let note = untyped(&needed.field);
        if !parent.resource.notes.contains(&note) {
            parent.resource.notes.push(note);
            let original = format!("{}.{}", parent.resource.original, needed.field);
            remarks.push(Loss::new(needed.line, "", original, UNTYPED));
        }
    }
    if keys.len() == 1 { Ok(path) } else { copied(parent, &keys) }
}

/// A field of the row itself that holds a value further in: requests are made with the row's own.
fn copied(parent: &mut Draft, keys: &[&str]) -> Result<String, &'static str> {
    let target = snake(&keys.join("_"));
    if parent.row.field(&target).is_some_and(|field| field.made) {
        return Ok(target);
    }
    if parent.resource.losses.iter().any(|loss| loss.option == "map") {
        return Err("a value within a parent's row that a function in Python changes");
    }
    let (value, ty) = access(&parent.row, keys).ok_or("a parent's field of several types")?;
    let field = add(&mut parent.row, &target, "", ty, true);
    field.made = true;
    let line = format!("row.{} = {value}.cloned();", field.name);
    let name = field.name.clone();
    let resource = &mut parent.resource;
    let function = format!("{}_completed", resource.name);
    if option(&resource.options, "map").is_none() {
        resource.options.push(("map".to_owned(), Value::word(&function)));
        resource.functions.push(Function {
            name: function,
            docs: "Copies what other resources are read for.".to_owned(),
            signature: format!("(mut row: {0}) -> {0}", parent.row.name),
            body: vec!["row".to_owned()],
        });
    }
    if let Some(function) = resource.functions.last_mut() {
        let end = function.body.len().saturating_sub(1);
        function.body.insert(end, line);
    }
    Ok(name)
}

/// The way to a value, as an `Option` of a reference, and its type.
fn access(row: &Struct, keys: &[&str]) -> Option<(String, Type)> {
    let (mut row, mut code) = (row, String::new());
    for (index, key) in keys.iter().enumerate() {
        let field = row.field(key)?;
        let name = if is_keyword(&field.name) { format!("r#{}", field.name) } else { field.name.clone() };
        code = match (index, field.optional) {
            (0, true) => format!("row.{name}.as_ref()"),
            (0, false) => format!("Some(&row.{name})"),
            (_, true) => format!("{code}.and_then(|value| value.{name}.as_ref())"),
            (_, false) => format!("{code}.map(|value| &value.{name})"),
        };
        if index + 1 == keys.len() {
            return Some((code, field.ty.clone()));
        }
        let Type::Nested(nested) = &field.ty else { return None };
        row = nested;
    }
    None
}

fn rewrite(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::Text(text) => *text = text.replace(from, to),
        Value::Word(_) => {}
        Value::List(items) | Value::Tuple(items) => items.iter_mut().for_each(|item| rewrite(item, from, to)),
        Value::Object(entries) => entries.iter_mut().for_each(|(_, value)| rewrite(value, from, to)),
        Value::Call(_, entries) | Value::Group(entries) => {
            for entry in entries {
                if let Entry::Named(_, value)
                | Entry::Renamed(_, _, value)
                | Entry::Keyed(_, value)
                | Entry::Plain(value) = entry
                {
                    rewrite(value, from, to);
                }
            }
        }
    }
}
