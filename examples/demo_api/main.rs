//! The demo API as a program of its own: `cargo run --example demo_api -- --port 9000`, and `--help` for the rest.
#![forbid(unsafe_code)]

mod args;

use std::io;
use std::process::ExitCode;

use clap::Parser as _;
use declarest_examples::demo_api::{DemoApi, Resource};

use args::Args;

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: cannot serve on port {}: {error}", args.port);
            ExitCode::FAILURE
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn run(args: &Args) -> io::Result<()> {
    let server = DemoApi::new(args.options()).start(Some(args.port))?;
    println!("The demo API listens on {}; Ctrl-C ends it.\n", server.base_url());
    for resource in Resource::ALL {
        let count = match resource {
            Resource::Issues => args.issues,
            Resource::Components | Resource::Metrics => None,
        };
        println!("  {:<24}{:>7} rows", resource.path(), count.unwrap_or(resource.rows().len()));
    }
    println!(
        "\nTry\n  curl -H 'Authorization: Bearer {}' '{}{}?ps=2&createdAfter=2026-04-01'",
        args.token,
        server.base_url(),
        Resource::Issues.path(),
    );
    tokio::signal::ctrl_c().await?;
    println!("\n{} requests served.", server.request_count());
    server.stop();
    Ok(())
}
