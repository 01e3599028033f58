//! A shell over the demo API: `cargo run -p declarest-datafusion --features shell --example sql`, and `-- "SELECT …"` for a
//! statement alone.

use std::process::ExitCode;

use declarest_datafusion::Shell;
use declarest_examples::demo_api::{DemoApi, Options};

/// Components and issues of a code base.
#[declarest::source(
    base_url = "https://api.example.com",
    auth = bearer(token = secret(user_token)),
    resource_defaults(
        primary_key = key,
        rename_all = "camelCase",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 500, total_path = "paging.total"),
    ),
)]
mod analytics {
    use declarest::jiff::Timestamp;

    /// A project, directory or file under analysis.
    #[resource(name = components, path = "/v1/components/search", data_selector = "components")]
    pub(crate) struct Component {
        pub(crate) key: String,
        pub(crate) name: String,
        pub(crate) qualifier: String,
    }

    /// A finding in a file.
    #[resource(
        name = issues,
        path = "/v1/issues/search",
        data_selector = "issues",
        incremental(cursor = creation_date, start_param = "createdAfter", end_param = "createdBefore"),
    )]
    pub(crate) struct Issue {
        pub(crate) key: String,
        pub(crate) r#type: String,
        pub(crate) severity: String,
        pub(crate) component: String,
        pub(crate) message: String,
        pub(crate) line: Option<u32>,
        pub(crate) creation_date: Timestamp,
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let demo = match DemoApi::new(Options { log: false, ..Options::default() }).start(None) {
        Ok(demo) => demo,
        Err(error) => {
            eprintln!("error: the demo API cannot be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    let client = analytics::Client::builder().base_url(demo.base_url()).user_token(Options::TOKEN).build();
    Shell::run(client, std::env::args().skip(1)).await
}
