//! A secret as it is sent: `secret(name, prefix = "Token ", suffix = "/token")`.

use serde::Serialize;

/// A secret by name, and the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SecretText {
    /// The secret's name.
    pub name: &'static str,
    /// What stands before its value.
    pub prefix: &'static str,
    /// What stands after it.
    pub suffix: &'static str,
}

impl SecretText {
    /// A secret that is sent as it is.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, prefix: "", suffix: "" }
    }

    /// The text to send, for this value of the secret.
    pub(crate) fn around(self, value: &str) -> String {
        [self.prefix, value, self.suffix].concat()
    }
}
