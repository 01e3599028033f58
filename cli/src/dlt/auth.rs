//! Credentials.

use super::text::secret;
use super::value::{Reader, Val, ValKind};
use crate::declaration::{Entry, Loss, Value};

/// `auth` as an option; none where it cannot be carried over, or is none.
pub(super) fn auth(reader: &mut Reader<'_>, value: &Val, losses: &mut Vec<Loss>) -> Option<Value> {
    let (kind, fields) = match &value.kind {
        ValKind::Text(_) => (value.as_str().unwrap_or_default().to_owned(), Fields::default()),
        ValKind::Dict(entries) => {
            let kind = value.get("type").and_then(Val::as_str).unwrap_or("bearer").to_owned();
            (kind, Fields(entries.clone()))
        }
        ValKind::Call(name, arguments) => (name.clone(), Fields(positions(name, arguments))),
        _ => (String::new(), Fields::default()),
    };
    let mut credentials = Credentials { reader, line: value.line, fields };
    let read = match kind.as_str() {
        "bearer" | "BearerTokenAuth" => Ok(call("bearer", vec![credentials.secret("token")])),
        "http_basic" | "HttpBasicAuth" | "HTTPBasicAuth" => {
            let entries = vec![credentials.open("username"), credentials.secret("password")];
            Ok(call("http_basic", entries))
        }
        "api_key" | "APIKeyAuth" => credentials.api_key(),
        "oauth2_client_credentials" | "OAuth2ClientCredentials" => credentials.client(),
        "OAuthJWTAuth" => credentials.jwt(),
        _ => Err("credentials of another kind"),
    };
    match read {
        Ok(auth) => Some(auth),
        Err(reason) => {
            losses.push(Loss::new(value.line, "auth", value.shown(), reason));
            None
        }
    }
}

fn call(name: &str, entries: Vec<Entry>) -> Value {
    Value::Call(name.to_owned(), entries)
}

/// The arguments of a class by their names.
fn positions(class: &str, arguments: &[(Option<String>, Val)]) -> Vec<(String, Val)> {
    let names: &[&str] = match class {
        "BearerTokenAuth" => &["token"],
        "HttpBasicAuth" | "HTTPBasicAuth" => &["username", "password"],
        "APIKeyAuth" => &["name", "api_key", "location"],
        "OAuth2ClientCredentials" => {
            &["access_token_url", "client_id", "client_secret", "access_token_request_data", "default_token_expiration"]
        }
        "OAuthJWTAuth" => &["client_id", "private_key", "auth_endpoint", "scopes"],
        _ => &[],
    };
    let mut open = names.iter();
    let named = arguments.iter().map(|(name, value)| match name {
        Some(name) => (name.clone(), value.clone()),
        None => (open.next().map_or_else(String::new, |name| (*name).to_owned()), value.clone()),
    });
    named.collect()
}

#[derive(Default)]
struct Fields(Vec<(String, Val)>);

struct Credentials<'c, 'r> {
    reader: &'c mut Reader<'r>,
    line: usize,
    fields: Fields,
}

impl Credentials<'_, '_> {
    fn get(&self, name: &str) -> Option<Val> {
        let found = self.fields.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        found.filter(|value| !matches!(value.kind, ValKind::Null))
    }

    /// A field that is a secret. What stands in the open is named only, and what is not there is taken from the secrets,
    /// as dlt does.
    fn secret(&mut self, name: &str) -> Entry {
        let settings = &mut self.reader.settings;
        let value = self.fields.0.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        let Some(value) = value else {
            let id = settings.of(&format!("line {} {name}", self.line), name, true);
            return Entry::Named(name.to_owned(), secret(&settings.name(id), "", ""));
        };
        let value = if let Some(id) = value.setting() {
            settings.keep_secret(id, true);
            secret(&settings.name(id), "", "")
        } else if let Some((before, found, after)) = super::text::secret_in(value, settings) {
            secret(&found, &before, &after)
        } else if matches!(value.kind, ValKind::Code) {
            // Where it comes from is code: what it is has a name nevertheless.
            let id = settings.of(&format!("line {} {name}", value.line), name, true);
            secret(&settings.name(id), "", "")
        } else if name == "password" && value.as_str() == Some("") {
            Value::text("")
        } else {
            let id = settings.literal(value.line, "auth", name);
            secret(&settings.name(id), "", "")
        };
        Entry::Named(name.to_owned(), value)
    }

    /// A field that may be seen, unless it comes from the secrets.
    fn open(&mut self, name: &str) -> Entry {
        let value = match self.get(name) {
            Some(value) if value.as_str().is_some() => Value::text(value.as_str().unwrap_or_default()),
            Some(value) if value.setting().is_some_and(|id| !self.reader.settings.is_secret(id)) => {
                let id = value.setting().map(|id| self.reader.settings.name(id)).unwrap_or_default();
                Value::text(format!("{{{id}}}"))
            }
            _ => return self.secret(name),
        };
        Entry::Named(name.to_owned(), value)
    }

    fn api_key(&mut self) -> Result<Value, &'static str> {
        let name = match self.get("name") {
            None => "Authorization".to_owned(),
            Some(name) => name.as_str().ok_or("a key whose name is computed")?.to_owned(),
        };
        let mut entries = vec![Entry::Named("name".to_owned(), Value::text(name)), self.secret("api_key")];
        match self.get("location").as_ref().map(|location| location.as_str().unwrap_or_default()) {
            None | Some("header") => {}
            Some("query" | "param") => entries.push(Entry::Named("location".to_owned(), Value::word("query"))),
            Some("cookie") => entries.push(Entry::Named("location".to_owned(), Value::word("cookie"))),
            Some(_) => return Err("a key in a place of another kind"),
        }
        Ok(call("api_key", entries))
    }

    fn client(&mut self) -> Result<Value, &'static str> {
        let url = self.get("access_token_url").ok_or("no URL for access tokens")?;
        let url = super::text::text(&url, &super::text::Places::default(), &mut self.reader.settings)
            .map_err(|_| "a URL for access tokens that is computed")?;
        let mut entries = vec![Entry::Named("access_token_url".to_owned(), Value::text(url))];
        let id = self.open("client_id");
        let secret = self.secret("client_secret");
        entries.extend([id, secret]);
        if let Some(data) = self.get("access_token_request_data") {
            if !data.is_dict() {
                return Err("fields of the token request that are computed");
            }
            let mut fields = Vec::new();
            for (key, value) in data.entries() {
                let value = match (value.as_str(), super::text::secret_in(value, &self.reader.settings)) {
                    _ if key == "grant_type" => continue,
                    (_, Some((before, name, after))) => super::text::secret(&name, &before, &after),
                    (Some(_), _) if crate::declaration::is_secret_name(key) => {
                        let id = self.reader.settings.literal(value.line, "auth", key);
                        super::text::secret(&self.reader.settings.name(id), "", "")
                    }
                    (Some(text), _) => Value::text(text),
                    _ => return Err("fields of the token request that are computed"),
                };
                fields.push(Entry::Keyed(Value::text(key), value));
            }
            if !fields.is_empty() {
                entries.push(Entry::Grouped("access_token_request_data".to_owned(), fields));
            }
        }
        if let Some(seconds) = self.get("default_token_expiration").as_ref().and_then(Val::as_int) {
            entries.push(Entry::Named("default_token_expiration".to_owned(), Value::text(format!("{seconds}s"))));
        }
        Ok(call("oauth2_client_credentials", entries))
    }

    fn jwt(&mut self) -> Result<Value, &'static str> {
        let url = self.get("auth_endpoint").ok_or("no URL for access tokens")?;
        let url = url.as_str().ok_or("a URL for access tokens that is computed")?.to_owned();
        let renamed = |entry: Entry, name: &str| match entry {
            Entry::Named(_, value) => Entry::Named(name.to_owned(), value),
            other => other,
        };
        let client = self.open("client_id");
        let key = self.secret("private_key");
        let mut entries = vec![
            Entry::Named("access_token_url".to_owned(), Value::text(url)),
            renamed(client.clone(), "issuer"),
            renamed(client, "subject"),
            key,
        ];
        if let Some(scopes) = self.get("scopes") {
            let texts: Vec<&str> = match scopes.as_str() {
                Some(text) => text.split_whitespace().collect(),
                None => scopes.items().iter().filter_map(Val::as_str).collect(),
            };
            entries.push(Entry::Named("scopes".to_owned(), Value::List(texts.into_iter().map(Value::text).collect())));
        }
        Ok(call("oauth2_jwt_bearer", entries))
    }
}
