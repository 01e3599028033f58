//! Text that is shown to people: URLs without credentials, secrets redacted, names suggested.

pub(crate) mod redact;
pub(crate) mod suggest;
pub(crate) mod url;
