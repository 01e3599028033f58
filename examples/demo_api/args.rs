//! The program's flags.

use std::time::Duration;

use clap::Parser;
use declarest_examples::demo_api::{Faults, Options, Rate};
use jiff::SignedDuration;

/// A SonarQube-style API on 127.0.0.1 with real data, for trying out declarations
#[derive(Debug, Parser)]
#[command(name = "demo_api", after_help = "Faults are deterministic for a given --seed.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Args {
    /// The port to listen on; 0 for any free one
    #[arg(long, default_value_t = 9000)]
    pub(crate) port: u16,

    /// The bearer token that requests must carry
    #[arg(long, default_value = Options::TOKEN)]
    pub(crate) token: String,

    /// Respond with 403 even to the right token
    #[arg(long)]
    forbid: bool,

    /// The largest page size that is accepted
    #[arg(long, value_name = "N", default_value_t = 500)]
    max_page_size: u32,

    /// Refuse rows past the first N of components and issues; SonarQube's window is 10000
    #[arg(long, value_name = "N")]
    window: Option<u64>,

    /// Report no total above the window, as SonarQube Cloud does
    #[arg(long, requires = "window")]
    clamp_total: bool,

    /// Serve N issues instead of the bundled 17366, repeating them under new keys
    #[arg(long, value_name = "N")]
    pub(crate) issues: Option<usize>,

    /// Compress responses for clients that accept gzip
    #[arg(long)]
    gzip: bool,

    /// Delay before each response, such as 20ms
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Faults")]
    latency: Option<Duration>,

    /// The share of requests that get a 500 or a 503, such as 0.05
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "0", help_heading = "Faults")]
    fail_rate: f64,

    /// The share of requests whose connection is closed, before the headers or within the body
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "0", help_heading = "Faults")]
    drop_rate: f64,

    /// The share of requests that get a sign-in page with 200
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "0", help_heading = "Faults")]
    html_rate: f64,

    /// The share of requests that get half of the response and then nothing
    #[arg(long, value_name = "SHARE", value_parser = share, default_value = "0", help_heading = "Faults")]
    stall_rate: f64,

    /// Respond with 429 and Retry-After above this rate, such as 5/s
    #[arg(long, value_name = "RATE", help_heading = "Faults")]
    rate_limit: Option<Rate>,

    /// Omit Retry-After from a 429
    #[arg(long, requires = "rate_limit", help_heading = "Faults")]
    no_retry_after: bool,

    /// Send bodies in ten pieces, this long apart, such as 50ms
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Faults")]
    slow: Option<Duration>,

    /// Seed for random faults
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Faults")]
    seed: u64,
}

impl Args {
    /// The server that the flags describe.
    pub(crate) fn options(&self) -> Options {
        Options {
            token: self.token.clone(),
            forbid: self.forbid,
            max_page_size: self.max_page_size,
            window: self.window,
            clamp_total: self.clamp_total,
            issues: self.issues,
            gzip: self.gzip,
            // It may run for long, and nobody reads the log.
            log: false,
            faults: Faults {
                latency: self.latency.unwrap_or_default(),
                fail_rate: self.fail_rate,
                drop_rate: self.drop_rate,
                html_rate: self.html_rate,
                stall_rate: self.stall_rate,
                rate_limit: self.rate_limit,
                no_retry_after: self.no_retry_after,
                slow: self.slow,
                seed: self.seed,
            },
        }
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let signed: SignedDuration = text.parse().map_err(|_| "expected a time such as 20ms or 1.5s")?;
    signed.try_into().map_err(|_| "expected a time that is not negative".to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("expected a share from 0 to 1".to_owned()),
    }
}
