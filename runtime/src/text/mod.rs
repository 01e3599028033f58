//! Text that is shown to people: URLs without credentials, secrets redacted.

pub(crate) mod redact;
pub(crate) mod url;
