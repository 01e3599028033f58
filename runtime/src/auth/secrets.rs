//! Secrets: where they come from, and how they are redacted.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

use super::scheme::Auth;
use crate::error::{Error, ErrorKind, Result};
use crate::params::secret_text::SecretText;
use crate::params::template::Values;
use crate::text::redact::redact;

/// The secrets of a client, and the params that stand beside them in its credentials.
#[derive(Default)]
pub(crate) struct Secrets {
    /// The declared secrets, by name.
    named: BTreeMap<&'static str, SecretString>,
    /// Those in settings: values of headers, a proxy's password.
    settings: Vec<SecretString>,
    /// The client-wide params: no secrets, and not redacted.
    params: Values,
    /// The latest other credentials: access tokens, signatures.
    registered: Mutex<VecDeque<SecretString>>,
}

/// The secrets that a declaration names.
pub(crate) struct Declared {
    /// All of them.
    pub(crate) names: &'static [&'static str],
    /// Those that may be missing.
    pub(crate) optional: &'static [&'static str],
    /// The lists of which one entry needs all its secrets: `one_of(…)`.
    pub(crate) choices: Vec<&'static [Auth]>,
}

/// How many other credentials are known at a time: those of the requests in flight, and a few that servers may still
/// quote.
const MAX_REGISTERED: usize = 32;

/// A shorter value is an ordinary word or number, and is not redacted.
const MIN_LEN: usize = 4;
/// No word of this crate has as many bytes, with a digit among them.
const MIN_UNLIKE_A_WORD: usize = 8;

impl Secrets {
    /// The secrets that were set, others from the environment: `USER_TOKEN`, or the file that `USER_TOKEN_FILE` names.
    ///
    /// # Errors
    /// One error of all that are missing.
    pub(crate) fn resolve(declared: &Declared, mut set: BTreeMap<&'static str, SecretString>) -> Result<Self> {
        let mut missing = Vec::new();
        for secret in set.values_mut() {
            if let Some(ended) = without_line_end(secret.expose_secret()).map(SecretString::from) {
                *secret = ended;
            }
        }
        // An empty secret is not set: an empty password is a literal of the declaration.
        set.retain(|_, secret| !secret.expose_secret().is_empty());
        for name in declared.names {
            if !set.contains_key(name) {
                match from_environment(name)? {
                    Some(secret) => drop(set.insert(name, secret)),
                    None if declared.optional.contains(name) => {}
                    None => missing.push(*name),
                }
            }
        }
        let is_incomplete = |choice: &Auth| !choice.secrets().iter().all(|name| set.contains_key(name));
        let unmade = declared.choices.iter().copied().filter(|choices| choices.iter().all(is_incomplete));
        let unmade: Vec<&[Auth]> = unmade.collect();
        if !missing.is_empty() || !unmade.is_empty() {
            return Err(missing_error(&missing, &unmade));
        }
        for (name, _) in set.iter().filter(|(_, secret)| secret.expose_secret().len() < MIN_LEN) {
            tracing::warn!(
                secret = name,
                "the secret has fewer than {MIN_LEN} bytes: it cannot be redacted where a server repeats it"
            );
        }
        Ok(Self { named: set, ..Self::default() })
    }

    /// With those in settings, which are redacted like the others.
    pub(crate) fn with_settings(mut self, secrets: Vec<SecretString>) -> Self {
        self.settings = secrets;
        self
    }

    /// With the client-wide params.
    pub(crate) fn with_params(mut self, params: Values) -> Self {
        self.params = params;
        self
    }

    /// The client-wide params.
    pub(super) fn params(&self) -> &Values {
        &self.params
    }

    /// The value of a secret, to be sent.
    pub(super) fn expose(&self, name: &str) -> Result<&str> {
        let secret = self.named.get(name).map(ExposeSecret::expose_secret);
        secret.ok_or_else(|| Error::new(ErrorKind::MissingSecret, format!("the secret `{name}` is not set")))
    }

    /// A secret as it is sent, with the text around it.
    pub(super) fn text(&self, secret: SecretText) -> Result<String> {
        self.expose(secret.name).map(|value| secret.around(value))
    }

    /// Whether all of these are set.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.named.contains_key(name))
    }

    /// Redacts this value, too, from now on.
    pub(crate) fn register(&self, value: &str) {
        if value.len() < MIN_LEN {
            return;
        }
        let mut registered = self.registered.lock().unwrap_or_else(PoisonError::into_inner);
        registered.retain(|known| known.expose_secret() != value);
        registered.push_front(value.into());
        registered.truncate(MAX_REGISTERED);
    }

    /// Redacts the secrets in a text from elsewhere: as they are, as JSON and URLs may write them, and in base64.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.redact_forms(text, |_| true)
    }

    /// Redacts the secrets in a text of this crate's, which should hold none: words are its own, and no secrets.
    pub(crate) fn recheck(&self, text: &str) -> String {
        self.redact_forms(text, |form| {
            form.len() >= MIN_UNLIKE_A_WORD && form.bytes().any(|byte| byte.is_ascii_digit())
        })
    }

    fn redact_forms(&self, text: &str, is_searched: impl Fn(&str) -> bool) -> String {
        let registered = self.registered.lock().unwrap_or_else(PoisonError::into_inner);
        let secrets = self.named.values().chain(&self.settings).chain(&*registered).map(ExposeSecret::expose_secret);
        let secrets = secrets.filter(|secret| secret.len() >= MIN_LEN);
        let mut forms: Vec<_> = secrets.flat_map(encodings).filter(|form| is_searched(form)).collect();
        // The longest first: one secret may be the start of another.
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.iter().fold(text.to_owned(), |text, form| redact(&text, form).into_owned())
    }
}

/// The encodings in which a server may quote a secret, besides escapes of its characters.
fn encodings(value: &str) -> [String; 4] {
    let encoded = [BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD].map(|base64| base64.encode(value));
    let [padded, bare, url_safe] = encoded;
    [value.to_owned(), padded, bare, url_safe]
}

/// The environment variable of a secret.
pub(crate) fn variable(name: &str) -> String {
    name.to_uppercase()
}

/// The secret without line breaks after it, if it has any: editors end files with one, which is no part of a credential.
fn without_line_end(text: &str) -> Option<&str> {
    let ended = text.trim_end_matches(['\r', '\n']);
    (ended.len() < text.len()).then_some(ended)
}

fn from_environment(name: &str) -> Result<Option<SecretString>> {
    let variable = variable(name);
    if let Ok(value) = std::env::var(&variable) {
        let value = without_line_end(&value).unwrap_or(&value);
        if !value.is_empty() {
            return Ok(Some(value.into()));
        }
    }
    let file_variable = format!("{variable}_FILE");
    let Some(path) = std::env::var_os(&file_variable).filter(|path| !path.is_empty()) else {
        return Ok(None);
    };
    let unusable = |why: &str| {
        let path = std::path::Path::new(&path).display();
        let message = format!("the file of the secret `{name}` {why}: {path} (named by {file_variable})");
        Error::new(ErrorKind::MissingSecret, message)
    };
    let text = std::fs::read_to_string(&path).map_err(|error| unusable("cannot be read").with_source(error))?;
    // Some editors begin a file with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    match without_line_end(text).unwrap_or(text) {
        "" => Err(unusable("is empty")),
        secret => Ok(Some(secret.into())),
    }
}

/// The error of secrets that are not set, and of choices none of which has all of its own.
fn missing_error(names: &[&str], unmade: &[&[Auth]]) -> Error {
    let mut whats = Vec::new();
    if !names.is_empty() {
        let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let (what, are) = if names.len() == 1 { ("the secret", "is") } else { ("the secrets", "are") };
        whats.push(format!("{what} {list} {are} not set"));
    }
    let mut wanted = names.to_vec();
    for choices in unmade {
        let needs = choices.iter().map(|choice| {
            let secrets = choice.secrets();
            wanted.extend(secrets.iter().filter(|name| !wanted.contains(name)).copied().collect::<Vec<_>>());
            let secrets = secrets.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
            format!("`{}` needs {secrets}", choice.word())
        });
        let needs = needs.collect::<Vec<_>>().join("; ");
        whats.push(format!("no credentials of `one_of` have all their secrets: {needs}"));
    }
    let ways = wanted.iter().map(|name| {
        let variable = variable(name);
        format!("call `.{name}(…)` on the builder, set the environment variable {variable}, or name a file that holds it in {variable}_FILE")
    });
    Error::new(ErrorKind::MissingSecret, whats.join("; ")).with_help(ways.collect::<Vec<_>>().join("; "))
}
