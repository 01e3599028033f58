//! Syncs one list into a file, until it is done or interrupted: a process of its own, to be killed, stopped or kept from writing.

use declarest::Sqlite;

/// The same list, merged and appended, and read without its total.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = none,
    retry(max_retries = 20, backoff_factor = 0.001, max_wait = "50ms"),
    timeout = "30s",
    resource_defaults(
        data_selector = "items",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 50, total_path = "paging.total"),
    ),
)]
mod api {
    /// Rows with a key to merge by.
    #[resource(name = merged, path = "/merged", primary_key = key, write_disposition = merge)]
    pub(crate) struct Merged {
        /// Its key.
        pub(crate) key: String,
        /// Its name.
        pub(crate) name: String,
        /// Its number.
        pub(crate) line: u64,
    }

    /// Rows that are added, of a list that does not say how many there are.
    #[resource(
        name = uncounted, path = "/uncounted", write_disposition = append,
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 50),
    )]
    pub(crate) struct Uncounted {
        /// Its key.
        pub(crate) key: String,
        /// Its name.
        pub(crate) name: String,
        /// Its number.
        pub(crate) line: u64,
    }

    /// Rows that are added to those that are there.
    #[resource(name = appended, path = "/appended", write_disposition = append)]
    pub(crate) struct Appended {
        /// Its key.
        pub(crate) key: String,
        /// Its name.
        pub(crate) name: String,
        /// Its number.
        pub(crate) line: u64,
    }
}

/// Arguments: the base URL, the file, the resource.
#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().unwrap_or_default();
    match sync(&next(), &next(), next()).await {
        Ok(Some(report)) => println!("{report}"),
        Ok(None) => return 130.into(),
        Err(error) => {
            eprintln!("{:?}: {error:#}", error.kind());
            return std::process::ExitCode::FAILURE;
        }
    }
    std::process::ExitCode::SUCCESS
}

/// Nothing is reported of a sync that was interrupted.
async fn sync(base_url: &str, file: &str, resource: String) -> declarest::Result<Option<declarest::SyncReport>> {
    let client = api::Client::builder().base_url(base_url).build()?;
    let mut database = Sqlite::open(file)?;
    tokio::select! {
        report = client.sync(&mut database).only([resource]) => report.map(Some),
        _ = tokio::signal::ctrl_c() => Ok(None),
    }
}
