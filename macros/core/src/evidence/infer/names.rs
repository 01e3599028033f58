//! Names in Rust for keys in JSON.

use std::collections::HashSet;

use proc_macro2::Span;
use syn::Ident;

use crate::naming::{identifier, pascal, snake};

/// The name of a field for a key, another than those that are taken.
pub(super) fn field(key: &str, taken: &mut HashSet<String>, place: Span) -> Option<Ident> {
    let mut name = String::with_capacity(key.len());
    for letter in snake(key).chars() {
        let letter = if letter.is_alphanumeric() { letter } else { '_' };
        if letter != '_' || !name.ends_with(['_']) {
            name.push(letter);
        }
    }
    let mut name = name.trim_matches('_').to_owned();
    if name.starts_with(|letter: char| letter.is_numeric()) || name.starts_with("sqlite_") {
        name.insert(0, '_');
    }
    // A key of other characters alone, or a keyword that no name can be.
    if name.is_empty() {
        "field".clone_into(&mut name);
    }
    if identifier(&name, place).is_none() {
        name.push('_');
    }
    if identifier(&name, place).is_none() {
        "field".clone_into(&mut name);
    }
    identifier(&free(&name, "_", taken), place)
}

/// The name of a type for the objects under a key of another.
pub(super) fn part(owner: &str, field: &Ident, one_of_many: bool, taken: &mut HashSet<String>, place: Span) -> Ident {
    let key = crate::naming::unraw(field);
    let key = if one_of_many { singular(&key) } else { key };
    Ident::new(&free(&format!("{owner}{}", pascal(&key)), "", taken), place)
}

/// The name, or the first with a number after it, that is not taken. Tables do not distinguish `a` from `A`.
fn free(name: &str, mark: &str, taken: &mut HashSet<String>) -> String {
    let mut free = name.to_owned();
    let mut number = 2_u32;
    while !taken.insert(free.to_lowercase()) {
        free = format!("{name}{mark}{number}");
        number += 1;
    }
    free
}

/// `flows` as `flow`, `entries` as `entry`.
fn singular(name: &str) -> String {
    const KEPT: [&str; 4] = ["ss", "us", "is", "news"];
    if KEPT.iter().any(|end| name.ends_with(end)) {
        return name.to_owned();
    }
    if let Some(stem) = name.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    let hissing = ["sses", "xes", "ches", "shes"].iter().any(|end| name.ends_with(end));
    let stem = if hissing { name.strip_suffix("es") } else { name.strip_suffix('s') };
    stem.filter(|stem| !stem.is_empty()).unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_keys() {
        let mut taken = HashSet::new();
        for (key, expected) in [
            ("key", "key"),
            ("creationDate", "creation_date"),
            ("CreationDate", "creation_date_2"),
            ("type", "r#type"),
            ("gen", "r#gen"),
            ("1st", "_1st"),
            ("@links", "links"),
            ("_links", "links_2"),
            ("self", "self_"),
            ("a b--c", "a_b_c"),
            ("", "field"),
            ("@@", "field_2"),
            ("²", "_²"),
            ("_load_id", "load_id"),
            ("sqlite_x", "_sqlite_x"),
            ("été", "été"),
        ] {
            let named = field(key, &mut taken, Span::call_site()).map(|name| name.to_string());
            if key == "²" {
                assert!(named.is_some(), "a name is found for every key");
            } else {
                assert_eq!(named.as_deref(), Some(expected), "{key}");
            }
        }
    }

    #[test]
    fn one_of_many() {
        for (name, expected) in [
            ("flows", "flow"),
            ("entries", "entry"),
            ("boxes", "box"),
            ("addresses", "address"),
            ("status", "status"),
            ("series", "sery"),
            ("s", "s"),
            ("data", "data"),
        ] {
            assert_eq!(singular(name), expected);
        }
    }
}
