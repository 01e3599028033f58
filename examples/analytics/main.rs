//! Syncs SonarQube-style analytics into an SQLite file and asks it three questions:
//! `cargo run --release --example analytics`, and `-- --help` for the rest.

mod questions;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Parser;
use declarest::{Sqlite, SyncReport};
use declarest_examples::analytics::analytics;
use declarest_examples::demo_api::{DemoApi, Options, Server};

/// Syncs components, issues and metrics into an SQLite file, and asks it three questions.
#[derive(Parser)]
struct Args {
    /// The server to read from, with its token in the environment variable `USER_TOKEN`.
    /// Without it, the program starts the bundled demo API.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// The file to sync into.
    #[arg(long, value_name = "FILE", default_value = "analytics.db")]
    database: PathBuf,
    /// A Postgres database to sync into instead, such as `postgres://user:password@localhost/database`; into its schema
    /// `analytics`. Its driver is built when it is asked for.
    #[arg(long, value_name = "URL", conflicts_with = "database")]
    postgres: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    if let Some(url) = &args.postgres {
        return into_postgres(url, args.base_url.as_deref());
    }
    match run(&args).await {
        Ok(true) => ExitCode::SUCCESS,
        // A shell's exit code for an interrupted program.
        Ok(false) => ExitCode::from(130),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the example of the crate for Postgres, which is not built with the others.
fn into_postgres(url: &str, base_url: Option<&str>) -> ExitCode {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--quiet", "--example", "analytics_postgres", "--manifest-path"]);
    cargo.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../destinations/postgres/Cargo.toml"));
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    cargo.arg("--").args(base_url).env("DECLAREST_POSTGRES", url);
    match cargo.status() {
        Ok(status) => ExitCode::from(status.code().and_then(|code| code.try_into().ok()).unwrap_or(1)),
        Err(error) => {
            eprintln!("error: cargo, which builds the driver for Postgres, cannot be run: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether it finished, that is, was not interrupted.
async fn run(args: &Args) -> Result<bool, Box<dyn std::error::Error>> {
    let (client, demo) = connect(args.base_url.as_deref())?;
    let synced = tokio::select! {
        // A dropped sync commits the pages that have arrived.
        synced = sync(&client, &args.database) => synced,
        _ = tokio::signal::ctrl_c() => {
            eprintln!("Interrupted. The rows read so far are in {}: run it again to resume.", args.database.display());
            return Ok(false);
        }
    };
    drop(demo);
    let report = match synced {
        Ok(report) => report,
        Err(error) => {
            // The report names every failure, the error the first.
            return match error.report() {
                Some(report) => Err(report.to_string().into()),
                None => Err(error.into()),
            };
        }
    };
    println!("{report}");
    changes(&report);
    questions::ask(&args.database)?;
    println!("\nAll of it is in {}: ask more with any SQLite client.", args.database.display());
    Ok(true)
}

/// A client of the given server, or of a demo API that runs as long as the second value lives.
fn connect(base_url: Option<&str>) -> Result<(analytics::Client, Option<Server>), Box<dyn std::error::Error>> {
    let builder = analytics::Client::builder();
    if let Some(url) = base_url {
        return Ok((builder.base_url(url).build()?, None));
    }
    let demo = DemoApi::new(Options { log: false, ..Options::default() }).start(None)?;
    println!("The demo API listens on {}.\n", demo.base_url());
    let client = builder.base_url(demo.base_url()).user_token(Options::TOKEN).build()?;
    Ok((client, Some(demo)))
}

async fn sync(client: &analytics::Client, database: &Path) -> declarest::Result<SyncReport> {
    let mut db = Sqlite::open(database)?;
    client.sync(&mut db).progress(declarest::progress_bars()).await
}

fn changes(report: &SyncReport) {
    println!("Changed by this run:");
    for resource in &report.resources {
        let unchanged = resource.distinct_keys.saturating_sub(resource.inserted + resource.updated);
        println!(
            "  {:<12}{:>9} new{:>9} changed{:>9} unchanged",
            resource.name, resource.inserted, resource.updated, unchanged
        );
    }
}
