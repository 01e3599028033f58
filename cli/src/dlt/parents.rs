//! What children need of the rows of their parents.

use super::resource::{Draft, Needed};
use super::rows::{UNTYPED, Want, need, untyped};
use crate::declaration::{Entry, Loss, Names, Type, Value};

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
    Ok(path)
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
