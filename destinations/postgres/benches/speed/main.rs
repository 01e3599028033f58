//! What a sync into Postgres costs, against `SQLite` and against the best that is written by hand: `cargo bench -p
//! declarest-postgres`. With a number, each job is run so often.
//!
//! `DECLAREST_TEST_POSTGRES` names a server; otherwise one is started, with `fsync` on.
#![forbid(unsafe_code)]

mod by_hand;
#[allow(dead_code, unreachable_pub, reason = "the tests use more of it")]
#[path = "../../tests/postgres/server.rs"]
mod server;

use std::path::Path;
use std::time::Duration;

use declarest_benches::job::{self, Cost};
use declarest_benches::measure::{Job, cpu, median, peak, ratio, wall};
use declarest_benches::server::Server as Source;
use declarest_benches::{Result, started_as_helper};
use declarest_postgres::Postgres;
use tokio::runtime::Runtime;

const ROWS: u32 = 100_000;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["job", name @ ("postgres" | "postgres-hand"), url, rows, place] => {
            return run(name, url, rows.parse()?, place);
        }
        _ if started_as_helper()? => return Ok(()),
        _ => {}
    }
    // As for the other benches: anything but `cargo bench` only wants to see it start.
    if !args.iter().any(|arg| arg == "--bench") {
        return Ok(());
    }
    table(args.iter().find_map(|arg| arg.parse().ok()).unwrap_or(5))
}

/// Does a job: `place` is the database's URL and a schema, with a space between them.
fn run(name: &str, url: &str, rows: u64, place: &str) -> Result<()> {
    let (database, schema) = place.split_once(' ').ok_or("a job takes a URL and a schema")?;
    let work = async {
        if name == "postgres-hand" {
            return by_hand::sync(url, database, schema).await;
        }
        let mut postgres = Postgres::connect(database).await?.schema(schema);
        let report = job::client(url)?.sync(&mut postgres).only(["issues"]).await?;
        Ok(report.resource("issues").map_or(0, |issues| issues.rows))
    };
    Runtime::new()?.block_on(job::measure(name, rows, work))
}

/// Measures everything, and prints the table.
fn table(rounds: usize) -> Result<()> {
    let settings = "fsync = on\nfull_page_writes = on\nshared_buffers = '256MB'";
    let own = std::env::var("DECLAREST_TEST_POSTGRES").is_err().then(|| server::Server::start(settings)).flatten();
    let Some(postgres) = own.as_ref().or_else(|| server::shared()) else { return Err("there is no server".into()) };
    let source = Source::start()?;
    let runtime = Runtime::new()?;
    let place = |schema: &str| format!("{} {schema}", postgres.url);
    let run = |name: &str, rows, place: &str| {
        Job { name, rows, latency: Duration::ZERO, database: Path::new(place) }.run(&source)
    };
    let wal = || runtime.block_on(written(postgres));
    let [mut lite, mut ours, mut again, mut hand, mut hand_again]: [Vec<Cost>; 5] = Default::default();
    let mut second_wal = Vec::new();
    for _ in 0..rounds {
        let directory = tempfile::tempdir()?;
        let file = directory.path().join("issues.db");
        lite.push(run("sync", ROWS, file.to_str().ok_or("a path that is no text")?)?);
        let (theirs, own) = (server::fresh_name(), server::fresh_name());
        hand.push(run("postgres-hand", ROWS, &place(&theirs))?);
        ours.push(run("postgres", ROWS, &place(&own))?);
        hand_again.push(run("postgres-hand", ROWS, &place(&theirs))?);
        let before = wal()?;
        again.push(run("postgres", ROWS, &place(&own))?);
        second_wal.push((wal()? - before) / 1024.0);
        runtime.block_on(compare(postgres, &theirs, &own))?;
    }
    println!("| work | against | measured |\n| --- | --- | --- |");
    println!("| sync into Postgres, client CPU | into SQLite | {:.2} |", ratio(&ours, &lite, cpu));
    println!("| the same | by hand | {:.2} |", ratio(&ours, &hand, cpu));
    println!("| the same, wall | by hand | {:.2} |", ratio(&ours, &hand, wall));
    println!("| second sync, wall | by hand, the same rows again | {:.2} |", ratio(&again, &hand_again, wall));
    println!("| second sync, WAL | – | {:.0} KiB |", median(second_wal));
    let memory = |rows| run("postgres", rows, &place(&server::fresh_name())).map(|cost| peak(&cost));
    let (few, many) = (memory(20_000)?, memory(1_000_000)?);
    println!("| peak memory, 1 000 000 rows | 20 000 rows | {:.2} |", many / few);
    println!("| the same | – | {many:.1} MiB |");
    println!("\n| medians of {ROWS} rows | wall, s | CPU, s | peak, MiB |\n| --- | --- | --- | --- |");
    let jobs = [
        ("into SQLite", lite),
        ("by hand, into Postgres", hand),
        ("by hand, the same rows again", hand_again),
        ("declarest, into Postgres", ours),
        ("declarest, second sync", again),
    ];
    for (name, costs) in jobs {
        let of = |cost: fn(&Cost) -> f64| median(costs.iter().map(cost));
        println!("| {name} | {:.3} | {:.3} | {:.1} |", of(wall), of(cpu), of(peak));
    }
    Ok(())
}

/// How many bytes the server has written to its log.
async fn written(server: &server::Server) -> Result<f64> {
    let sql = "SELECT (pg_current_wal_insert_lsn() - '0/0')::float8";
    Ok(server.client().await.query_one(sql, &[]).await?.try_get(0)?)
}

/// That both have written the same.
async fn compare(server: &server::Server, theirs: &str, ours: &str) -> Result<()> {
    let columns = by_hand::COLUMNS.join(", ");
    let sql = format!(
        "SELECT count(*) FROM (SELECT {columns} FROM {theirs}.issues INTERSECT SELECT {columns} FROM {ours}.issues) s"
    );
    let same: i64 = server.client().await.query_one(&sql, &[]).await?.try_get(0)?;
    server.client().await.batch_execute(&format!("DROP SCHEMA {theirs} CASCADE; DROP SCHEMA {ours} CASCADE")).await?;
    if same == i64::from(ROWS) { Ok(()) } else { Err(format!("{same} of {ROWS} rows are the same in both").into()) }
}
