//! "did you mean": the nearest of the valid words.

/// How alike two words must be for one to be suggested for the other.
const LIKENESS: f64 = 0.8;

/// The word most like `word`, if any is like it at all. Case and the kind of dash are ignored.
pub(crate) fn nearest<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let word = plain(word);
    let mut nearest = None;
    let mut most = LIKENESS;
    for candidate in words {
        let likeness = likeness(&word, &plain(candidate));
        if likeness > most {
            (nearest, most) = (Some(candidate), likeness);
        }
    }
    nearest
}

/// The lines that follow an error about an unknown word: the nearest word, and all of them.
pub(crate) fn help<'w>(word: &str, what: &str, of: &str, words: impl IntoIterator<Item = &'w str> + Clone) -> String {
    let near = nearest(word, words.clone()).map_or_else(String::new, |near| format!("\nhelp: did you mean `{near}`?"));
    format!("{near}{}", note(what, of, words))
}

/// The lines that follow an error about a path to nothing: one to the same key elsewhere, the nearest, the only one;
/// else all.
pub(crate) fn path(path: &str, paths: &[String]) -> String {
    fn key(path: &str) -> Option<&str> {
        path.rsplit('.').next()
    }
    let all = || paths.iter().map(String::as_str);
    let moved = all().find(|other| key(other) == key(path));
    let only = || all().next().filter(|_| paths.len() == 1);
    match moved.or_else(|| nearest(path, all())).or_else(only) {
        Some(near) => format!("\nhelp: did you mean `{near}`?"),
        None => note("place", " with such a value", all()),
    }
}

/// Words as they are listed in messages.
pub(crate) fn list<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    words.into_iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// From 0 to 1. In short words, two letters in the wrong order weigh more than they should.
fn likeness(word: &str, candidate: &str) -> f64 {
    let slip = word.chars().count() > 2 && strsim::osa_distance(word, candidate) == 1;
    strsim::jaro_winkler(word, candidate).max(if slip { 0.9 } else { 0.0 })
}

/// All of some words, as a note: the {what}s {of} something.
pub(crate) fn note<'w>(what: &str, of: &str, words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => format!("\nnote: the only {what}{of} is `{only}`"),
        _ => format!("\nnote: the {what}s{of} are {}", list(words)),
    }
}

fn plain(word: &str) -> String {
    word.to_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_were_meant() {
        let paths = |paths: &[&str]| paths.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(path("total", &paths(&["meta.pages", "meta.total"])), "\nhelp: did you mean `meta.total`?");
        assert_eq!(path("paging.totl", &paths(&["count", "paging.total"])), "\nhelp: did you mean `paging.total`?");
        assert_eq!(path("x", &paths(&["meta.pages"])), "\nhelp: did you mean `meta.pages`?");
        assert_eq!(path("x", &paths(&["a", "b"])), "\nnote: the places with such a value are `a`, `b`");
        assert_eq!(path("x", &[]), "");
    }
}
