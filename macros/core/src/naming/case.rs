//! Conversion of names: Rust's cases, and serde's renaming rules.

use proc_macro2::Span;
use syn::Ident;
use syn::ext::IdentExt;

/// The renaming rules of `rename_all`, as serde spells them.
const RULES: [(&str, Rule); 8] = [
    ("lowercase", Rule::Lower),
    ("UPPERCASE", Rule::Upper),
    ("PascalCase", Rule::Pascal),
    ("camelCase", Rule::Camel),
    ("snake_case", Rule::Snake),
    ("SCREAMING_SNAKE_CASE", Rule::ScreamingSnake),
    ("kebab-case", Rule::Kebab),
    ("SCREAMING-KEBAB-CASE", Rule::ScreamingKebab),
];

/// How names in Rust become names in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Rule {
    /// The names of all rules.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> + Clone {
        RULES.iter().map(|(name, _)| *name)
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        RULES.iter().find(|(known, _)| *known == name).map(|(_, rule)| *rule)
    }

    pub(crate) fn name(self) -> &'static str {
        RULES.iter().find(|(_, rule)| *rule == self).map_or("", |(name, _)| name)
    }

    /// The name of a field, which is `snake_case` in Rust.
    pub(crate) fn field(self, name: &str) -> String {
        match self {
            Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Pascal => pascal(name),
            Self::Camel => uncapitalized(&pascal(name)),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// The name of a variant, which is `PascalCase` in Rust.
    pub(crate) fn variant(self, name: &str) -> String {
        match self {
            Self::Pascal => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => uncapitalized(name),
            Self::Snake => words(name, '_'),
            Self::ScreamingSnake => words(name, '_').to_ascii_uppercase(),
            Self::Kebab => words(name, '-'),
            Self::ScreamingKebab => words(name, '-').to_ascii_uppercase(),
        }
    }
}

/// A name without the mark of a raw identifier.
pub(crate) fn unraw(name: &Ident) -> String {
    name.unraw().to_string()
}

/// A name as an identifier, raw where it is a keyword. None for the few that cannot be one: `crate`, `self`.
pub(crate) fn identifier(name: &str, place: Span) -> Option<Ident> {
    // Of the keywords, `syn` does not know the one that is so since the edition of 2024.
    let plain = syn::parse_str(name).ok().filter(|_| name != "gen");
    let mut ident: Ident = plain.or_else(|| syn::parse_str(&format!("r#{name}")).ok())?;
    ident.set_span(place);
    Some(ident)
}

/// `IssueComment` as `issue_comment`, `HTTPLog` as `http_log`.
pub(crate) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, &letter) in letters.iter().enumerate() {
        if letter.is_uppercase() && at > 0 {
            let before = letters.get(at - 1).copied().unwrap_or('_');
            let after_is_lower = letters.get(at + 1).is_some_and(|letter| letter.is_lowercase());
            if before != '_' && (!before.is_uppercase() || after_is_lower) {
                snake.push('_');
            }
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// `issue_comments` as `IssueComments`.
pub(crate) fn pascal(name: &str) -> String {
    let mut pascal = String::with_capacity(name.len());
    let mut capital = true;
    for letter in name.chars() {
        if letter == '_' {
            capital = true;
        } else if capital {
            pascal.push(letter.to_ascii_uppercase());
            capital = false;
        } else {
            pascal.push(letter);
        }
    }
    pascal
}

fn uncapitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_ascii_lowercase(), letters.as_str()))
}

fn words(name: &str, between: char) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for (at, letter) in name.char_indices() {
        if letter.is_uppercase() && at > 0 {
            words.push(between);
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// A name without its case and the marks between its words: `per_page`, `perPage` and `per-page` are one name.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_case_of_types() {
        for (name, expected) in [
            ("Issue", "issue"),
            ("IssueComment", "issue_comment"),
            ("HTTPLog", "http_log"),
            ("Oauth2Token", "oauth2_token"),
            ("already_snake", "already_snake"),
            ("É", "é"),
            ("", ""),
        ] {
            assert_eq!(snake(name), expected);
        }
    }

    #[test]
    fn rules_as_serde_has_them() {
        let field = |rule: Rule| rule.field("creation_date");
        assert_eq!(field(Rule::Camel), "creationDate");
        assert_eq!(field(Rule::Pascal), "CreationDate");
        assert_eq!(field(Rule::Kebab), "creation-date");
        assert_eq!(field(Rule::ScreamingSnake), "CREATION_DATE");
        assert_eq!(field(Rule::ScreamingKebab), "CREATION-DATE");
        let variant = |rule: Rule| rule.variant("CodeSmell");
        assert_eq!(variant(Rule::ScreamingSnake), "CODE_SMELL");
        assert_eq!(variant(Rule::Camel), "codeSmell");
        assert_eq!(variant(Rule::Kebab), "code-smell");
        assert_eq!(variant(Rule::Lower), "codesmell");
        assert_eq!(Rule::Camel.field(""), "");
        assert_eq!(Rule::Camel.field("é_à"), "éà");
    }
}
