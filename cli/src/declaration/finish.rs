//! The last look at a declaration: names that collide, how the API spells its fields.

use super::{Entry, Resource, Source, Struct, Value};

/// Settles what is known only when all resources are.
pub(crate) fn finish(source: &mut Source, secrets: Vec<String>) {
    let taken: Vec<String> = source.params.iter().map(|param| param.name.clone()).chain(secrets).collect();
    for resource in &mut source.resources {
        let mut taken = taken.clone();
        if let Some((_, Value::Group(entries))) = resource.options.iter().find(|(name, _)| name == "partition_by") {
            taken.extend(entries.iter().filter_map(|entry| match entry {
                Entry::Plain(Value::Word(text)) => text.split(' ').next().map(str::to_owned),
                _ => None,
            }));
        }
        rename_params(resource, &taken);
        resent(resource);
        let mut all = Vec::new();
        for row in std::mem::take(&mut resource.structs) {
            let nested: Vec<Struct> = row.nested().into_iter().cloned().collect();
            all.push(row);
            all.extend(nested);
        }
        let mut names: Vec<String> = Vec::new();
        all.retain(|row| {
            let is_new = !names.contains(&row.name);
            names.push(row.name.clone());
            is_new
        });
        resource.structs = all;
    }
    prune(source);
    spelling(source);
}

/// A link of a request without params lacks none.
fn resent(resource: &mut Resource) {
    let sends = |(name, value): &(String, Value)| match name.as_str() {
        "params" => true,
        "paginator" | "incremental" => {
            let names = ["limit_param", "start_param", "end_param"];
            names.iter().any(|name| names_in(&format!("{value:?}"), name))
        }
        _ => false,
    };
    if resource.options.iter().any(sends) {
        return;
    }
    for (name, value) in &mut resource.options {
        if let ("paginator", Value::Call(_, entries)) = (name.as_str(), value) {
            entries.retain(|entry| !matches!(entry, Entry::Named(name, _) if name == "resend_params"));
        }
    }
}

/// Leaves out the params that nothing uses.
pub(super) fn prune(source: &mut Source) {
    let mut used = format!("{:?}", source.options);
    for resource in &source.resources {
        used.push_str(&format!("{:?}{:?}", resource.options, resource.functions));
    }
    source.params.retain(|param| names_in(&used, &param.name));
}

/// Whether a name stands in a text as a word.
fn names_in(text: &str, name: &str) -> bool {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(name).any(|(index, _)| {
        let before = text.get(..index).and_then(|text| text.chars().next_back());
        let after = text.get(index + name.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

/// A fixed param cannot have the name of a param of the client: it is named otherwise in Rust.
fn rename_params(resource: &mut Resource, taken: &[String]) {
    let Some((_, Value::Group(entries))) = resource.options.iter_mut().find(|(name, _)| name == "params") else {
        return;
    };
    let mut known: Vec<String> = Vec::new();
    for entry in entries {
        let (name, wire, value) = match entry {
            Entry::Named(name, value) => (name.clone(), name.clone(), value.clone()),
            Entry::Renamed(name, wire, value) => (name.clone(), wire.clone(), value.clone()),
            _ => continue,
        };
        let mut free = name.clone();
        while taken.contains(&free) || known.contains(&free) {
            free.push_str("_sent");
        }
        if free != name {
            *entry = Entry::Renamed(free.clone(), wire, value);
        }
        known.push(free);
    }
}

type Rule = (&'static str, fn(&str) -> String);

/// How serde's rules spell a name of Rust's.
const RULES: [Rule; 4] =
    [("snake_case", str::to_owned), ("camelCase", camel), ("PascalCase", pascal), ("kebab-case", kebab)];

/// How the API spells its names: the rule of most structs for all of them, and their own for the others.
fn spelling(source: &mut Source) {
    let best = |row: &Struct, usual: Option<Rule>| {
        let renamed = |rule: &Rule| row.fields.iter().filter(|field| field.wire != rule.1(&field.name)).count();
        // Of rules that are as good, the usual one.
        let rules = usual.into_iter().chain(RULES);
        rules.min_by_key(renamed).unwrap_or(("snake_case", str::to_owned))
    };
    let rows = || source.resources.iter().flat_map(|resource| &resource.structs);
    let count =
        |rule: &Rule| rows().filter(|row| best(row, None).0 == rule.0).map(|row| row.fields.len()).sum::<usize>();
    // The first of several: names of one word are spelled alike by the first rules.
    let Some(usual) = RULES.into_iter().rev().max_by_key(count) else { return };
    if usual.0 != "snake_case" {
        source.spelling = Some(usual.0.to_owned());
    }
    for resource in &mut source.resources {
        for row in &mut resource.structs {
            let rule = best(row, Some(usual));
            for field in &mut row.fields {
                field.renamed = field.wire != rule.1(&field.name);
            }
            row.spelling = (rule.0 != usual.0).then(|| rule.0.to_owned());
        }
        if let Some(rule) = resource.structs.first().and_then(|row| row.spelling.clone()) {
            resource.options.push(("rename_all".to_owned(), Value::Text(rule)));
        }
    }
}

fn kebab(name: &str) -> String {
    name.replace('_', "-")
}

fn pascal(name: &str) -> String {
    name.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
        })
        .collect()
}

fn camel(name: &str) -> String {
    let name = pascal(name);
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}
