//! The places of the configuration that expressions name.

use crate::jinja::{self, Expr, Part, Root, Step, fold, path};
use crate::yaml::Node;

/// The places that a result has values of: conditions only choose.
pub(super) fn values(expr: &Expr, found: &mut Vec<Vec<String>>) {
    if let Expr::Cond(then, _, other) = expr {
        values(then, found);
        if let Some(other) = other {
            values(other, found);
        }
    } else if path(expr).is_some() {
        found.extend(places(expr));
    } else {
        for child in expr.children() {
            values(child, found);
        }
    }
}

/// Whether a name is that of a key or a token.
pub(super) fn is_key(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    last.ends_with("key") || ["token", "secret", "password"].iter().any(|word| last.contains(word))
}

/// Collects the places of the configuration that stand in URLs.
pub(super) fn urls(node: &Node, found: &mut Vec<String>) {
    for (key, value) in node.entries() {
        match (&**key, value.as_str()) {
            ("path" | "url" | "url_base" | "token_refresh_endpoint" | "redirect_uri", Some(text)) => {
                for part in jinja::template(text).unwrap_or_default() {
                    if let Part::Expr(expr) = part {
                        let expr = fold(&expr, &serde_json::Value::Null);
                        found.extend(places(&expr).iter().map(|keys| keys.join(".")));
                    }
                }
            }
            ("schema" | "spec" | "schemas", _) => {}
            _ => urls(value, found),
        }
    }
    for item in node.items() {
        urls(item, found);
    }
}

/// The places of the configuration that an expression names.
pub(super) fn places(expr: &Expr) -> Vec<Vec<String>> {
    if let Some((Root::Config, steps)) = path(expr) {
        let keys = steps.iter().filter_map(|step| if let Step::Key(key) = step { Some(key.clone()) } else { None });
        return vec![keys.collect()];
    }
    expr.children().into_iter().flat_map(places).collect()
}
