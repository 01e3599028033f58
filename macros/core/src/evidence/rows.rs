//! Where the rows are in a response.

use super::facts::{DataNode, ListItems, NodeFacts, NodeKind, at};
use crate::diagnostic::suggest;
use crate::language::MissingRows;
use crate::literal::{Selector, Step, written};

/// The rows of a response, or why there are none. None where they are not known. `keyed` says that they are the members of an
/// object; `response` is what messages call it.
pub(crate) fn of<'v, N: DataNode<'v>>(
    body: N,
    selector: Option<&Selector>,
    keyed: bool,
    missing: MissingRows,
    response: &str,
) -> Result<Option<Vec<N>>, String> {
    let (steps, may_be_one) = match selector {
        None => (&[][..], false),
        Some(Selector::Steps(steps)) => match steps.split_last() {
            Some((Step::All, list)) => (list, false),
            _ => (&steps[..], true),
        },
        Some(Selector::Query(query)) => return Ok(body.select(query)),
    };
    let Some(found) = at(body, steps) else { return Ok(None) };
    let place = if steps.is_empty() { String::new() } else { format!(" at `{}`", written(steps)) };
    if found.is_empty() && missing != MissingRows::Empty {
        return Err(format!("{response} has nothing{place}{}", help(body)));
    }
    let mut rows = Vec::new();
    for node in found {
        let facts = node.facts();
        match facts.kind {
            // Of a schema, the members may have no names.
            NodeKind::Object(object) if keyed && object.properties.is_empty() => return Ok(None),
            NodeKind::Object(object) if keyed => rows.extend(object.properties.into_iter().map(|(_, row)| row)),
            NodeKind::List(_) if keyed => {
                return Err(format!(
                    "{response} has an array{place}, whose rows have no keys\nhelp: leave `row_key` out"
                ));
            }
            NodeKind::List(ListItems::Each(items)) => rows.extend(items),
            NodeKind::List(ListItems::Every(item)) => rows.push(item),
            NodeKind::List(ListItems::Unknown) | NodeKind::Unknown | NodeKind::Mixed => return Ok(None),
            NodeKind::Object(_) if may_be_one => rows.push(node),
            NodeKind::Null if missing != MissingRows::Error => {}
            NodeKind::Null => {
                return Err(format!(
                    "{response} has null and not an array of rows{place}\nhelp: where null means that there are no rows, write `missing_rows = null`"
                ));
            }
            _ => {
                return Err(format!("{response} has {} and not an array of rows{place}{}", facts.what(), help(body)));
            }
        }
    }
    Ok(Some(rows))
}

fn help<'v, N: DataNode<'v>>(body: N) -> String {
    let facts = body.facts();
    if matches!(facts.kind, NodeKind::List(_)) {
        return "\nhelp: the body itself is an array: leave `data_selector` out".to_owned();
    }
    let arrays = paths(body, &|facts| matches!(facts.kind, NodeKind::List(_)));
    match arrays.as_slice() {
        [] if facts.value.is_some() => "\nnote: it has no array: is this the right response?".to_owned(),
        [] => String::new(),
        [only] => format!("\nhelp: write `data_selector = {only:?}`"),
        _ => format!(
            "\nhelp: write `data_selector = \"…\"` with where the rows are\nnote: it has arrays at {}",
            suggest::list(arrays.iter().map(String::as_str))
        ),
    }
}

/// Where in an object such nodes are, down to the second level.
pub(super) fn paths<'v, N: DataNode<'v>>(body: N, is: &dyn Fn(&NodeFacts<'v, N>) -> bool) -> Vec<String> {
    const MOST: usize = 20;
    let NodeKind::Object(object) = body.facts().kind else { return Vec::new() };
    let mut paths = Vec::new();
    for (key, node) in object.properties {
        let outer = Step::Key(key.to_owned());
        let facts = node.facts();
        if is(&facts) {
            paths.push(written(std::slice::from_ref(&outer)));
        }
        if let NodeKind::Object(inner) = facts.kind {
            let inner = inner.properties.iter().filter(|(_, node)| is(&node.facts()));
            paths.extend(inner.map(|(name, _)| written(&[outer.clone(), Step::Key((*name).to_owned())])));
        }
    }
    paths.truncate(MOST);
    paths
}
