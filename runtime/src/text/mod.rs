//! Texts: URLs without credentials, secrets redacted, names suggested, durations.

pub(crate) mod duration;
pub(crate) mod redact;
pub(crate) mod suggest;
pub(crate) mod url;

/// A name without its case and the marks between its words: `total_count`, `totalCount` and `total-count` are one name.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
