//! The command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::{check, coverage, import, report, write};

/// Declarations of declarest from those of other tools.
#[derive(Debug, Parser)]
#[command(name = "cargo-declarest", bin_name = "cargo declarest", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes a declaration from another tool's.
    Import {
        #[command(subcommand)]
        from: From,
    },
}

#[derive(Debug, Subcommand)]
enum From {
    /// From a low-code manifest of Airbyte's: YAML.
    Airbyte(Airbyte),
}

#[derive(Debug, clap::Args)]
struct Airbyte {
    /// The manifest.
    #[arg(required_unless_present = "coverage", conflicts_with = "coverage")]
    file: Option<PathBuf>,
    /// Where the module is written, instead of standard output.
    #[arg(long, value_name = "PATH", requires = "file")]
    out: Option<PathBuf>,
    /// Compiles the module in a crate of its own.
    #[arg(long, requires = "file")]
    check: bool,
    /// Leaves out resources that are not carried over as they are.
    #[arg(long, requires = "file")]
    skip_incomplete: bool,
    /// The form of the report on standard error.
    #[arg(long, value_name = "FORM", default_value = "table", requires = "file")]
    report: Form,
    /// Counts how many manifests of a folder are carried over whole.
    #[arg(long, value_name = "FOLDER")]
    coverage: Option<PathBuf>,
    /// Writes the counts as JSON.
    #[arg(long, requires = "coverage")]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Table,
    Json,
}

/// Runs the command that the arguments say; cargo's own way to call it, with `declarest` as the first, is understood.
/// Fails with 1 where something cannot be read, written or compiled, with 2 where the arguments make no sense.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments.get(1).is_some_and(|first| first == "declarest") {
        arguments.remove(1);
    }
    let parsed = match Arguments::try_parse_from(arguments) {
        Ok(parsed) => parsed,
        Err(error) => {
            // Help and the version are no failures.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    let Command::Import { from: From::Airbyte(options) } = parsed.command;
    match airbyte(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn airbyte(options: &Airbyte) -> Result<(), String> {
    if let Some(folder) = &options.coverage {
        let coverage = coverage::folder(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        return print(&if options.json { format!("{}\n", coverage.json()) } else { coverage.to_string() });
    }
    let Some(file) = &options.file else { return Err("a file is missing".to_owned()) };
    let shown = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|error| format!("{shown}: {error}"))?;
    let mut source = import::airbyte(&text, &module_name(file))
        .map_err(|fault| format!("{shown}:{}: {}", fault.line, fault.message))?;
    let table = match options.report {
        Form::Table => report::table(&source, &shown),
        Form::Json => format!("{}\n", report::json(&source, &shown)),
    };
    if options.skip_incomplete {
        let skipped = source.skip_incomplete();
        if !skipped.is_empty() && options.report == Form::Table {
            eprintln!("left out: {}", skipped.join(", "));
        }
    }
    let module = write::module(source);
    if options.check {
        check::compiles(&module)?;
    }
    match &options.out {
        Some(path) => std::fs::write(path, &module).map_err(|error| format!("{}: {error}", path.display()))?,
        None => print(&module)?,
    }
    eprint!("{table}");
    Ok(())
}

/// The module is named as the file, or as its folder where the file is called `manifest.yaml`.
fn module_name(file: &Path) -> String {
    let stem = file.file_stem().and_then(|name| name.to_str()).unwrap_or("source");
    let folder = file.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    let name = if stem == "manifest" { folder.unwrap_or(stem) } else { stem };
    name.strip_prefix("source-").unwrap_or(name).to_owned()
}

fn print(text: &str) -> Result<(), String> {
    use std::io::Write;
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(|error| format!("standard output: {error}"))
}
