//! What a sync into Delta costs, against the same by hand: `cargo bench -p declarest-delta`. With a number, each job is run so
//! often.
#![forbid(unsafe_code)]

mod appended;
mod by_hand;

use std::path::Path;
use std::time::Duration;

use declarest_benches::job::{self, Cost};
use declarest_benches::measure::{Job, cpu, median, peak, ratio, wall};
use declarest_benches::server::Server;
use declarest_benches::{Result, started_as_helper};
use declarest_delta::Delta;
use tokio::runtime::Runtime;

const ROWS: u32 = 100_000;
const CHANGED: u32 = 5000;
const MANY: u32 = 1_000_000;
const FEW: u32 = 20_000;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["job", name @ ("append" | "append-hand" | "merge" | "merge-hand"), url, rows, path] => {
            return run(name, url, rows.parse()?, path);
        }
        _ if started_as_helper()? => return Ok(()),
        _ => {}
    }
    // As for the other benches: anything but `cargo bench` only wants to see it start.
    if !args.iter().any(|arg| arg == "--bench") {
        return Ok(());
    }
    table(args.iter().find_map(|arg| arg.parse().ok()).unwrap_or(3))
}

/// Does a job in this directory.
fn run(name: &str, url: &str, rows: u64, path: &str) -> Result<()> {
    let work = async {
        let mut lake = match name {
            "append-hand" => return by_hand::append(url, path).await,
            "merge-hand" => return by_hand::merge(url, path).await,
            _ => Delta::open(path)?,
        };
        let report = match name {
            "append" => appended::client(url)?.sync(&mut lake).await?,
            _ => job::client(url)?.sync(&mut lake).only(["issues"]).await?,
        };
        Ok(report.resource("issues").map_or(0, |issues| issues.rows))
    };
    Runtime::new()?.block_on(job::measure(name, rows, work))
}

/// Measures everything, and prints the table.
fn table(rounds: usize) -> Result<()> {
    let source = Server::start()?;
    let run = |name: &str, rows, directory: &Path| {
        Job { name, rows, latency: Duration::ZERO, database: directory }.run(&source)
    };
    let [mut append, mut append_hand, mut merge, mut merge_hand]: [Vec<Cost>; 4] = Default::default();
    for _ in 0..rounds {
        let [theirs, ours] = [tempfile::tempdir()?, tempfile::tempdir()?];
        append_hand.push(run("append-hand", ROWS, theirs.path())?);
        append.push(run("append", ROWS, ours.path())?);
    }
    let memory = |name: &str, rows| run(name, rows, tempfile::tempdir()?.path()).map(|cost| peak(&cost));
    let appended = (memory("append", FEW)?, memory("append", MANY)?);
    let few = memory("merge", FEW)?;
    let base = tempfile::tempdir()?;
    let many = peak(&run("merge", MANY, base.path())?);
    Runtime::new()?.block_on(by_hand::change(&source.url(CHANGED, Duration::ZERO), base.path()))?;
    for _ in 0..rounds {
        let [theirs, ours] = [tempfile::tempdir()?, tempfile::tempdir()?];
        for (name, copy, costs) in [("merge-hand", theirs, &mut merge_hand), ("merge", ours, &mut merge)] {
            copy_directory(base.path(), copy.path())?;
            costs.push(run(name, CHANGED, copy.path())?);
            Runtime::new()?.block_on(by_hand::check(copy.path(), MANY))?;
        }
    }
    println!("| work | against | measured |\n| --- | --- | --- |");
    println!("| append into Delta, wall | Parquet by hand | {:.2} |", ratio(&append, &append_hand, wall));
    println!("| the same, CPU | the same | {:.2} |", ratio(&append, &append_hand, cpu));
    println!(
        "| merge of {CHANGED} rows into {MANY}, wall | by `deltalake` alone | {:.2} |",
        ratio(&merge, &merge_hand, wall)
    );
    println!("| the same, CPU | the same | {:.2} |", ratio(&merge, &merge_hand, cpu));
    for (name, (few, many)) in [("append", appended), ("first merge", (few, many))] {
        println!("| peak memory, {name} of {MANY} rows | {FEW} rows | {:.2} |", many / few);
        println!("| the same | – | {many:.1} MiB |");
    }
    println!("\n| medians | wall, s | CPU, s | peak, MiB |\n| --- | --- | --- | --- |");
    let jobs = [
        ("append, Parquet by hand", append_hand),
        ("append, declarest", append),
        ("merge, `deltalake` alone", merge_hand),
        ("merge, declarest", merge),
    ];
    for (name, costs) in jobs {
        let of = |cost: fn(&Cost) -> f64| median(costs.iter().map(cost));
        println!("| {name} | {:.3} | {:.3} | {:.1} |", of(wall), of(cpu), of(peak));
    }
    Ok(())
}

fn copy_directory(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let copy = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_directory(&entry.path(), &copy)?;
        } else {
            std::fs::copy(entry.path(), copy)?;
        }
    }
    Ok(())
}
