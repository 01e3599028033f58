//! What was measured, what it was measured against, and the target.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use crate::measure::{Job, cpu, median, peak, ratio, wall};
use crate::server::Server;
use crate::{PAGE, Result};

const ROWS: u32 = 100_000;
const LATENCY: Duration = Duration::from_millis(20);
const IN_FLIGHT: u32 = 8;

/// How often each job is run: the quick ones, and those that mostly wait.
#[derive(Debug, Clone, Copy)]
pub struct Rounds {
    /// The quick ones.
    pub quick: usize,
    /// Those that mostly wait, or take long.
    pub slow: usize,
}

fn row(work: &str, against: &str, target: f64, measured: f64, unit: &str) {
    let verdict = if measured <= target { "yes" } else { "NO" };
    println!("| {work} | {against} | ≤ {target}{unit} | {measured:.2}{unit} | {verdict} |");
}

/// Measures everything, and prints the table.
///
/// # Errors
/// Where a run fails, or writes other rows than the hand-written one.
pub fn print(rounds: Rounds) -> Result<()> {
    let server = Server::start()?;
    println!("| work | against | target | measured | met |\n| --- | --- | --- | --- | --- |");
    let mut costs = reading(&server, rounds)?;
    costs.extend(syncing(&server, rounds)?);
    waiting(&server, rounds)?;
    memory(&server, rounds)?;
    println!(
        "\n| medians of {ROWS} rows | wall, s | CPU, s | CPU, µs a row | peak, MiB |\n| --- | --- | --- | --- | --- |"
    );
    for (name, costs) in costs {
        let (time, cost) = (median(costs.iter().map(wall)), median(costs.iter().map(cpu)));
        let each = cost * 1e6 / f64::from(ROWS);
        println!("| {name} | {time:.3} | {cost:.3} | {each:.2} | {:.1} |", median(costs.iter().map(peak)));
    }
    Ok(())
}

type Costs = Vec<(&'static str, Vec<crate::job::Cost>)>;

fn reading(server: &Server, rounds: Rounds) -> Result<Costs> {
    let job = |name| Job { name, rows: ROWS, latency: Duration::ZERO, database: Path::new("") };
    let (mut socket, mut hand, mut one, mut all) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds.quick {
        socket.push(job("socket").run(server)?);
        hand.push(job("hand-read").run(server)?);
        one.push(job("read-1").run(server)?);
        all.push(job("read").run(server)?);
    }
    row("typed rows, one page in flight, CPU", "reqwest + typed serde structs", 1.05, ratio(&one, &hand, cpu), "");
    row("typed rows, default settings, wall", "the same, sequential", 0.6, ratio(&all, &hand, wall), "");
    Ok(vec![
        ("bare socket, bytes dropped", socket),
        ("by hand, typed, one page at a time", hand),
        ("declarest, one page at a time", one),
        ("declarest, default settings", all),
    ])
}

fn syncing(server: &Server, rounds: Rounds) -> Result<Costs> {
    let (mut hand, mut hand_again, mut first, mut second) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds.quick {
        let directory = tempfile::tempdir()?;
        let (theirs, ours) = (directory.path().join("hand.db"), directory.path().join("declarest.db"));
        let job = |name, database| Job { name, rows: ROWS, latency: Duration::ZERO, database };
        hand.push(job("hand-sync", &theirs).run(server)?);
        first.push(job("sync", &ours).run(server)?);
        second.push(job("sync", &ours).run(server)?);
        hand_again.push(job("hand-sync", &theirs).run(server)?);
        if round == 0 {
            compare(&theirs, &ours)?;
        }
    }
    let by_hand = "borrowed rows → rusqlite by hand";
    row("sync into SQLite, upsert by key, CPU", by_hand, 1.15, ratio(&first, &hand, cpu), "");
    row("the same, wall", by_hand, 1.15, ratio(&first, &hand, wall), "");
    row("second sync over unchanged rows, wall", "first sync", 1.0, ratio(&second, &first, wall), "");
    Ok(vec![
        ("by hand, into SQLite", hand),
        ("by hand, the same rows again", hand_again),
        ("declarest, sync", first),
        ("declarest, second sync", second),
    ])
}

/// That both have written the same.
fn compare(theirs: &Path, ours: &Path) -> Result<()> {
    let connection = Connection::open(theirs)?;
    connection.execute("ATTACH ?1 AS ours", [ours.to_str().ok_or("a path that is no text")?])?;
    let columns =
        "key, type, severity, status, resolution, rule, message, component, project, organization, line, text_range,
        flows, hash, tags, author, effort, debt, creation_date, update_date";
    let count =
        format!("SELECT count(*) FROM (SELECT {columns} FROM issues INTERSECT SELECT {columns} FROM ours.issues)");
    let same: u32 = connection.query_row(&count, [], |row| row.get(0))?;
    if same == ROWS { Ok(()) } else { Err(format!("{same} of {ROWS} rows are the same in both databases").into()) }
}

fn waiting(server: &Server, rounds: Rounds) -> Result<()> {
    let pages = ROWS / PAGE;
    let bound = (LATENCY * (1 + (pages - 1).div_ceil(IN_FLIGHT))).as_secs_f64();
    let job = Job { name: "read-8", rows: ROWS, latency: LATENCY, database: Path::new("") };
    let runs = (0..rounds.slow).map(|_| job.run(server)).collect::<Result<Vec<_>>>()?;
    row("20 ms a page, 8 in flight", "latency × (1 + ⌈(pages−1)/8⌉)", 1.15, median(runs.iter().map(wall)) / bound, "");

    let bound = (LATENCY * pages).as_secs_f64();
    let mut runs = Vec::new();
    for _ in 0..rounds.slow {
        let directory = tempfile::tempdir()?;
        let database = directory.path().join("declarest.db");
        runs.push(Job { name: "sync-cursor", rows: ROWS, latency: LATENCY, database: &database }.run(server)?);
    }
    row("cursor, 20 ms a page, into SQLite", "latency × pages", 1.05, median(runs.iter().map(wall)) / bound, "");
    Ok(())
}

fn memory(server: &Server, rounds: Rounds) -> Result<()> {
    for (work, name) in [("reading", "read"), ("syncing", "sync")] {
        let directory = tempfile::tempdir()?;
        let job = |rows, round| {
            let database = directory.path().join(format!("{rows}.{round}.db"));
            Job { name, rows, latency: Duration::ZERO, database: &database }.run(server).map(|cost| peak(&cost))
        };
        let few = median((0..rounds.slow).map(|round| job(20_000, round)).collect::<Result<Vec<_>>>()?);
        let many = job(1_000_000, 0)?;
        row(&format!("peak memory, {work} 1 000 000 rows"), "20 000 rows", 1.2, many / few, "");
        row(&format!("the same, {work}"), "–", 40.0, many, " MiB");
    }
    Ok(())
}
