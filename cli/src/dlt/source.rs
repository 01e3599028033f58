//! The whole dictionary.

use super::client::client;
use super::find::Found;
use super::page::Page;
use super::parents;
use super::resource::{Context, Draft, draft};
use super::value::{Reader, Val, ValKind};
use crate::declaration::{
    Loss, METHODS, Names, Source, TYPES, Value, finish, is_keyword, option, pascal, singular, snake,
};
use crate::yaml::Fault;

/// Reads a dictionary; `name` is the name of the module.
pub(super) fn read(mut reader: Reader<'_>, found: &Found, name: &str, page: &Page) -> Result<Source, Fault> {
    let whole = &found.value;
    let name = if is_keyword(name) || ["self", "super", "crate"].contains(&name) {
        format!("{name}_api")
    } else {
        name.to_owned()
    };
    let docs = format!("The API of {}.", name.replace('_', " "));
    let mut source = Source { name, docs, ..Source::default() };
    let base = client(&mut reader, whole.get("client"), &mut source.options, &mut source.losses);
    for (line, code) in &found.changes {
        source.losses.push(Loss::new(*line, "", code, "a dictionary that is changed by code"));
    }
    if !page.retry.is_empty() {
        source.options.push(("retry".to_owned(), Value::Group(page.retry.clone())));
    }
    let Some(resources) = whole.get("resources") else {
        return Err(Fault::new(whole.line, "this dictionary has no `resources`"));
    };
    if !matches!(resources.kind, ValKind::List(_)) {
        let message = format!("the resources are made by code, which is not run: `{}`", resources.shown());
        return Err(Fault::new(resources.line, message));
    }
    let (mut names, mut types) = (Names::new(&METHODS), Names::new(&TYPES));
    let is_open = option(&source.options, "auth").is_none() && source.losses.iter().all(|loss| loss.option != "auth");
    let paginator = whole.get("client").and_then(|client| client.get("paginator"));
    let context = Context { base: &base, paginator, is_open, page };
    let none = Val::new(whole.line, ValKind::Dict(Vec::new()));
    let defaults = whole.get("resource_defaults").unwrap_or(&none);
    if !defaults.is_dict() {
        source.losses.push(Loss::new(
            defaults.line,
            "resource_defaults",
            defaults.shown(),
            "defaults that are computed",
        ));
    }
    // The names of all first: types have none of theirs.
    let mut named: Vec<(Val, String, String)> = Vec::new();
    for item in resources.items() {
        let item = match item.as_str() {
            Some(name) => {
                let name = ("name".to_owned(), Val::text(item.line, name));
                Val::new(item.line, ValKind::Dict(vec![name]))
            }
            None => item.clone(),
        };
        let original = item.get("name").or_else(|| item.get("endpoint")).and_then(Val::as_str).map(str::to_owned);
        let Some(original) = original.filter(|_| item.is_dict()) else {
            source.losses.push(Loss::new(item.line, "", item.shown(), "a resource that is made by code"));
            continue;
        };
        let name = snake(&original);
        let name = if is_keyword(&name) || name == "self" { format!("{name}_rows") } else { name };
        let name = names.take(&name);
        types.take(&format!("{}Request", pascal(&name)));
        named.push((merged(defaults, &item), original, name));
    }
    if resources.items().is_empty() {
        return Err(Fault::new(resources.line, "this dictionary has no `resources`"));
    }
    let mut drafts: Vec<Draft> = Vec::new();
    for (value, original, name) in &named {
        let row = types.take(&pascal(&singular(name)));
        drafts.push(draft(&mut reader, value, original, name, &row, &context, &mut types));
    }
    parents::settle(&mut drafts, &mut types, &mut source.remarks);
    credentials(&mut drafts, &mut source);
    source.resources = drafts
        .into_iter()
        .map(|mut draft| {
            draft.resource.structs = vec![draft.row];
            draft.resource
        })
        .collect();
    source.params = reader.settings.params();
    source.remarks.append(&mut reader.settings.remarks);
    shared_notes(&mut source);
    finish(&mut source, reader.settings.secrets());
    Ok(source)
}

/// A resource with the defaults below it: those of the endpoint and of its params, too, as dlt does.
fn merged(defaults: &Val, own: &Val) -> Val {
    let mut entries = defaults.entries().to_vec();
    for (key, value) in own.entries() {
        let value = match entries.iter().find(|(known, _)| known == key) {
            Some((_, default)) if key == "endpoint" || key == "params" => {
                let as_dict = |value: &Val| match value.as_str() {
                    Some(path) => {
                        let path = ("path".to_owned(), Val::text(value.line, path));
                        Val::new(value.line, ValKind::Dict(vec![path]))
                    }
                    None => value.clone(),
                };
                let (default, value) = (as_dict(default), as_dict(value));
                if default.is_dict() && value.is_dict() { merged(&default, &value) } else { value }
            }
            _ => value.clone(),
        };
        match entries.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => *known = value,
            None => entries.push((key.clone(), value)),
        }
    }
    Val::new(own.line, ValKind::Dict(entries))
}

/// Credentials that all resources send by themselves are the source's.
fn credentials(drafts: &mut [Draft], source: &mut Source) {
    let first = drafts.first().and_then(|draft| option(&draft.resource.options, "auth")).cloned();
    let Some(first) = first else { return };
    if drafts.iter().all(|draft| option(&draft.resource.options, "auth") == Some(&first))
        && option(&source.options, "auth").is_none()
    {
        for draft in drafts {
            draft.resource.options.retain(|(name, _)| name != "auth");
        }
        source.options.push(("auth".to_owned(), first));
    }
}

/// A remark that each resource would have is made once.
fn shared_notes(source: &mut Source) {
    let Some(first) = source.resources.first().filter(|_| source.resources.len() > 1) else { return };
    for note in first.notes.clone() {
        if source.resources.iter().all(|resource| resource.notes.contains(&note)) {
            source.resources.iter_mut().for_each(|resource| resource.notes.retain(|known| *known != note));
            source.notes.push(note);
        }
    }
}
