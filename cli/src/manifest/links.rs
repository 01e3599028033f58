//! Where a cursor stands inside of other text: the header `Link`, an object that is written as text.

use serde_json::Value as Json;

use crate::jinja::{Expr, Root, Step, path};

/// Whether an expression looks for the relation `next` in the header `Link`, and has no other value.
pub(super) fn is_next(expr: &Expr) -> bool {
    let mut roots = Vec::new();
    values(expr, &mut roots);
    let is_link =
        |steps: &Vec<Step>| matches!(steps.first(), Some(Step::Key(name)) if name.eq_ignore_ascii_case("link"));
    !roots.is_empty()
        && roots.iter().all(|(root, steps)| *root == Root::Headers && is_link(steps))
        && texts(expr)
            .iter()
            .any(|text| ["rel=next", "rel=\"next\"", "rel='next'"].iter().any(|rel| text.contains(rel)))
}

fn values(expr: &Expr, found: &mut Vec<(Root, Vec<Step>)>) {
    match path(expr) {
        Some(value) => found.push(value),
        None => expr.children().into_iter().for_each(|child| values(child, found)),
    }
}

fn texts(expr: &Expr) -> Vec<&str> {
    match expr.as_text() {
        Some(text) => vec![text],
        None => expr.children().into_iter().flat_map(texts).collect(),
    }
}

/// The value in an object that is written as text around it, `'{"paging": {"first": 25, "after": "' + x + '"}}'`, and
/// its path there. An expression of another kind comes back as it is.
pub(super) fn inside(expr: Expr) -> (Expr, Option<String>) {
    let found = match &expr {
        Expr::Cond(then, _, Some(other)) if crate::jinja::is_falsy(other) => object(then),
        other => object(other),
    };
    match found {
        Some((value, path)) => (value, Some(path)),
        None => (expr, None),
    }
}

fn object(expr: &Expr) -> Option<(Expr, String)> {
    const MARK: &str = "\u{f8ff}";
    let Expr::Binary("+" | "~", left, end) = expr else { return None };
    let Expr::Binary("+" | "~", start, value) = &**left else { return None };
    let text = format!("{}{MARK}{}", start.as_text()?, end.as_text()?);
    let object: Json = serde_json::from_str(&text).ok()?;
    let path = place(&object, MARK)?;
    Some(((**value).clone(), super::selector::path(&path)))
}

/// The keys that lead to a text.
fn place<'j>(object: &'j Json, wanted: &str) -> Option<Vec<&'j str>> {
    for (key, value) in object.as_object()? {
        if value.as_str() == Some(wanted) {
            return Some(vec![key]);
        }
        if let Some(mut path) = place(value, wanted) {
            path.insert(0, key);
            return Some(path);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jinja::{Part, fold, template};

    fn one(text: &str) -> Expr {
        match template(text).as_deref() {
            Ok([Part::Expr(expr)]) => fold(expr, &Json::Null),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn the_next_link_is_found_however_it_is_cut() {
        for text in [
            "{{ headers.get('Link', '').split(',') | selectattr('contains', 'rel=next') | first }}",
            "{{ headers['link'] | regex_search('rel=\"next\"') }}",
        ] {
            assert!(is_next(&one(text)), "{text}");
        }
        for text in ["{{ headers.Link }}", "{{ headers.Link ~ response.x ~ 'rel=next' }}", "{{ 'rel=next' }}"] {
            assert!(!is_next(&one(text)), "{text}");
        }
    }

    #[test]
    fn a_cursor_in_an_object_has_a_path() {
        let text = r#"{{ '{"paging": {"first": 25, "after": "' + response.a.end + '"}}' if response.a.end else "" }}"#;
        let (expr, path) = inside(one(text));
        assert_eq!((expr, path.as_deref()), (one("{{ response.a.end }}"), Some("paging.after")));
        let plain = one("{{ response.a }}");
        assert_eq!(inside(plain.clone()), (plain, None));
    }
}
