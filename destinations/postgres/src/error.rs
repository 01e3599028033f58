//! Why Postgres could not be written, and how that is explained to the user.

use std::error::Error as _;
use std::io;

use declarest::{Error, ErrorKind};
use tokio_postgres::error::SqlState;

/// Why the writer could not do its work.
#[derive(Debug)]
pub(crate) enum Fault {
    Postgres(tokio_postgres::Error),
    /// The connection's settings cannot work.
    Config(String),
    /// Another sync has taken over the resource, or its parent.
    LeaseLost,
    /// Postgres cannot hold a value.
    Value(String),
    /// Postgres cannot have a name.
    Name(String),
    /// A table cannot take the rows of the resource.
    Schema {
        table: String,
        message: String,
    },
    /// The writer's task is gone.
    Stopped,
}

/// What may help against a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Nothing but a change.
    None,
    /// The same again.
    Again,
    /// The same again, on a new connection.
    Reconnect,
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

impl Fault {
    pub(crate) fn remedy(&self) -> Remedy {
        let Self::Postgres(error) = self else { return Remedy::None };
        let Some(code) = error.code() else {
            let is_io = error.source().is_some_and(<dyn std::error::Error>::is::<io::Error>);
            return if error.is_closed() || is_io && !is_tls_refused(error) { Remedy::Reconnect } else { Remedy::None };
        };
        match code.code() {
            // A deadlock, a conflict of transactions, a lock that somebody else has.
            "40P01" | "40001" | "55P03" => Remedy::Again,
            // The server shuts down, has crashed, is starting, has no room for a connection; the transaction waited too long.
            "57P01" | "57P02" | "57P03" | "57P05" | "53300" | "25P03" => Remedy::Reconnect,
            code if code.starts_with("08") => Remedy::Reconnect,
            _ => Remedy::None,
        }
    }

    /// Whether it is of this kind, as Postgres counts.
    pub(crate) fn is(&self, state: &SqlState) -> bool {
        matches!(self, Self::Postgres(error) if error.code() == Some(state))
    }

    /// The error for the user: what happened at this place, and what to do.
    pub(crate) fn explain(self, place: &str) -> Error {
        let error = |message: String| Error::new(ErrorKind::Destination, message);
        match self {
            Self::Postgres(cause) => {
                let (message, help) = explain(&cause, place);
                error(message).with_help(help).with_source(cause)
            }
            Self::Config(message) => Error::new(ErrorKind::Config, message).with_help(
                "write `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full`, with special characters percent-encoded, or `host=… user=… dbname=…`; what is left out, PG* variables say",
            ),
            Self::LeaseLost => Error::lease_lost(),
            Self::Value(reason) => error(format!("{place} cannot hold a value: {reason}")),
            Self::Name(message) => Error::new(ErrorKind::Schema, message)
                .with_help("give the resource another `name`, or the field another one with `#[column(name = \"…\")]`"),
            Self::Schema { table, message } => Error::new(ErrorKind::Schema, message).with_help(format!(
                "change the declaration back, rename or drop the table `{table}`, or sync it with `.full_refresh()`, which drops and loads it again"
            )),
            Self::Stopped => error("the writer to Postgres has stopped".to_owned())
                .with_help("connect again, on a runtime that lives as long as the sync"),
        }
    }
}

/// Whether TLS was refused: a certificate does not become trusted by trying again.
fn is_tls_refused(error: &tokio_postgres::Error) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    source.is_some_and(|source| matches!(source.get_ref(), Some(inner) if inner.is::<rustls::Error>()))
}

fn is_tls(error: &tokio_postgres::Error) -> bool {
    is_tls_refused(error) || error.to_string().starts_with("error performing TLS handshake")
}

fn explain(error: &tokio_postgres::Error, place: &str) -> (String, &'static str) {
    let resumes = "run again: what was committed is kept, the sync resumes after it";
    let Some(cause) = error.as_db_error() else {
        let reason = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        return if is_tls(error) {
            (
                format!("{place} cannot be reached over TLS: {reason}"),
                "check the host's name and its certificate; `sslrootcert=FILE` names the authority that signed it, `sslmode` what is checked",
            )
        } else if error.is_closed() {
            (format!("the connection to {place} has broken"), resumes)
        } else if error.to_string().starts_with("error connecting") {
            (format!("{place} cannot be reached: {reason}"), "check host and port, and whether the server runs")
        } else {
            (format!("{place}: {error}"), resumes)
        };
    };
    let said = cause.message();
    let help = match cause.code().code() {
        "28P01" | "28000" => {
            "check the user, the password (`.password(…)`, the URL, PGPASSWORD or ~/.pgpass), the client's certificate (`sslcert`) and the server's pg_hba.conf"
        }
        "3D000" => "create the database, or name another one in the URL",
        "3F000" | "42501" => {
            "grant the user CREATE and USAGE on the schema, TEMPORARY on the database, and the tables; or choose a schema of its own with `.schema(…)`"
        }
        "57014" => {
            "raise `statement_timeout`, of the server's role or by `.statement_timeout(…)`, then run again: the sync resumes"
        }
        "55P03" => "end what holds the table's lock, or raise `.lock_timeout(…)`, then run again: the sync resumes",
        "53100" | "53200" => "make room at the server, then run again: the sync resumes",
        "25006" => "connect to the primary server: this one is read-only",
        "54000" => "a key may have about 2 700 bytes: declare a shorter one",
        "22001" | "22003" | "22P02" | "22P05" | "22021" => {
            "give the column a type that holds the value, or `#[column(skip)]` the field"
        }
        "23502" | "23503" | "23505" | "23514" | "23P01" => {
            "a constraint of the table refuses a row: change the constraint, or what is declared"
        }
        "2BP01" => "drop what depends on the table, such as a view, run again, and make it again",
        code if code.starts_with("08") || code.starts_with("57P") => resumes,
        _ => resumes,
    };
    let place_of = [cause.table(), cause.column(), cause.constraint()];
    let place_of: Vec<_> = place_of.into_iter().flatten().map(|name| format!("`{name}`")).collect();
    let at = if place_of.is_empty() { String::new() } else { format!(" ({})", place_of.join(", ")) };
    (format!("{place} says: {said}{at} [{}]", cause.code().code()), help)
}
