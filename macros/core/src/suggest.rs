//! "did you mean": the nearest of the words that would have been right.

/// How alike two words must be for one to be offered in place of the other.
const LIKENESS: f64 = 0.8;

/// The word most like `word`, if one is like it at all. Case and the kind of dash do not count.
pub(crate) fn nearest<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let word = plain(word);
    words
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, &plain(candidate)), candidate))
        .filter(|(likeness, _)| *likeness > LIKENESS)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

/// The lines that follow an error about an unknown word: the nearest word, and all of them.
pub(crate) fn help<'w>(word: &str, what: &str, words: impl IntoIterator<Item = &'w str> + Clone) -> String {
    let list = list(words.clone());
    let all = if list.is_empty() { String::new() } else { format!("\nnote: {what}: {list}") };
    match nearest(word, words) {
        Some(near) => format!("\nhelp: did you mean `{near}`?{all}"),
        None => all,
    }
}

/// Words as they are listed in messages.
pub(crate) fn list<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    words.into_iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn plain(word: &str) -> String {
    word.to_lowercase().replace('-', "_")
}
