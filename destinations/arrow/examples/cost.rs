//! What record batches and Parquet files cost: `cargo run --release -p declarest-arrow --example cost`.
//!
//! - CPU time of a row from a page to a record batch, beside that of parsing it into its struct;
//! - the largest memory of a process that syncs 20 000 rows into Parquet files, and of one that syncs a million.

use std::error::Error;
use std::process::Command;
use std::time::Duration;

use declarest::Batch;
use declarest_arrow::{ArrowTable, Parquet, Unsigned};
use declarest_examples::analytics::analytics;
use declarest_examples::demo_api::{DemoApi, Options};
use declarest_tests::{Reply, Request, Server};
use nix::time::{ClockId, clock_gettime};
use serde::Deserialize;
use serde_json::json;

/// Rows without an end.
#[declarest::source(base_url = "http://127.0.0.1:9", auth = none)]
mod endless {
    use declarest::jiff::Timestamp;

    /// An event.
    #[resource(
        name = events, path = "/events", data_selector = "events", write_disposition = append,
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 500, total_path = "total"),
    )]
    pub(crate) struct Event {
        pub(crate) id: u64,
        pub(crate) kind: String,
        pub(crate) name: String,
        pub(crate) message: String,
        pub(crate) amount: f64,
        pub(crate) is_open: bool,
        pub(crate) at: Timestamp,
    }
}

/// A page of issues as the API has it.
#[derive(Deserialize)]
struct Page {
    issues: Vec<analytics::Issue>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    if let (Some(url), Some(folder)) = (args.next(), args.next()) {
        return sync(&url, &folder).await;
    }
    conversion().await?;
    memory()
}

/// The CPU time that the least of ten runs takes.
fn least(mut run: impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<Duration, Box<dyn Error>> {
    let now = || clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map(Duration::from);
    let mut least = Duration::MAX;
    for _ in 0..10 {
        let start = now()?;
        run()?;
        least = least.min(now()?.saturating_sub(start));
    }
    Ok(least)
}

async fn conversion() -> Result<(), Box<dyn Error>> {
    let demo = DemoApi::new(Options { log: false, ..Options::default() }).start(None)?;
    let client = analytics::Client::builder().base_url(demo.base_url()).user_token(Options::TOKEN).build()?;
    let mut pages: Vec<Batch> = Vec::new();
    let mut batches = client.scan("issues")?.page_size(500).batches();
    while let Some(batch) = batches.next().await {
        pages.push(batch?);
    }
    let http = declarest::reqwest::Client::new();
    let mut texts = Vec::new();
    for page in 1..=pages.len() {
        let url = format!("{}/v1/issues/search?p={page}&ps=500", demo.base_url());
        texts.push(http.get(url).bearer_auth(Options::TOKEN).send().await?.text().await?);
    }
    let rows = pages.iter().map(Batch::len).sum::<usize>();
    let parsed = least(|| {
        let read = |text| serde_json::from_str::<Page>(text).map(|page| page.issues.len());
        let count = texts.iter().map(|text| read(text)).sum::<Result<usize, _>>()?;
        if count == rows { Ok(()) } else { Err("other rows".into()) }
    })?;
    let converted = least(|| {
        for page in &pages {
            let mut table = ArrowTable::new(page.schema(), Unsigned::UInt64);
            table.append(page)?;
            table.finish()?;
        }
        Ok(())
    })?;
    let each = |time: Duration| time.as_secs_f64() * 1e9 / f64::from(u32::try_from(rows).unwrap_or(u32::MAX));
    println!("{rows} issues of 20 columns, CPU time of a row: parsed into its struct {:.0} ns,", each(parsed));
    println!("from its page to a record batch {:.0} ns: {:.2} of it", each(converted), each(converted) / each(parsed));
    Ok(())
}

fn page(request: &Request, rows: u64) -> Reply {
    let (number, size) = (request.number("p").unwrap_or(1), request.number("ps").unwrap_or(500));
    let event = |id: u64| {
        json!({
            "id": id, "kind": (["opened", "closed", "changed"][usize::try_from(id % 3).unwrap_or(0)]), "name": format!("event {id}"),
            "message": format!("{:016x} of {id}", id.wrapping_mul(0x9e37_79b9_7f4a_7c15)), "amount": f64::from(u32::try_from(id).unwrap_or(0)) / 7.0,
            "is_open": id.is_multiple_of(2), "at": format!("2026-01-{:02}T{:02}:00:00Z", id % 28 + 1, id % 24),
        })
    };
    let events: Vec<_> = ((number - 1) * size..(number * size).min(rows)).map(event).collect();
    Reply::json(json!({ "total": rows, "events": events }))
}

fn memory() -> Result<(), Box<dyn Error>> {
    for rows in [20_000, 1_000_000] {
        let server = Server::start(move |request| page(request, rows));
        let folder = tempfile::tempdir()?;
        let status = Command::new(std::env::current_exe()?).arg(server.base_url()).arg(folder.path()).status()?;
        if !status.success() {
            return Err(format!("the sync of {rows} rows fails").into());
        }
    }
    Ok(())
}

/// Syncs, and says how much memory that took.
async fn sync(url: &str, folder: &str) -> Result<(), Box<dyn Error>> {
    let client = endless::Client::builder().base_url(url).build()?;
    let mut lake = Parquet::open(folder)?;
    let report = client.sync(&mut lake).await?;
    let files = lake.files("events").await?;
    let (rows, bytes) = (report.resources[0].rows, files.iter().map(|file| file.bytes).sum::<u64>());
    // Not `getrusage`: that counts what the process had before it became this program.
    let status = std::fs::read_to_string("/proc/self/status")?;
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default().trim();
    println!("{rows} rows in {} files of {} kB in all: at most {most} of memory", files.len(), bytes / 1000);
    Ok(())
}
