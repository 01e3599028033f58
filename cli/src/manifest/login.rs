//! Credentials that are fetched: OAuth 2.0, and logins that give a token.

use super::auth::{Refusal, call, credential, named, required, text};
use super::request;
use super::text::{Reader, value};
use crate::declaration::{Entry, Loss, Value};
use crate::yaml::Node;

/// Fields of a token request that have options of their own.
const SET: [&str; 7] = ["grant_type", "client_id", "client_secret", "refresh_token", "username", "password", "scope"];

/// Whether an OAuth can give no token: it would send a refresh token, and that is empty.
pub(super) fn is_impossible(node: &Node) -> bool {
    let sends_nothing = node.kind() == "OAuthAuthenticator" && node.str("refresh_token") == Some("");
    sends_nothing
        && ["grant_type", "refresh_request_body", "profile_assertion"].iter().all(|key| node.get(key).is_none())
}

/// OAuth 2.0, of one of three grants.
pub(super) fn oauth(reader: &mut Reader<'_>, node: &Node) -> Result<Value, Refusal> {
    let refuse = |original: &str, reason: &str| Err((original.to_owned(), reason.to_owned()));
    if let Some(assertion) = node.get("profile_assertion").filter(|assertion| !assertion.is_empty()) {
        return super::assertion::jwt_bearer(reader, node, assertion);
    }
    let data = node.get("refresh_request_body");
    let in_data = |key: &str| data.and_then(|data| data.get(key));
    let grant = node.str("grant_type").or_else(|| in_data("grant_type").and_then(Node::as_str)).map(str::to_owned);
    let refresh = node.get("refresh_token").or_else(|| in_data("refresh_token")).cloned();
    let grant = match (grant.as_deref(), &refresh) {
        (Some("client_credentials"), _) => "client_credentials",
        (Some("password"), _) => "password",
        (Some("refresh_token") | None, Some(_)) => "refresh_token",
        (None, None) if in_data("audience").is_some() => "client_credentials",
        (None, None) => return refuse("grant_type", "OAuth without a refresh token"),
        (Some(other), _) => return refuse(other, "OAuth with a grant of another kind"),
    };
    let url = match node.get("token_refresh_endpoint") {
        Some(node) => below(text(reader, node)?),
        None => return refuse("token_refresh_endpoint", "OAuth without the URL of its tokens"),
    };
    let mut entries = vec![named("access_token_url", Value::text(url))];
    for key in ["client_id", "client_secret"] {
        let node = node.get(key).or_else(|| in_data(key));
        if let Some(secret) = credential(reader, node)? {
            entries.push(named(key, secret));
        }
    }
    match grant {
        "refresh_token" => {
            match credential(reader, refresh.as_ref())? {
                Some(secret) => entries.push(named("refresh_token", secret)),
                None => return refuse("refresh_token", "OAuth without a refresh token"),
            }
            if node.get("refresh_token_updater").is_some() {
                entries.push(named("rotating", Value::word(true)));
            }
        }
        "password" => {
            if let Some(node) = in_data("username") {
                entries.push(named("username", Value::text(text(reader, node)?)));
            }
            if let Some(secret) = credential(reader, in_data("password"))? {
                entries.push(named("password", secret));
            }
        }
        _ => {}
    }
    scopes(reader, node, in_data("scope"), &mut entries)?;
    let mut fields = Vec::new();
    for (key, node) in data.map(Node::entries).unwrap_or_default() {
        if !SET.contains(&&**key) || (grant != "password" && matches!(&**key, "username" | "password")) {
            let text = node.as_str().map_or_else(|| node.json().to_string(), str::to_owned);
            let pieces = reader.text(&text).map_err(|reason| (text.clone(), reason))?;
            fields.push(Entry::Keyed(Value::text(&**key), value(&pieces).map_err(|reason| (text, reason))?));
        }
    }
    if !fields.is_empty() {
        entries.push(Entry::Grouped("access_token_request_data".to_owned(), fields));
    }
    for (name, node) in node.get("refresh_request_headers").map(Node::entries).unwrap_or_default() {
        let text = node.as_str().unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "authorization" if text.starts_with("Basic ") && text.contains("base64encode") => {
                entries.push(named("client_auth", Value::word("header")));
            }
            "content-type" if text.contains("x-www-form-urlencoded") => {}
            _ => return refuse(name, "a header of a token request"),
        }
    }
    if let Some(name) = node.str("access_token_name").filter(|name| *name != "access_token") {
        entries.push(named("token_path", Value::text(name)));
    }
    if let Some(name) = node.str("expires_in_name").filter(|name| !name.contains("expires_")) {
        entries.push(named("expires_in_path", Value::text(name)));
    }
    Ok(call(&format!("oauth2_{grant}"), entries))
}

/// A URL whose base is a param: what follows is a path.
fn below(url: String) -> String {
    match url.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((name, rest)) if !rest.is_empty() && !rest.starts_with(['/', ':']) => format!("{{{name}}}/{rest}"),
        _ => url,
    }
}

fn scopes(reader: &mut Reader<'_>, node: &Node, scope: Option<&Node>, entries: &mut Vec<Entry>) -> Result<(), Refusal> {
    let mut scopes: Vec<Value> = Vec::new();
    for item in node.get("scopes").map(Node::items).unwrap_or_default() {
        scopes.push(Value::text(item.as_str().unwrap_or_default()));
    }
    if let Some(node) = scope {
        let whole = text(reader, node)?;
        // Separated by spaces, unless a placeholder has some.
        scopes.extend(whole.split(' ').filter(|scope| !scope.is_empty()).map(Value::text));
    }
    if !scopes.is_empty() {
        entries.push(named("scopes", Value::List(scopes)));
    }
    Ok(())
}

/// A login that gives a token.
pub(super) fn session(reader: &mut Reader<'_>, node: &Node, losses: &mut Vec<Loss>) -> Result<Value, Refusal> {
    let refuse = |original: &str, reason: &str| Err((original.to_owned(), reason.to_owned()));
    let Some(login) = node.get("login_requester") else {
        return refuse("login_requester", "a login without a request");
    };
    let mut inner = Vec::new();
    let Some(url) = request::url(reader, login, &mut inner) else {
        return refuse("login_requester", inner.first().map_or("a login without a URL", |loss| &loss.reason));
    };
    let mut entries = vec![named("url", Value::text(format!("{}{}", url.base, url.path)))];
    if !login.str("http_method").is_some_and(|method| method.eq_ignore_ascii_case("POST")) {
        entries.push(named("method", Value::word("GET")));
    }
    if let Some(own) = login.get("authenticator").filter(|own| !matches!(own.kind(), "" | "NoAuth")) {
        let own = super::auth::read(reader, own, losses)?;
        entries.push(named("auth", own));
    }
    let mut options = Vec::new();
    let sent = request::sent(reader, login, &mut options, &mut inner);
    let params = sent.params.into_iter().map(|(name, value)| request::param(&name, value));
    let query = url.query.into_iter().map(|(name, value)| request::param(&name, Value::text(value)));
    let params: Vec<Entry> = params.chain(query).collect();
    if !params.is_empty() {
        return refuse("request_parameters", "a login with params");
    }
    for (name, value) in options.into_iter().filter(|(name, _)| name != "method") {
        match value {
            Value::Group(inner) => entries.push(Entry::Grouped(name, inner)),
            value => entries.push(named(&name, value)),
        }
    }
    if let Some(loss) = inner.first() {
        return Err((loss.original.clone(), loss.reason.clone()));
    }
    let path: Option<Vec<&str>> =
        node.get("session_token_path").map(|path| path.items().iter().filter_map(Node::as_str).collect());
    match path.filter(|path| !path.is_empty()) {
        Some(path) => entries.push(named("token_path", Value::text(super::selector::path(&path)))),
        None => return refuse("session_token_path", "a login whose token has no path"),
    }
    let used = node.get("request_authentication");
    match used.map(Node::kind) {
        // What is done with a token unless something else is said.
        Some("Bearer") => {}
        Some("ApiKey") => {
            let inject = used.and_then(|used| used.get("inject_into"));
            let name = inject.and_then(|inject| inject.str("field_name")).unwrap_or_default();
            let place = match inject.and_then(|inject| inject.str("inject_into")) {
                Some("header") => "header",
                Some("request_parameter") => "param",
                _ => return refuse("request_authentication", "a session token in a body"),
            };
            entries.push(named(place, Value::text(name)));
        }
        _ => return refuse("request_authentication", "a session token of another kind"),
    }
    if let Some(seconds) = node.str("expiration_duration").and_then(super::moment::seconds) {
        entries.push(named("expires_in", Value::text(super::moment::duration(seconds))));
    }
    Ok(call("session_token", entries))
}

/// A session token that is given, or a login by name and password that gives one.
pub(super) fn legacy_session(reader: &mut Reader<'_>, node: &Node) -> Result<Value, Refusal> {
    let missing = |key: &str| (key.to_owned(), "a login without a request".to_owned());
    let header = node.str("header").ok_or_else(|| missing("header"))?.to_owned();
    let given = credential(reader, node.get("session_token"))?;
    let url = node.get("login_url").ok_or_else(|| missing("login_url"))?;
    let url = text(reader, url)?;
    let base = match node.get("api_url") {
        Some(base) => text(reader, base)?,
        None => String::new(),
    };
    // A path is below the base of the API.
    let separator = if base.ends_with('/') || url.starts_with('/') || url.contains("://") { "" } else { "/" };
    let username = node.str("username").filter(|name| !name.is_empty()).ok_or_else(|| missing("username"))?;
    let username = required(reader, username)?;
    let password = credential(reader, node.get("password"))?.ok_or_else(|| missing("password"))?;
    let key = node.str("session_token_response_key").unwrap_or("id");
    let login = call(
        "session_token",
        vec![
            named("url", Value::text(format!("{base}{separator}{url}"))),
            named("json", Value::Object(vec![("username".to_owned(), username), ("password".to_owned(), password)])),
            named("token_path", Value::text(super::selector::path(&[key]))),
            named("header", Value::text(&header)),
        ],
    );
    let Some(given) = given else { return Ok(login) };
    let key = call("api_key", vec![named("name", Value::text(header)), named("api_key", given)]);
    Ok(call("one_of", vec![Entry::Plain(key), Entry::Plain(login)]))
}
