//! What the response to a request for a token says. Nothing of a response with a token is shown.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::json::lookup::{RawObject, descend, value_at};
use crate::json::path::{Path, Step};

/// Where a response has what a client needs.
pub(super) struct TokenPaths {
    pub(super) token: &'static [Step],
    /// The lifetime; `None`: at `expires_in` beside the token.
    pub(super) expires_in: Option<&'static [Step]>,
    /// The lifetime of a token that does not state one.
    pub(super) lifetime: Duration,
    /// The next refresh token; `None`: at `refresh_token` beside the token.
    pub(super) refresh_token: Option<&'static [Step]>,
}

/// A token that the server has given out.
pub(super) struct Answer {
    pub(super) token: SecretString,
    pub(super) lifetime: Duration,
    pub(super) refresh_token: Option<SecretString>,
}

impl TokenPaths {
    /// The error that a response names (RFC 6749, section 5.2), if it names one.
    pub(super) fn refusal(body: &[u8]) -> Option<String> {
        let members: Map<String, Value> = serde_json::from_slice(body).ok()?;
        let text = |key: &str| members.get(key)?.as_str().filter(|text| !text.is_empty());
        let code = text("error")?;
        Some(match text("error_description") {
            Some(description) => format!("{code}: {description}"),
            None => code.to_owned(),
        })
    }

    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(&self, body: &[u8]) -> Result<Answer, String> {
        if serde_json::from_slice::<RawObject<'_>>(body).is_err() {
            return Err("without a JSON object".to_owned());
        }
        let Some(token) = text_at(body, self.token) else {
            return Err(format!("without `{}`; {}", Path(self.token), keys_towards(body, self.token)));
        };
        let lifetime = match self.expires_in {
            Some(path) => value_at(body, path),
            None => value_at(body, &self.beside("expires_in")),
        };
        let lifetime = lifetime.and_then(|value| serde_json::from_str(value.get()).ok());
        let refresh_token = match self.refresh_token {
            Some(path) => text_at(body, path),
            None => text_at(body, &self.beside("refresh_token")),
        };
        Ok(Answer {
            token: token.into(),
            lifetime: lifetime.as_ref().and_then(seconds).unwrap_or(self.lifetime),
            refresh_token: refresh_token.map(SecretString::from),
        })
    }

    /// A key in the object that the token is in.
    fn beside(&self, key: &'static str) -> Vec<Step> {
        let above = self.token.split_last().map_or(&[][..], |(_, above)| above);
        [above, &[Step::Key(key)]].concat()
    }
}

/// The text at a path, unless it is empty.
fn text_at(body: &[u8], path: &[Step]) -> Option<String> {
    let text: String = serde_json::from_str(value_at(body, path)?.get()).ok()?;
    Some(text).filter(|text| !text.is_empty())
}

/// The keys of the last object on the way to the token.
fn keys_towards(body: &[u8], path: &[Step]) -> String {
    let Ok(root) = serde_json::from_slice::<&RawValue>(body) else { return "it is no JSON".to_owned() };
    let (depth, value) = descend(root, path);
    let depth = depth.min(path.len().saturating_sub(1));
    let object: RawObject<'_> = serde_json::from_str(value.get()).unwrap_or_default();
    let keys = object.keys().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
    let keys = if keys.is_empty() { "no keys".to_owned() } else { format!("the keys {keys}") };
    match path.get(..depth) {
        Some(above) if !above.is_empty() => format!("`{}` has {keys}", Path(above)),
        _ => format!("its response has {keys}"),
    }
}

/// `expires_in`: a number of seconds, also as a string. A negative number has expired.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    if seconds.is_nan() {
        return None;
    }
    // Clamped to three centuries.
    Some(Duration::from_secs_f64(seconds.clamp(0.0, 1e10)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_numbers_or_strings() {
        for (json, expected) in [
            ("3600", Some(3600.0)),
            ("\" 60 \"", Some(60.0)),
            ("1.5", Some(1.5)),
            ("-5", Some(0.0)),
            ("0", Some(0.0)),
            ("1e300", Some(1e10)),
            ("\"NaN\"", None),
            ("null", None),
            ("\"soon\"", None),
            ("[1]", None),
        ] {
            let value = serde_json::from_str(json).unwrap_or_default();
            assert_eq!(seconds(&value).map(|lifetime| lifetime.as_secs_f64()), expected, "{json}");
        }
    }
}
