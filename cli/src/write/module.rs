//! The module: its attribute, its resources, the types inside of them, and their functions.

use super::defaults::share;
use super::layout::{WIDTH, comment, option};
use super::rows::{definition, escaped, imports};
use crate::declaration::{Entry, Loss, Resource, Source, Value};

/// The text of a declaration: one module.
pub(crate) fn module(mut source: Source) -> String {
    source.resources.iter_mut().for_each(|resource| super::meant::allow(&mut resource.options));
    let defaults = share(&mut source);
    let mut out = String::new();
    if !source.docs.is_empty() {
        out.push_str(&comment("///", &escaped(&source.docs), 0));
    }
    out.push_str("#[declarest::source(\n");
    let mut options = source.options.clone();
    for note in &source.notes {
        out.push_str(&comment("//", note, 4));
    }
    for (name, value) in std::mem::take(&mut options) {
        out.push_str(&format!("    {},\n", option(&name, &value, 4, 1)));
        if name == "base_url" {
            params(&source, &mut out);
        }
    }
    if !source.options.iter().any(|(name, _)| name == "base_url") {
        params(&source, &mut out);
    }
    losses(&source.losses, &source.options.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), 4, &mut out);
    if !defaults.is_empty() {
        let entries = defaults.into_iter().map(|(name, value)| match value {
            Value::Group(entries) => Entry::Grouped(name, entries),
            value => Entry::Named(name, value),
        });
        let shared = Value::Group(entries.collect());
        out.push_str(&format!("    {},\n", option("resource_defaults", &shared, 4, 1)));
    }
    out.push_str(&format!(")]\npub mod {} {{\n", source.name));
    out.push_str(&imports(&source));
    for (index, resource) in source.resources.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        write_resource(resource, &mut out);
    }
    out.push_str("}\n");
    out
}

fn params(source: &Source, out: &mut String) {
    if source.params.is_empty() {
        return;
    }
    out.push_str("    params(\n");
    for param in &source.params {
        if !param.docs.is_empty() {
            out.push_str(&comment("//", &param.docs, 8));
        }
        let default =
            param.default.as_ref().map(|value| Entry::Typed(param.name.clone(), param.ty.clone(), Some(value.clone())));
        let entry = default.unwrap_or_else(|| Entry::Typed(param.name.clone(), param.ty.clone(), None));
        let text = option("", &Value::Group(vec![entry]), 0, 0);
        out.push_str(&format!(
            "        {},\n",
            text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or(&text)
        ));
    }
    out.push_str("    ),\n");
}

fn write_resource(resource: &Resource, out: &mut String) {
    let Some((row, inner)) = resource.structs.split_first() else { return };
    let docs =
        if resource.docs.is_empty() { format!("A row of `{}`.", resource.original) } else { resource.docs.clone() };
    out.push_str(&comment("///", &escaped(&docs), 4));
    for note in &resource.notes {
        out.push_str(&comment("//", note, 4));
    }
    let parts: Vec<String> = std::iter::once(format!("name = {}", resource.name))
        .chain(resource.options.iter().map(|(name, value)| option(name, value, 8, 1)))
        .collect();
    let whole = format!("    #[resource({})]\n", parts.join(", "));
    if resource.losses.is_empty() && whole.trim_end().chars().count() <= WIDTH && !whole.trim_end().contains('\n') {
        out.push_str(&whole);
    } else {
        out.push_str("    #[resource(\n");
        for part in &parts {
            out.push_str(&format!("        {part},\n"));
        }
        let written: Vec<&str> = resource.options.iter().map(|(name, _)| name.as_str()).collect();
        losses(&resource.losses, &written, 8, out);
        out.push_str("    )]\n");
    }
    definition(row, out);
    for nested in inner {
        out.push('\n');
        if !nested.docs.is_empty() {
            out.push_str(&comment("///", &escaped(&nested.docs), 4));
        }
        match &nested.spelling {
            Some(rule) => out.push_str(&format!("    #[nested(rename_all = \"{rule}\")]\n")),
            None => out.push_str("    #[nested]\n"),
        }
        definition(nested, out);
    }
    for function in &resource.functions {
        out.push('\n');
        out.push_str(&comment("///", &function.docs, 4));
        out.push_str(&format!("    pub fn {}{} {{\n", function.name, function.signature));
        for line in &function.body {
            out.push_str(&format!("        {line}\n"));
        }
        out.push_str("    }\n");
    }
}

/// Options that are groups.
const GROUPS: [&str; 6] = ["incremental", "retry", "params", "headers", "response_actions", "partition_by"];

/// What is missing, each with the original and a `todo` that the macro refuses.
fn losses(losses: &[Loss], written: &[&str], indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    let mut said: Vec<&str> = written.to_vec();
    for loss in losses {
        let text = format!("TODO (line {}): {}: {}", loss.line, loss.reason, loss.original);
        out.push_str(&comment("//", &text, indent));
        let is_option = loss.option.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
        if is_option && !loss.option.is_empty() && !said.contains(&loss.option.as_str()) {
            let is_group = GROUPS.contains(&loss.option.as_str());
            let todo = if is_group { "(todo)" } else { " = todo" };
            out.push_str(&format!("{pad}{}{todo},\n", loss.option));
            said.push(&loss.option);
        } else {
            out.push_str(&format!("{pad}todo,\n"));
        }
    }
}
