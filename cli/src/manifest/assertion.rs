//! Access tokens for a token that the client signs (RFC 7523).

use super::auth::{Refusal, call, credential, named, required, text};
use super::text::Reader;
use crate::declaration::{Entry, Value};
use crate::yaml::Node;

const ALGORITHMS: [&str; 8] = ["RS256", "RS384", "RS512", "ES256", "ES384", "HS256", "HS384", "HS512"];

/// OAuth 2.0 with a signed assertion: `node` says where the tokens are, `assertion` what is signed.
pub(super) fn jwt_bearer(reader: &mut Reader<'_>, node: &Node, assertion: &Node) -> Result<Value, Refusal> {
    let refuse = |original: &str, reason: &str| Err((original.to_owned(), reason.to_owned()));
    if assertion.kind() != "JwtAuthenticator" {
        return refuse(assertion.kind(), "a signed token (JWT)");
    }
    // What the declaration signs has its own form.
    for key in ["base64_encode_secret_key", "additional_jwt_headers", "passphrase", "header_prefix"] {
        if assertion.get(key).is_some_and(|value| !value.is_empty() && value.as_bool() != Some(false)) {
            return refuse(key, "a signed token (JWT)");
        }
    }
    let Some(url) = node.get("token_refresh_endpoint") else {
        return refuse("token_refresh_endpoint", "OAuth without the URL of its tokens");
    };
    let algorithm = assertion.str("algorithm").unwrap_or("HS256");
    if !ALGORITHMS.contains(&algorithm) {
        return refuse(algorithm, "a signed token (JWT)");
    }
    let missing = |key: &str| (key.to_owned(), "a signed token (JWT)".to_owned());
    let payload = |key: &str| assertion.at(&["jwt_payload", key]).filter(|node| !node.is_empty());
    let mut entries = vec![named("access_token_url", Value::text(text(reader, url)?))];
    entries.push(named("issuer", claim(reader, payload("iss").ok_or_else(|| missing("iss"))?)?));
    let key = credential(reader, assertion.get("secret_key"))?.ok_or_else(|| missing("secret_key"))?;
    entries.push(named("private_key", key));
    if algorithm != "RS256" {
        entries.push(named("algorithm", Value::word(algorithm)));
    }
    for (key, option) in [("sub", "subject"), ("aud", "audience")] {
        if let Some(node) = payload(key) {
            entries.push(named(option, claim(reader, node)?));
        }
    }
    if let Some(node) = assertion.at(&["jwt_headers", "kid"]).filter(|node| !node.is_empty()) {
        entries.push(named("key_id", claim(reader, node)?));
    }
    let mut claims = Vec::new();
    for (key, node) in assertion.get("additional_jwt_payload").map(Node::entries).unwrap_or_default() {
        match (&**key, claim(reader, node)?) {
            ("scope", Value::Text(scopes)) => {
                let scopes = scopes.split(' ').filter(|scope| !scope.is_empty()).map(Value::text).collect();
                entries.push(named("scopes", Value::List(scopes)));
            }
            (_, Value::Text(text)) => claims.push(Entry::Keyed(Value::text(&**key), Value::Text(text))),
            (key, _) => return refuse(key, "a signed token (JWT)"),
        }
    }
    if !claims.is_empty() {
        entries.push(Entry::Grouped("claims".to_owned(), claims));
    }
    let seconds = assertion.get("token_duration").and_then(Node::as_int).filter(|seconds| *seconds > 0).unwrap_or(1200);
    entries.push(named("lifetime", Value::text(super::moment::duration(seconds))));
    Ok(call("oauth2_jwt_bearer", entries))
}

/// The value of a claim: a text, or a secret.
fn claim(reader: &mut Reader<'_>, node: &Node) -> Result<Value, Refusal> {
    let text = node.as_str().map_or_else(|| node.json().to_string(), str::to_owned);
    required(reader, text.trim())
}
