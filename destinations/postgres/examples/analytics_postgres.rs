//! Syncs SonarQube-style analytics into Postgres and asks it three questions:
//! `cargo run --release --example analytics -- --postgres URL` runs it.
//!
//! The URL is in the environment variable `DECLAREST_POSTGRES`, the schema in `DECLAREST_POSTGRES_SCHEMA` (default:
//! `analytics`). An argument is the base URL of the server to read; without it, the bundled demo API is started.

use std::process::ExitCode;

use declarest_examples::analytics::analytics;
use declarest_examples::demo_api::{DemoApi, Options};
use declarest_postgres::Postgres;
use tokio_postgres::SimpleQueryMessage;

const QUESTIONS: [(&str, &str); 3] = [
    (
        "Issues by severity",
        "SELECT severity, count(*) AS issues, count(*) FILTER (WHERE status = 'OPEN') AS open
         FROM issues GROUP BY severity ORDER BY issues DESC",
    ),
    (
        "The ten worst files, by open issues",
        "SELECT split_part(i.component, ':', 2) AS file,
                CASE c.qualifier WHEN 'UTS' THEN 'test' ELSE 'code' END AS kind, count(*) AS open,
                count(*) FILTER (WHERE i.severity IN ('BLOCKER', 'CRITICAL')) AS severe, count(DISTINCT i.rule) AS rules
         FROM issues i LEFT JOIN components c ON c.key = i.component
         WHERE i.status = 'OPEN'
         GROUP BY i.component, c.qualifier ORDER BY open DESC, file LIMIT 10",
    ),
    (
        "The oldest open blockers and criticals",
        "SELECT creation_date::date AS since, severity, rule, component || coalesce(':' || line, '') AS place
         FROM issues WHERE status = 'OPEN' AND severity IN ('BLOCKER', 'CRITICAL')
         ORDER BY creation_date, key LIMIT 10",
    ),
];

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        // A shell's exit code for an interrupted program.
        Ok(false) => ExitCode::from(130),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether it finished, that is, was not interrupted.
async fn run() -> Result<bool, Box<dyn std::error::Error>> {
    let url = std::env::var("DECLAREST_POSTGRES").map_err(|_| "DECLAREST_POSTGRES is not set: it is the URL")?;
    let schema = std::env::var("DECLAREST_POSTGRES_SCHEMA").unwrap_or_else(|_| "analytics".to_owned());
    let builder = analytics::Client::builder();
    let (client, demo) = if let Some(base_url) = std::env::args().nth(1) {
        (builder.base_url(base_url).build()?, None)
    } else {
        let demo = DemoApi::new(Options { log: false, ..Options::default() }).start(None)?;
        println!("The demo API listens on {}.\n", demo.base_url());
        (builder.base_url(demo.base_url()).user_token(Options::TOKEN).build()?, Some(demo))
    };
    let mut db = Postgres::connect(url.as_str()).await?.schema(&schema);
    let synced = tokio::select! {
        synced = async { client.sync(&mut db).progress(declarest::progress_bars()).await } => Some(synced),
        _ = tokio::signal::ctrl_c() => None,
    };
    drop(demo);
    // Pages of a sync that was interrupted are on their way.
    db.close().await;
    let Some(synced) = synced else {
        eprintln!("Interrupted. The rows read so far are in the schema {schema}: run it again to resume.");
        return Ok(false);
    };
    match synced {
        Ok(report) => println!("{report}"),
        // The report names every failure, the error the first.
        Err(error) => {
            return Err(error.report().map_or_else(|| error.clone().into(), |report| report.to_string().into()));
        }
    }
    ask(&url, &schema).await?;
    println!("\nAll of it is in the schema {schema}: ask more with psql.");
    Ok(true)
}

/// Prints each question and its answer.
async fn ask(url: &str, schema: &str) -> Result<(), Box<dyn std::error::Error>> {
    let Ok((client, connection)) = tokio_postgres::connect(url, tokio_postgres::NoTls).await else {
        println!("\nThe questions are asked where the server talks without TLS.");
        return Ok(());
    };
    tokio::spawn(connection);
    // Of the transaction alone: a proxy may have another connection for the next one.
    let search_path = format!("BEGIN; SET LOCAL search_path TO \"{}\"", schema.replace('"', "\"\""));
    for (title, sql) in QUESTIONS {
        println!("\n{title}");
        for message in client.simple_query(&format!("{search_path}; {sql}; COMMIT")).await? {
            if let SimpleQueryMessage::Row(row) = message {
                let cells: Vec<_> = (0..row.len()).map(|at| row.get(at).unwrap_or_default()).collect();
                println!("  {}", cells.join("  "));
            }
        }
    }
    Ok(())
}
