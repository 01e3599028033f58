//! What a stream is read for: parents' rows and lists.

use serde_json::Value as Json;

use super::slices::{ListSlice, ParentSlice, Slices};
use super::source::Builder;
use super::text::{Piece, Reader};
use crate::declaration::{Entry, Loss, Resource, Value, extend, snake};
use crate::jinja::{self, Expr, Part, fold};
use crate::yaml::Node;

/// Reads the partition routers of a stream.
pub(super) fn slices(builder: &mut Builder<'_>, node: Option<&Node>, resource: &mut Resource) -> Slices {
    let mut slices = Slices::default();
    for router in routers(node) {
        match router.kind() {
            "SubstreamPartitionRouter" => parents(builder, router, &mut slices, resource),
            "ListPartitionRouter" => list(builder, router, &mut slices, resource),
            kind if kind.starts_with("Custom") => {
                slices.unknown = true;
                let (original, reason) = super::auth::custom(router);
                resource.losses.push(Loss::new(router.line, "partition_by", original, reason));
            }
            "GroupingPartitionRouter" => {
                slices.unknown = true;
                resource.losses.push(Loss::new(router.line, "partition_by", router.kind(), "parents' rows in groups"));
            }
            kind => resource.losses.push(Loss::new(router.line, "partition_by", kind, "partitions of another kind")),
        }
    }
    slices
}

fn routers(node: Option<&Node>) -> Vec<&Node> {
    match node {
        None => Vec::new(),
        Some(node) if node.is_list() => node.items().iter().collect(),
        Some(node) if node.is_empty() => Vec::new(),
        Some(node) => vec![node],
    }
}

/// The options by which values of the slices are sent, and the placeholder of each.
pub(super) fn options<'n>(node: Option<&'n Node>, slices: &Slices) -> Vec<(&'n Node, String)> {
    let mut found = Vec::new();
    for router in routers(node) {
        let configs = router.get("parent_stream_configs").map(Node::items).unwrap_or_default();
        for config in configs {
            let option = config.get("request_option").filter(|option| !option.is_empty());
            let field = config.str("partition_field").unwrap_or_default();
            let parent = slices.parents.iter().find(|parent| parent.field == field);
            if let (Some(option), Some(parent)) = (option, parent) {
                found.push((option, format!("resources.{}.{}", parent.resource, parent.path)));
            }
        }
        let option = router.get("request_option").filter(|option| !option.is_empty());
        let field = router.str("cursor_field").unwrap_or_default();
        if let (Some(option), Some(list)) = (option, slices.lists.iter().find(|list| list.field == field)) {
            found.push((option, list.name.clone()));
        }
    }
    found
}

fn parents(builder: &mut Builder<'_>, router: &Node, slices: &mut Slices, resource: &mut Resource) {
    let configs = router.get("parent_stream_configs").map(Node::items).unwrap_or_default();
    for config in configs {
        match parent(builder, config, resource) {
            Some(parent) => slices.parents.push(parent),
            None => slices.unknown = true,
        }
    }
    if slices.parents.len() > 1 {
        // Of several, all others must be above one: then it is read for the rows of that one.
        let below = |parent: &ParentSlice| {
            slices.parents.iter().all(|other| other.resource == parent.resource || parent.above.has(&other.resource))
        };
        let different = slices
            .parents
            .iter()
            .any(|parent| Some(&parent.resource) != slices.parents.first().map(|first| &first.resource));
        match slices.parents.iter().position(|parent| different && below(parent)) {
            Some(index) => {
                slices.parents.swap(0, index);
                resource.notes.push("The manifest names a parent and what is above it as two parents.".to_owned());
            }
            None => resource.losses.push(Loss::new(
                router.line,
                "path",
                "parent_stream_configs",
                "the rows of several parents",
            )),
        }
    }
}

fn parent(builder: &mut Builder<'_>, config: &Node, resource: &mut Resource) -> Option<ParentSlice> {
    let mut lose =
        |original: String, reason: &str| resource.losses.push(Loss::new(config.line, "path", original, reason));
    let Some(stream) = config.get("stream") else {
        lose(config.short(), "a parent without a stream");
        return None;
    };
    let only_new = config.is_set("incremental_dependency");
    let parent = builder.parent(stream, only_new);
    let parameters = config.get("$parameters").map_or(Json::Null, Node::json);
    let no_slices = Slices::default();
    let mut plain = |key: &str| {
        let mut reader = Reader { config: &mut builder.config, slices: &no_slices, parameters: &parameters };
        match reader.text(config.str(key).unwrap_or_default()).as_deref() {
            Ok([Piece::Text(text)]) => Some(text.clone()),
            _ => None,
        }
    };
    let (Some(key), Some(field)) = (plain("parent_key"), plain("partition_field")) else {
        lose("parent_key".to_owned(), "a parent's field that is known later");
        return None;
    };
    let inner = builder.object_fields(&parent, &key);
    let Some(path) = key_path(builder, &parent, &key).or_else(|| (!inner.is_empty()).then(|| key.clone())) else {
        lose(format!("{key} of {parent}"), "a parent's field that its schema lacks");
        resource.parents.push(parent);
        return None;
    };
    let mut extra = Vec::new();
    for item in config.get("extra_fields").map(Node::items).unwrap_or_default() {
        let joined = item.items().iter().filter_map(Node::as_str).collect::<Vec<_>>().join(".");
        if let Some(path) = key_path(builder, &parent, &joined) {
            extra.push((joined, path));
        }
    }
    let above = Box::new(builder.slices_of(&parent));
    Some(ParentSlice { field, resource: parent, path, extra, inner, above })
}

/// The field of a parent that a key names: its path has dots or slashes.
fn key_path(builder: &mut Builder<'_>, parent: &str, key: &str) -> Option<String> {
    let candidates = [vec![key], key.split('.').collect(), key.split('/').collect::<Vec<_>>()];
    candidates.iter().find_map(|keys| builder.use_field(parent, keys))
}

fn list(builder: &mut Builder<'_>, router: &Node, slices: &mut Slices, resource: &mut Resource) {
    let field = router.str("cursor_field").unwrap_or_default().to_owned();
    let parameters = router.get("$parameters").map_or(Json::Null, Node::json);
    let Some(values) = router.get("values") else { return };
    let mut lose = |reason: &str| resource.losses.push(Loss::new(values.line, "partition_by", values.short(), reason));
    let within = match values.as_str() {
        None => {
            let items =
                values.items().iter().map(|item| item.as_str().map_or_else(|| item.json().to_string(), str::to_owned));
            Value::List(items.map(Value::Text).collect())
        }
        Some(text) => match jinja::template(text.trim()).as_deref() {
            Ok([Part::Expr(expr)]) => match fold(expr, &parameters) {
                Expr::Const(Json::Array(items)) => Value::List(
                    items
                        .iter()
                        .map(|item| Value::Text(item.as_str().map_or_else(|| item.to_string(), str::to_owned)))
                        .collect(),
                ),
                expr => {
                    let none = Slices::default();
                    let mut reader = Reader { config: &mut builder.config, slices: &none, parameters: &parameters };
                    let fallback = match &expr {
                        Expr::Or(_, other) | Expr::Cond(_, _, Some(other)) => match &**other {
                            Expr::Const(Json::Array(items)) if !items.is_empty() => {
                                let texts: Option<Vec<Value>> =
                                    items.iter().map(|item| item.as_str().map(Value::text)).collect();
                                texts
                            }
                            _ => None,
                        },
                        _ => None,
                    };
                    match reader.expr(&expr, text).as_deref() {
                        Ok([Piece::Param(param)]) => {
                            let is_list = builder.config.ty(param).is_some_and(|ty| ty.starts_with("Vec<"));
                            if !is_list {
                                builder.config.retype(param, "Vec<String>");
                            }
                            if let Some(items) = fallback {
                                builder.config.default(param, Value::List(items));
                            }
                            Value::word(param)
                        }
                        _ => return lose("a list of partitions that is computed"),
                    }
                }
            },
            _ => return lose("a list of partitions that is computed"),
        },
    };
    // After the list's own param, whose name comes first.
    let name = builder.config.local(&snake(&field));
    let entry = Entry::Plain(match &within {
        Value::List(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| if let Value::Text(text) = item { format!("{text:?}") } else { String::new() })
                .collect();
            Value::Word(format!("{name} in [{}]", items.join(", ")))
        }
        Value::Word(param) => Value::Word(format!("{name} in {param}")),
        _ => return lose("a list of partitions that is computed"),
    });
    extend(&mut resource.options, "partition_by", vec![entry]);
    slices.lists.push(ListSlice { field, name });
}
