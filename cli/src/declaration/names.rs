//! Names in Rust, from names elsewhere.

use std::collections::HashSet;

/// Names that the client has methods of.
pub(crate) const METHODS: [&str; 5] = ["builder", "scan", "sync", "verify", "clone"];

/// Types that the module has, or may use.
pub(crate) const TYPES: [&str; 16] = [
    "Client",
    "ClientBuilder",
    "Resources",
    "Params",
    "Option",
    "String",
    "Vec",
    "Timestamp",
    "Date",
    "DateTime",
    "Json",
    "Some",
    "None",
    "Ok",
    "Err",
    "Result",
];

/// Setters that the builder has already, and words that stand for values.
pub(crate) const SETTERS: [&str; 24] = [
    "base_url",
    "build",
    "clone",
    "access_token_url",
    "timeout",
    "connect_timeout",
    "user_agent",
    "header",
    "proxy",
    "root_certificate",
    "identity",
    "resolve",
    "retry",
    "rate_limit",
    "concurrency",
    "token_store",
    "http_client",
    "now",
    "none",
    "todo",
    "secret",
    "incremental",
    "resources",
    "new",
];

/// Names that are taken, and the next free one.
#[derive(Debug, Default)]
pub(crate) struct Names(HashSet<String>);

impl Names {
    pub(crate) fn new(taken: &[&str]) -> Self {
        Self(taken.iter().map(|name| name.to_lowercase()).collect())
    }

    /// The name, with a number where it is taken.
    pub(crate) fn take(&mut self, name: &str) -> String {
        let separator = if name.starts_with(|first: char| first.is_ascii_uppercase()) { "" } else { "_" };
        let mut free = name.to_owned();
        let mut number = 2_usize;
        while !self.0.insert(free.to_lowercase()) {
            free = format!("{name}{separator}{number}");
            number += 1;
        }
        free
    }
}

/// The words of a name: of `camelCase`, `kebab-case`, `HTTPStatus`, `a.b c`.
fn words(name: &str) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let letters: Vec<char> = name.chars().collect();
    for (index, &letter) in letters.iter().enumerate() {
        if !letter.is_ascii_alphanumeric() {
            words.push(std::mem::take(&mut word));
            continue;
        }
        let before = index.checked_sub(1).and_then(|index| letters.get(index));
        let after = letters.get(index + 1);
        let begins = letter.is_ascii_uppercase()
            && (before.is_some_and(|&letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
                || (before.is_some_and(char::is_ascii_uppercase) && after.is_some_and(char::is_ascii_lowercase)));
        if begins {
            words.push(std::mem::take(&mut word));
        }
        word.push(letter.to_ascii_lowercase());
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// `snake_case`: always an identifier.
pub(crate) fn snake(name: &str) -> String {
    let name = words(name).join("_");
    match name.chars().next() {
        None => "value".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("n{name}"),
        Some(_) => name,
    }
}

/// The name in Rust of a key.
pub(crate) fn identifier(wire: &str) -> String {
    let name = snake(wire);
    match name.as_str() {
        "self" | "super" | "crate" => format!("{name}_value"),
        _ => name,
    }
}

/// `PascalCase`: always an identifier.
pub(crate) fn pascal(name: &str) -> String {
    let name: String = words(name)
        .iter()
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
        })
        .collect();
    match name.chars().next() {
        None => "Value".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("N{name}"),
        Some(_) => name,
    }
}

/// One of several: `issues` is `issue`. A word that is no plural stays as it is.
pub(crate) fn singular(name: &str) -> String {
    const SAME: [&str; 12] = [
        "series",
        "news",
        "status",
        "analytics",
        "statistics",
        "address",
        "business",
        "sms",
        "dns",
        "aws",
        "os",
        "bus",
    ];
    let (rest, last) = name.rsplit_once('_').map_or(("", name), |(rest, last)| (rest, last));
    let single = if SAME.contains(&last) || last.len() < 4 || last.ends_with("ss") || last.ends_with("us") {
        last.to_owned()
    } else if let Some(stem) = last.strip_suffix("ies").filter(|stem| !stem.is_empty() && *last != *"movies") {
        format!("{stem}y")
    } else if let Some(stem) = ["sses", "shes", "ches", "xes", "uses"]
        .iter()
        .find_map(|end| last.ends_with(end).then(|| last.strip_suffix("es").unwrap_or(last)))
    {
        stem.to_owned()
    } else if last.ends_with("is") {
        last.to_owned()
    } else {
        last.strip_suffix('s').unwrap_or(last).to_owned()
    };
    if rest.is_empty() { single } else { format!("{rest}_{single}") }
}

/// Whether it is a word of Rust's.
pub(crate) fn is_keyword(name: &str) -> bool {
    const WORDS: [&str; 52] = [
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
        "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
        "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super",
        "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
        "_",
    ];
    WORDS.contains(&name)
}

/// Whether values under a name are secrets.
pub(crate) fn is_secret_name(name: &str) -> bool {
    const ALONE: [&str; 12] = [
        "authorization",
        "proxyauthorization",
        "cookie",
        "auth",
        "token",
        "jwt",
        "key",
        "pwd",
        "passwd",
        "passphrase",
        "bearer",
        "credentials",
    ];
    const ENDS: [&str; 10] = [
        "apikey",
        "accesskey",
        "secretkey",
        "privatekey",
        "appkey",
        "authkey",
        "subscriptionkey",
        "secret",
        "password",
        "signature",
    ];
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    let is_page = ["page", "next", "continuation", "cursor", "sync"].iter().any(|word| plain.starts_with(word));
    ALONE.contains(&plain.as_str())
        || ENDS.iter().any(|end| plain.ends_with(end))
        || (plain.ends_with("token") && !is_page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        for (name, expected) in [
            ("creationDate", "creation_date"),
            ("HTTPStatus", "http_status"),
            ("kebab-case", "kebab_case"),
            ("@odata.type", "odata_type"),
            ("2fa enabled", "n2fa_enabled"),
            ("", "value"),
            ("üé", "value"),
            ("address1Line", "address1_line"),
        ] {
            assert_eq!(snake(name), expected, "{name}");
        }
        assert_eq!(pascal("order_line items"), "OrderLineItems");
        assert_eq!(pascal("3d"), "N3d");
    }

    #[test]
    fn one_of_several() {
        for (name, expected) in [
            ("issues", "issue"),
            ("companies", "company"),
            ("order_statuses", "order_status"),
            ("boxes", "box"),
            ("status", "status"),
            ("news", "news"),
            ("analysis", "analysis"),
            ("class", "class"),
        ] {
            assert_eq!(singular(name), expected, "{name}");
        }
    }

    #[test]
    fn the_builder_has_no_setter_that_is_free_here() {
        for name in declarest_macros_core::builder_methods() {
            assert!(SETTERS.contains(name), "{name}");
        }
    }

    #[test]
    fn taken_names_get_numbers() {
        let mut names = Names::new(&["sync"]);
        assert_eq!(names.take("sync"), "sync_2");
        assert_eq!(names.take("Issue"), "Issue");
        assert_eq!(names.take("Issue"), "Issue2");
    }
}
