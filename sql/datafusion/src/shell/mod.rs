//! A shell over a source: statements in, tables out, with the requests that each one took.

mod answer;
mod arguments;
mod describe;
mod input;
mod terminal;

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;

use datafusion::prelude::{SessionConfig, SessionContext};
use declarest::Source;

use self::answer::Answer;
use self::arguments::Arguments;
use self::input::{Input, statements};
use crate::error::external;
use crate::register;

const HELP: &str = r"Statements of SQL, each up to its `;`. Tables are the resources of the source.

  \d         lists the tables: the columns that a query must give, and what a request can filter and sort by
  \d TABLE   lists the columns of a table
  \?         this help
  \q         ends the shell

`EXPLAIN …` shows the requests of a statement, and sends none. Ctrl-C ends a statement, and its requests.
";

const USAGE: &str = r"[--json | --csv] [STATEMENT]…

Without a statement, they are read from standard input: with history from a terminal, else all of them, up to the first that fails.

  --json   rows as JSON, one on each line
  --csv    rows as CSV, with a header
";

/// How answers are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Format {
    /// Tables, each with a last line that says how many rows there were, and what they took.
    #[default]
    Table,
    /// A JSON object for each row, on a line of its own.
    Json,
    /// Comma-separated values, with a header for each statement.
    Csv,
}

/// A shell over a source.
///
/// ```no_run
/// # #[declarest::source(base_url = "https://api.example.com", auth = none)]
/// # mod analytics {
/// #     #[resource(path = "/issues")]
/// #     pub(crate) struct Issue { pub(crate) key: String }
/// # }
/// #[tokio::main]
/// async fn main() -> std::process::ExitCode {
///     declarest_datafusion::Shell::run(analytics::Client::builder().build(), std::env::args().skip(1)).await
/// }
/// ```
///
/// As `cargo declarest sql` does it for a package: the arguments are statements, and `--json` or `--csv`. Without a statement,
/// they are read from standard input. Statements find the tables by their names alone.
pub struct Shell {
    context: SessionContext,
    source: Box<dyn Source>,
    format: Format,
}

impl std::fmt::Debug for Shell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shell")
            .field("source", &self.source.name())
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// The end of a line, a statement or the shell.
enum Done {
    Yes,
    Quit,
}

impl Shell {
    /// A shell over a source. Sends nothing.
    ///
    /// # Errors
    /// Where the tables cannot be registered.
    pub fn new(source: impl Source + 'static) -> datafusion::error::Result<Self> {
        let config = SessionConfig::new().with_information_schema(true);
        // The tables are found by their names alone.
        let config = config.with_default_catalog_and_schema("declarest", source.name());
        let context = SessionContext::new_with_config(config);
        register(&context, &source)?;
        Ok(Self { context, source: Box::new(source), format: Format::default() })
    }

    /// How answers are printed. Default: as tables.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// The session, to set it up: other tables, functions, options.
    #[must_use]
    pub fn context(&self) -> &SessionContext {
        &self.context
    }

    /// A whole program: runs the statements of its arguments, else those of standard input.
    ///
    /// The code is 0 if all statements worked, 1 if one did not, or if there is no client, and 2 if the arguments make no sense.
    pub async fn run<S: Source + 'static>(
        client: declarest::Result<S>,
        arguments: impl IntoIterator<Item = String>,
    ) -> ExitCode {
        let arguments = match Arguments::read(arguments) {
            Ok(arguments) => arguments,
            Err(error) => {
                eprintln!("error: {error}\n\nUsage: {USAGE}");
                return ExitCode::from(2);
            }
        };
        if arguments.help {
            print!("Usage: {USAGE}\n{HELP}");
            return ExitCode::SUCCESS;
        }
        let shell = match client.map_err(external).and_then(Self::new) {
            Ok(shell) => shell.format(arguments.format),
            Err(error) => return failed(&answer::message(&error)),
        };
        let stdin = std::io::stdin();
        if !arguments.statements.is_empty() {
            shell.all(&arguments.statements.join(";\n")).await
        } else if stdin.is_terminal() {
            terminal::run(&shell).await
        } else {
            let mut text = String::new();
            match stdin.lock().read_to_string(&mut text) {
                Ok(_) => shell.all(&text).await,
                Err(error) => failed(&format!("standard input cannot be read: {error}")),
            }
        }
    }

    /// Runs statements up to the first that fails.
    async fn all(&self, text: &str) -> ExitCode {
        let (inputs, rest) = statements(text);
        for input in inputs.iter().chain(&rest.last()) {
            match self.one(input).await {
                Ok(Done::Yes) => {}
                Ok(Done::Quit) => break,
                Err(error) => return failed(&error),
            }
        }
        ExitCode::SUCCESS
    }

    /// Runs a statement or a command. The error is what is printed of it.
    async fn one(&self, input: &Input) -> Result<Done, String> {
        match input {
            Input::Statement(sql) => {
                let answer = Answer::of(&self.context, sql).await.map_err(|error| answer::message(&error))?;
                answer.print(self.format).await.map_err(|error| answer::message(&error))?;
            }
            Input::Command(command) => {
                let mut words = command.split_whitespace();
                let text = match (words.next(), words.next()) {
                    (Some("q"), None) => return Ok(Done::Quit),
                    (Some("?"), None) => HELP.to_owned(),
                    (Some("d"), None) => describe::tables(&*self.source)?,
                    (Some("d"), Some(table)) => describe::table(&*self.source, table)?,
                    _ => return Err(format!("there is no command `\\{command}`; `\\?` lists them")),
                };
                std::io::stdout().write_all(text.as_bytes()).map_err(|error| format!("standard output: {error}"))?;
            }
        }
        Ok(Done::Yes)
    }
}

fn failed(error: &str) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::FAILURE
}
