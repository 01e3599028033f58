//! What a user of the destination decides.

use std::time::Duration;

use crate::columns::JsonType;

/// What happens to a row with a text that Postgres cannot hold: with the character NUL, or, in `jsonb`, with `\u0000` or
/// half of a surrogate pair.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidText {
    /// The sync of the resource ends with an error that names the row and the column.
    #[default]
    Refuse,
    /// Each of these characters becomes U+FFFD, the replacement character.
    Replace,
    /// The row goes to `_declarest_quarantine`, and is counted as quarantined.
    Quarantine,
}

/// How values are stored that Postgres cannot hold as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ValueRules {
    pub(crate) invalid_text: InvalidText,
    pub(crate) truncates_times: bool,
}

impl ValueRules {
    pub(crate) const DEFAULT: Self = Self { invalid_text: InvalidText::Refuse, truncates_times: false };
}

/// The settings of a destination.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) schema: String,
    pub(crate) json: JsonType,
    pub(crate) rules: ValueRules,
    /// None: the server's own.
    pub(crate) statement_timeout: Option<Duration>,
    pub(crate) lock_timeout: Duration,
    /// How long a server that is gone is waited for.
    pub(crate) patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            schema: "public".to_owned(),
            json: JsonType::default(),
            rules: ValueRules::DEFAULT,
            statement_timeout: None,
            lock_timeout: Duration::from_secs(10),
            patience: Duration::from_mins(1),
        }
    }
}

impl Settings {
    /// What begins each transaction. Only for this one: behind a proxy, the next one may have another connection.
    pub(crate) fn begin(&self) -> String {
        let statement =
            self.statement_timeout.map(|time| format!("SET LOCAL statement_timeout = {};", time.as_millis()));
        // Where this program hangs, its locks end. More memory: a load compares some thousand rows at once.
        format!(
            "BEGIN; SET LOCAL lock_timeout = {}; SET LOCAL idle_in_transaction_session_timeout = 60000; SET LOCAL work_mem = '32MB'; {}",
            self.lock_timeout.as_millis(),
            statement.unwrap_or_default()
        )
    }
}
