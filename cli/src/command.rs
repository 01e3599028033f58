//! The command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::declaration::Source;
use crate::verify::Check;
use crate::yaml::Fault;
use crate::{check, coverage, import, report, write};

/// Declarations of declarest: from those of other tools, and against their APIs.
#[derive(Debug, Parser)]
#[command(name = "cargo-declarest", bin_name = "cargo declarest", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compares the declarations of a package with their APIs, by the first page of each resource: exits with 1 if they differ.
    Check(Check),
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
    /// From a dictionary of dlt's `rest_api`: Python, or a page in Markdown with one in it.
    Dlt(Dlt),
    /// From an OpenAPI file: JSON or YAML.
    Openapi(Openapi),
}

#[derive(Debug, clap::Args)]
struct Openapi {
    /// The file.
    file: PathBuf,
    /// The path of a resource, as in the file: `/issues`, or with its method: `"POST /search"`.
    #[arg(long = "resource", value_name = "PATH")]
    resources: Vec<String>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, clap::Args)]
struct Dlt {
    /// The file.
    file: PathBuf,
    #[command(flatten)]
    output: Output,
}

/// Where the module is written, and what is checked.
#[derive(Debug, clap::Args)]
struct Output {
    /// Where the module is written, instead of standard output.
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Compiles the module in a crate of its own; of a folder, what is whole of each manifest.
    #[arg(long)]
    check: bool,
    /// Leaves out resources that are not carried over as they are.
    #[arg(long)]
    skip_incomplete: bool,
    /// The form of the report on standard error.
    #[arg(long, value_name = "FORM", default_value = "table")]
    report: Form,
}

#[derive(Debug, clap::Args)]
struct Airbyte {
    /// The manifest.
    #[arg(required_unless_present = "coverage", conflicts_with = "coverage")]
    file: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
    /// Counts how many manifests of a folder are carried over whole.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["out", "skip_incomplete"])]
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
/// Fails with 1 where something cannot be read, written or compiled, or an API differs from its declaration, with 2 where the arguments make no sense.
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
    let done = match &parsed.command {
        Command::Check(check) => check.run(),
        Command::Import { from } => imported(from).map(|()| ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|message| {
        eprintln!("error: {message}");
        ExitCode::FAILURE
    })
}

fn imported(from: &From) -> Result<(), String> {
    match from {
        From::Airbyte(options) => airbyte(options),
        From::Dlt(options) => dlt(options),
        From::Openapi(options) => openapi(options),
    }
}

fn airbyte(options: &Airbyte) -> Result<(), String> {
    if let Some(folder) = &options.coverage {
        let coverage = coverage::folder(folder, options.output.check)?;
        print(&if options.json { format!("{}\n", coverage.json()) } else { coverage.to_string() })?;
        return compiled(coverage.failures());
    }
    let Some(file) = &options.file else { return Err("a file is missing".to_owned()) };
    let (shown, text) = read(file)?;
    let source = import::airbyte(&text, &module_name(file), file).map_err(|fault| at(&shown, &fault))?;
    finish(vec![source], &shown, &options.output)
}

fn dlt(options: &Dlt) -> Result<(), String> {
    let (shown, text) = read(&options.file)?;
    let is_page = options
        .file
        .extension()
        .is_some_and(|end| ["md", "markdown"].iter().any(|known| end.eq_ignore_ascii_case(known)));
    let sources = import::dlt(&text, &module_name(&options.file), is_page).map_err(|fault| at(&shown, &fault))?;
    finish(sources, &shown, &options.output)
}

fn openapi(options: &Openapi) -> Result<(), String> {
    let (shown, text) = read(&options.file)?;
    let source = import::openapi(&text, &module_name(&options.file), &options.resources);
    finish(vec![source.map_err(|fault| at(&shown, &fault))?], &shown, &options.output)
}

/// A file's name as it is shown, and its text.
fn read(file: &Path) -> Result<(String, String), String> {
    let shown = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|error| format!("{shown}: {error}"))?;
    Ok((shown, text))
}

fn at(file: &str, fault: &Fault) -> String {
    format!("{file}:{}: {}", fault.line, fault.message)
}

/// Writes the modules and the report. Nothing is written where something fails.
fn finish(mut sources: Vec<Source>, file: &str, output: &Output) -> Result<(), String> {
    let mut table = match output.report {
        Form::Table => sources.iter().map(|source| report::table(source, file)).collect::<Vec<_>>().join("\n"),
        Form::Json => format!("{}\n", report::all(&sources, file)),
    };
    if output.skip_incomplete {
        let skipped: Vec<String> = sources.iter_mut().flat_map(Source::skip_incomplete).collect();
        if !skipped.is_empty() && output.report == Form::Table {
            table = format!("left out: {}\n{table}", skipped.join(", "));
        }
    }
    let modules = sources.into_iter().map(write::module).collect::<Vec<_>>().join("\n");
    if output.check {
        compiled(&check::compile(&[(file.to_owned(), modules.clone())])?)?;
    }
    match &output.out {
        Some(path) => std::fs::write(path, &modules).map_err(|error| format!("{}: {error}", path.display()))?,
        None => print(&modules)?,
    }
    eprint!("{table}");
    Ok(())
}

/// The error where modules do not compile: what the compiler says of each.
fn compiled(failures: &[check::Failure]) -> Result<(), String> {
    if failures.is_empty() {
        return Ok(());
    }
    let all = failures.iter().map(|failure| format!("{}: does not compile\n{}", failure.module, failure.errors));
    Err(all.collect::<Vec<_>>().join("\n"))
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
