//! The rows of the other benches, to be appended.

use declarest_benches::Result;

/// Issues.
#[declarest::source(base_url = "http://127.0.0.1:9000", auth = none)]
pub(crate) mod log {
    use declarest::jiff::Timestamp;
    use declarest_benches::declared::sonar::{Flow, Severity, TextRange};

    /// A finding in a file.
    #[resource(
        name = issues, path = "/issues", write_disposition = append, rename_all = "camelCase", data_selector = "issues",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 100, total_path = "paging.total"),
    )]
    pub(crate) struct Issue {
        pub(crate) key: String,
        pub(crate) r#type: String,
        pub(crate) severity: Severity,
        pub(crate) status: String,
        pub(crate) resolution: Option<String>,
        pub(crate) rule: String,
        pub(crate) message: String,
        pub(crate) component: String,
        pub(crate) project: String,
        pub(crate) organization: Option<String>,
        pub(crate) line: Option<u32>,
        pub(crate) text_range: Option<TextRange>,
        pub(crate) flows: Vec<Flow>,
        pub(crate) hash: Option<String>,
        pub(crate) tags: Vec<String>,
        pub(crate) author: Option<String>,
        pub(crate) effort: Option<String>,
        pub(crate) debt: Option<String>,
        pub(crate) creation_date: Timestamp,
        pub(crate) update_date: Timestamp,
    }
}

/// The client of the server.
pub(crate) fn client(url: &str) -> Result<log::Client> {
    Ok(log::Client::builder().base_url(url).build()?)
}
