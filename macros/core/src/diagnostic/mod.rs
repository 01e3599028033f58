//! Errors and warnings: where they are collected, which option they belong to, and what was probably meant.

mod origin;
mod refusal;
mod sink;
pub(crate) mod suggest;
mod warning;

pub(crate) use origin::OptionOrigin;
pub(crate) use sink::Sink;

/// What is said of a declaration that needs a feature of `declarest` which is off.
pub(crate) fn feature_off(feature: &str) -> String {
    format!(
        "the feature `{feature}` of `declarest` is off\nhelp: turn it on in `Cargo.toml`: `features = [\"{feature}\"]`"
    )
}

/// The start of a text that is longer than this many characters, up to the end of a word, unless its last word is a long
/// one.
pub(crate) fn clipped(text: &str, longest: usize) -> Option<&str> {
    const LONG: usize = 24;
    let (end, _) = text.char_indices().nth(longest)?;
    let start = text.get(..end)?;
    let word = start.trim_end().rfind(char::is_whitespace).filter(|at| start.len() - at <= LONG);
    Some(word.and_then(|at| start.get(..at)).map_or(start, str::trim_end))
}
