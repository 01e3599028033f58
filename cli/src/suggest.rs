//! Names that are not there: the nearest, and those that are.

/// How alike two names must be for one to be suggested for the other.
const LIKENESS: f64 = 0.8;

/// What follows an error about an unknown name.
pub(crate) fn instead<'n>(name: &str, what: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_unstable();
    // A path is known by its last part, too.
    let likeness = |candidate: &&str| {
        let last = candidate.rsplit("::").next().unwrap_or(candidate);
        strsim::jaro_winkler(name, candidate).max(strsim::jaro_winkler(name, last))
    };
    let nearest = names.iter().copied().max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
    match nearest.filter(|nearest| likeness(nearest) > LIKENESS) {
        Some(nearest) => format!(": did you mean `{nearest}`?"),
        None => format!("; the {what} are {}", list(names)),
    }
}

/// Names as they are listed in messages.
pub(crate) fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
