//! Names that differ from those of the declaration in case alone, and the rule of renaming that was meant.

use crate::naming::{Rule, plain};
use crate::shape::TextNames;

/// The variant of an enum whose name is this one in another case: its name in Rust and in JSON.
pub(super) fn variant<'n>(names: &'n TextNames, sent: &str) -> Option<(&'n str, &'n str)> {
    let plain_sent = plain(sent);
    let found = names.listed.iter().find(|(_, name)| plain(name) == plain_sent && name != sent)?;
    Some((&found.0, &found.1))
}

/// The rule that makes all names in JSON of those in Rust.
pub(super) fn rule(pairs: &[(&str, &str)], by: fn(Rule, &str) -> String) -> Option<&'static str> {
    let fits = |rule: &Rule| pairs.iter().all(|(ours, sent)| by(*rule, ours) == *sent);
    Rule::names().filter_map(Rule::parse).find(fits).map(Rule::name)
}
