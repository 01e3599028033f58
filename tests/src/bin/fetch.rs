//! Fetches once, with the secret that the environment has: a process of its own for tests of the environment.

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
    match fetch().await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{:?}: {error}", error.kind());
            std::process::ExitCode::FAILURE
        }
    }
}

async fn fetch() -> declarest::Result<()> {
    let url = std::env::args().nth(1).unwrap_or_default();
    api::Client::builder().base_url(url).build()?.items().await.map(drop)
}
