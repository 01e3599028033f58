//! Names under which APIs take secrets.

use crate::naming::plain;

/// Names of secrets, without case, dashes and a leading `x`.
const NAMES: [&str; 30] = [
    "authorization",
    "proxyauthorization",
    "cookie",
    "apikey",
    "apitoken",
    "apisecret",
    "appkey",
    "appsecret",
    "auth",
    "authkey",
    "bearer",
    "bearertoken",
    "clientsecret",
    "consumersecret",
    "credentials",
    "jwt",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "privatetoken",
    "pwd",
    "refreshtoken",
    "secret",
    "secretkey",
    "securitytoken",
    "sessionkey",
    "sessiontoken",
    "subscriptionkey",
    "token",
];

/// What other names of secrets end in: `DD-API-KEY`, `X-Shopify-Access-Token`.
const ENDINGS: [&str; 9] = [
    "apikey",
    "apitoken",
    "accesstoken",
    "authtoken",
    "secretkey",
    "clientsecret",
    "password",
    "applicationkey",
    "subscriptionkey",
];

/// Whether a value under this name is a secret, unless it is hardly one: empty, a flag or a number.
pub(crate) fn is_secret(name: &str, value: &str) -> bool {
    let plain = plain(name);
    let plain = plain.strip_prefix('x').filter(|_| name.starts_with("X-") || name.starts_with("x-")).unwrap_or(&plain);
    let is_flag = ["", "true", "false", "none", "null", "*"].contains(&value.to_ascii_lowercase().as_str());
    let is_count = value.len() < 6 && value.chars().all(|letter| letter.is_ascii_digit());
    !is_flag
        && !is_count
        && (NAMES.contains(&plain)
            || ENDINGS.iter().any(|ending| plain.ends_with(ending))
            || (plain == "key" && is_random(value)))
}

/// Whether a value of a header begins as one of the header `Authorization` does.
pub(crate) fn is_authorization(value: &str) -> bool {
    let scheme = value.split_once(' ').filter(|(_, rest)| !rest.trim().is_empty()).map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("basic"))
}

/// The name of a secret in the query of a URL, or in a form.
pub(crate) fn in_query(query: &str) -> Option<&str> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(name, value)| is_secret(name, value).then_some(name))
}

/// Whether a value looks as if it had been drawn: long, with letters and digits, and without a space.
fn is_random(value: &str) -> bool {
    let has = |of: fn(&char) -> bool| value.chars().any(|letter| of(&letter));
    value.len() >= 20 && has(char::is_ascii_alphabetic) && has(char::is_ascii_digit) && !value.contains([' ', '{'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in [
            "X-Api-Key",
            "x-api-key",
            "api_key",
            "apikey",
            "apiKey",
            "access_token",
            "X-Auth-Token",
            "X-Auth",
            "PRIVATE-TOKEN",
            "client_secret",
            "password",
            "token",
            "DD-API-KEY",
            "DD-APPLICATION-KEY",
            "X-Shopify-Access-Token",
            "Ocp-Apim-Subscription-Key",
            "userPassword",
        ] {
            assert!(is_secret(name, "abc123"), "{name}");
        }
        for name in
            ["page_token", "next_token", "key", "X-Request-Id", "user", "author", "tokens", "client_id", "xtoken2"]
        {
            assert!(!is_secret(name, "abc123"), "{name}");
        }
        assert!(is_secret("key", "AIzaSyA1234567890abcdef"));
        for value in ["", "true", "None", "100", "*"] {
            assert!(!is_secret("token", value), "{value}");
        }
    }

    #[test]
    fn secrets_in_queries() {
        assert_eq!(in_query("a=b&api_key=xyz"), Some("api_key"));
        assert_eq!(in_query("a=b&api_key=&c"), None);
        assert!(is_authorization("Bearer abc") && is_authorization("basic x") && !is_authorization("Bearer "));
    }
}
