//! "Did you mean": help for a name that is not known.

/// How alike two names must be for one to be suggested for the other.
const LIKENESS: f64 = 0.8;

/// The most likely of the known names, and all of them: `what` says what they are.
pub(crate) fn help(name: &str, what: &str, known: &[&str]) -> String {
    let listed = match known {
        [] => return format!("there are no {what}"),
        known => {
            format!("the {what} are {}", known.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", "))
        }
    };
    nearest(name, known).map_or(listed.clone(), |nearest| format!("did you mean `{nearest}`? {listed}"))
}

/// The known name most like this one, if any is.
pub(crate) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let name = plain(name);
    let likeness = |known: &&'k str| (strsim::jaro_winkler(&name, &plain(known)), *known);
    let nearest = known.iter().map(likeness).max_by(|(left, _), (right, _)| left.total_cmp(right));
    nearest.filter(|(likeness, _)| *likeness > LIKENESS).map(|(_, known)| known)
}

/// Case and the kind of dash make no difference.
fn plain(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_and_all_are_listed() {
        let known = ["issues", "components", "created_at"];
        let listed = "the resources are `issues`, `components`, `created_at`";
        assert_eq!(help("isues", "resources", &known), format!("did you mean `issues`? {listed}"));
        assert_eq!(help("Created-At", "resources", &known), format!("did you mean `created_at`? {listed}"));
        assert_eq!(help("x", "resources", &known), listed);
        assert_eq!(help("x", "params", &[]), "there are no params");
    }
}
