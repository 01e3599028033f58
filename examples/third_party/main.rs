//! Walks two servers that others have written, Datasette and Kinto, to their last row. `examples/third_party/run.sh` starts
//! them, fills them, runs this and stops them.

use std::process::ExitCode;

use clap::Parser;
use declarest::{ResourceReport, Sqlite};

#[expect(unreachable_pub, reason = "rows are declared as they are in a library")]
mod declarations;

use declarations::{datasette, kinto};

/// Syncs from Datasette and Kinto, and counts.
#[derive(Parser)]
struct Args {
    /// Where Datasette serves the database `library`.
    #[arg(long, value_name = "URL")]
    datasette: String,
    /// Where Kinto serves the collection `books` of the bucket `library`.
    #[arg(long, value_name = "URL")]
    kinto: String,
    /// How many books each of them has.
    #[arg(long)]
    books: u64,
    /// How many loans Datasette has.
    #[arg(long)]
    loans: u64,
    /// A directory for the databases.
    #[arg(long, default_value = ".")]
    directory: std::path::PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    let client = datasette::Client::builder().base_url(&args.datasette).build()?;
    let mut database = Sqlite::open(args.directory.join("datasette.db"))?;
    let report = client.sync(&mut database).await?;
    println!("Datasette, {report}");
    whole(report.resource("books"), args.books)?;
    whole(report.resource("loans"), args.loans)?;
    let report = client.sync(&mut database).await?;
    println!("Datasette once more, {report}");
    nothing_new(&report.resources)?;

    let client = kinto::Client::builder().base_url(&args.kinto).kinto_password("demo").build()?;
    let mut database = Sqlite::open(args.directory.join("kinto.db"))?;
    let report = client.sync(&mut database).await?;
    println!("Kinto, {report}");
    whole(report.resource("books"), args.books)?;
    let report = client.sync(&mut database).await?;
    println!("Kinto once more, {report}");
    nothing_new(&report.resources)?;
    Ok(())
}

/// Every row came, each once.
fn whole(report: Option<&ResourceReport>, rows: u64) -> Result<(), String> {
    let report = report.ok_or("a resource was not read")?;
    if (report.rows, report.distinct_keys) == (rows, rows) {
        return Ok(());
    }
    Err(format!("{}: expected {rows} rows, {} came with {} keys", report.name, report.rows, report.distinct_keys))
}

fn nothing_new(reports: &[ResourceReport]) -> Result<(), String> {
    match reports.iter().find(|report| report.inserted + report.updated > 0) {
        None => Ok(()),
        Some(report) => Err(format!("{}: {} rows are new", report.name, report.inserted + report.updated)),
    }
}
