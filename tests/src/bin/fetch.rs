//! Fetches once, with the secret that the environment has, and says how much memory that took: a process of its own for tests of
//! the environment and of memory.

/// One list behind a bearer.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = bearer(token = secret(user_token)),
    retry(max_retries = 1, backoff_factor = 0.01),
    resource_defaults(paginator = single_page),
)]
mod api {
    /// A row.
    #[resource(name = items, path = "/items")]
    pub(crate) struct Item {
        /// Its key.
        pub(crate) key: String,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    let fetched = fetch().await;
    if let Some(peak) = peak() {
        println!("{peak}");
    }
    match fetched {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{:?}: {error:#}", error.kind());
            std::process::ExitCode::FAILURE
        }
    }
}

/// The most memory that this process has held, in KiB, where the system tells it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().strip_suffix("kB")?.trim().parse().ok()
}

async fn fetch() -> declarest::Result<()> {
    let url = std::env::args().nth(1).unwrap_or_default();
    api::Client::builder().base_url(url).build()?.items().await.map(drop)
}
