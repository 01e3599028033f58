//! Written by `cargo declarest check`.

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether the API is as declared.
fn run(arguments: &[String]) -> Result<bool, Box<dyn Error>> {
    let (form, only) = arguments.split_first().ok_or("the form of the report is missing")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(async {
        let mut verification = client_of_the_source()?.verify();
        if !only.is_empty() {
            verification = verification.only(only);
        }
        verification.await
    })?;
    let text = if form == "json" { serde_json::to_string_pretty(&report)? } else { report.to_string() };
    writeln!(std::io::stdout(), "{text}")?;
    Ok(report.is_ok())
}
