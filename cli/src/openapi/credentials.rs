//! Credentials, from security schemes.

use super::document::Document;
use crate::declaration::{Entry, Loss, Names, SETTERS, Value, snake};
use crate::yaml::Node;

/// Credentials, and the secrets that they name.
pub(super) struct Credentials<'c> {
    document: &'c Document,
    names: Names,
    /// Schemes that were read: each has secrets of its own.
    known: Vec<(String, Value)>,
    pub(super) secrets: Vec<String>,
}

impl<'c> Credentials<'c> {
    pub(super) fn new(document: &'c Document) -> Self {
        Self { document, names: Names::new(&SETTERS), known: Vec::new(), secrets: Vec::new() }
    }

    /// The credentials of a list of alternatives. None where the API takes requests without any.
    pub(super) fn of(&mut self, security: &Node, losses: &mut Vec<Loss>) -> Option<Value> {
        let mut kinds: Vec<Value> = Vec::new();
        let mut unread: Option<Loss> = None;
        for alternative in security.items() {
            match alternative.entries() {
                [] => {}
                [(name, scopes)] => match self.scheme(name, scopes) {
                    Ok(kind) if kinds.contains(&kind) => {}
                    Ok(kind) => kinds.push(kind),
                    Err(reason) => unread = Some(Loss::new(alternative.line, "auth", &**name, reason)),
                },
                several => {
                    let names: Vec<&str> = several.iter().map(|(name, _)| &**name).collect();
                    unread =
                        Some(Loss::new(alternative.line, "auth", names.join(" and "), "several credentials at once"));
                }
            }
        }
        match (kinds.as_slice(), unread) {
            ([], Some(loss)) => {
                losses.push(loss);
                None
            }
            ([], None) => None,
            ([only], _) => Some(only.clone()),
            _ => Some(Value::Call("one_of".to_owned(), kinds.into_iter().map(Entry::Plain).collect())),
        }
    }

    fn secret(&mut self, name: &str) -> Value {
        let name = self.names.take(&snake(name));
        self.secrets.push(name.clone());
        Value::Call("secret".to_owned(), vec![Entry::Plain(Value::word(name))])
    }

    fn scheme(&mut self, name: &str, scopes: &Node) -> Result<Value, &'static str> {
        if let Some((_, known)) = self.known.iter().find(|(known, _)| known == name) {
            return Ok(known.clone());
        }
        let node = self.document.root.at(&["components", "securitySchemes", name]);
        let node = node.and_then(|node| self.document.follow(node)).ok_or("a scheme that the file does not have")?;
        let value = match (node.kind(), node.str("scheme").unwrap_or_default().to_ascii_lowercase().as_str()) {
            ("http", "bearer") => call("bearer", vec![named("token", self.secret("token"))]),
            ("http", "basic") => {
                let username = self.secret("username");
                call("http_basic", vec![named("username", username), named("password", self.secret("password"))])
            }
            ("apiKey", _) => {
                let key = node.str("name").ok_or("a key without a name")?;
                let mut entries = vec![named("name", Value::text(key)), named("api_key", self.secret("api_key"))];
                match node.str("in") {
                    Some("header") => {}
                    Some(place @ ("query" | "cookie")) => entries.push(named("location", Value::word(place))),
                    _ => return Err("a key in a place of another kind"),
                }
                call("api_key", entries)
            }
            ("oauth2", _) => self.oauth(node, scopes)?,
            _ => return Err("credentials of another kind"),
        };
        self.known.push((name.to_owned(), value.clone()));
        Ok(value)
    }

    fn oauth(&mut self, node: &Node, scopes: &Node) -> Result<Value, &'static str> {
        let flows = node.get("flows").ok_or("a login without a flow")?;
        let (flow, name) = match (flows.get("clientCredentials"), flows.get("authorizationCode")) {
            (Some(flow), _) => (flow, "oauth2_client_credentials"),
            (None, Some(flow)) => (flow, "oauth2_refresh_token"),
            (None, None) => return Err("a login of another kind"),
        };
        let url = flow.str("tokenUrl").filter(|url| !url.is_empty()).ok_or("a login without a URL for tokens")?;
        let mut entries = vec![named("access_token_url", Value::text(url))];
        entries.push(named("client_id", self.secret("client_id")));
        entries.push(named("client_secret", self.secret("client_secret")));
        if name == "oauth2_refresh_token" {
            entries.push(named("refresh_token", self.secret("refresh_token")));
        }
        let scopes: Vec<Value> = scopes.items().iter().filter_map(Node::as_str).map(Value::text).collect();
        if !scopes.is_empty() {
            entries.push(named("scopes", Value::List(scopes)));
        }
        Ok(call(name, entries))
    }
}

fn call(name: &str, entries: Vec<Entry>) -> Value {
    Value::Call(name.to_owned(), entries)
}

fn named(name: &str, value: Value) -> Entry {
    Entry::Named(name.to_owned(), value)
}
