//! Where the API is.

use super::document::Document;
use crate::declaration::{Loss, Options, Param, Value, snake};
use crate::yaml::Node;

/// The base URL, of the first server that has a host, and the params in it.
pub(super) fn base(
    document: &Document,
    options: &mut Options,
    notes: &mut Vec<String>,
    losses: &mut Vec<Loss>,
) -> Vec<Param> {
    let none = &document.root;
    let servers = document.root.get("servers").map(Node::items).unwrap_or_default();
    let url = |server: &Node| server.str("url").unwrap_or_default().to_owned();
    let Some(server) = servers.iter().find(|server| url(server).contains("://")) else {
        let (line, original) = servers.first().map_or((none.line, String::new()), |server| (server.line, url(server)));
        losses.push(Loss::new(line, "base_url", original, "a file that does not say on which host the API is"));
        return Vec::new();
    };
    let mut text = url(server).trim_end_matches('/').to_owned();
    if text.split_once("://").is_some_and(|(_, rest)| rest.split('/').next().is_some_and(|host| host.contains('@'))) {
        losses.push(Loss::new(server.line, "base_url", "(not shown)", "a secret in a URL"));
        return Vec::new();
    }
    let mut params = Vec::new();
    for (name, variable) in server.get("variables").map(Node::entries).unwrap_or_default() {
        let place = snake(name);
        text = text.replace(&format!("{{{name}}}"), &format!("{{{place}}}"));
        params.push(Param {
            name: place,
            ty: "String".to_owned(),
            default: variable.str("default").map(Value::text),
            docs: super::rows::docs(variable.str("description").unwrap_or_default()),
        });
    }
    for other in servers.iter().filter(|other| url(other).contains("://") && url(other) != url(server)) {
        notes.push(format!(
            "Another server: {} {}",
            url(other),
            super::rows::docs(other.str("description").unwrap_or_default())
        ));
    }
    options.push(("base_url".to_owned(), Value::text(text)));
    params
}
