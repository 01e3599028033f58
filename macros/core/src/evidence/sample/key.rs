//! Whether a key identifies the rows of a sample.

use std::collections::HashMap;

use crate::diagnostic::OptionOrigin;
use crate::json::JsonValue;
use crate::naming::unraw;
use crate::shape::Member;
use crate::syntax::FieldPath;

/// Reports a key that two rows share, and says whether it did. What is not a field of the rows is not in a sample: such
/// a key is left alone.
pub(crate) fn check(
    keys: &[FieldPath],
    members: &[Member],
    rows: &[&JsonValue],
    file: &str,
    origin: &OptionOrigin<'_>,
) -> bool {
    let of = |key: &FieldPath| {
        members.iter().find(|member| key.inner.is_empty() && unraw(&member.ident) == unraw(&key.first))
    };
    let Some(members) = keys.iter().map(of).collect::<Option<Vec<_>>>() else { return false };
    let Some(last) = keys.last() else { return false };
    let mut first: HashMap<String, usize> = HashMap::new();
    let mut twice: Option<(usize, usize, String)> = None;
    let mut more = 0_usize;
    for (index, row) in rows.iter().enumerate() {
        let value = |member: &&Member| member.names.iter().find_map(|name| row.get(name));
        // A row without the key is a mistake of the field.
        let Some(values) = members.iter().map(value).collect::<Option<Vec<_>>>() else { continue };
        if values.iter().any(|value| matches!(value, JsonValue::Null)) {
            continue;
        }
        let whole = format!("{values:?}");
        match (first.get(&whole), &twice) {
            (None, _) => drop(first.insert(whole, index + 1)),
            (Some(_), Some(_)) => more += 1,
            (Some(before), None) => {
                let shown = values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                twice = Some((*before, index + 1, shown));
            }
        }
    }
    let Some((before, after, shown)) = twice else { return false };
    let names = keys.iter().map(|key| format!("`{}`", key.written())).collect::<Vec<_>>().join(" and ");
    let more = if more == 0 { String::new() } else { format!(", and {more} more rows repeat a key") };
    origin.report(
        last,
        format!(
            "{names} does not identify rows\nhelp: name all fields that do: `primary_key = (…, …)`\nnote: rows {before} and {after} of `{file}` both have {shown}{more}"
        ),
    );
    true
}
