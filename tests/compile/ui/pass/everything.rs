//! Everything that a declaration can say, under lints that a careful user turns on.
#![deny(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic, rust_2018_idioms)]

/// Projects, their branches and their issues.
#[declarest::source(
    base_url = "https://api.example.com/v2/",
    auth = bearer(token = secret(user_token)),
    headers("Accept-Language" = "en", "X-Client" = "everything"),
    retry(max_retries = 3, backoff_factor = 1.5, statuses = [429, 500, 502, 503, 504], max_wait = "5m"),
    timeout = "30s",
    connect_timeout = "500ms",
    concurrency = 8,
    max_page_bytes = "64MiB",
    crate = ::declarest,
    resource_defaults(
        primary_key = key,
        write_disposition = merge,
        rename_all = "camelCase",
        headers("Accept" = "application/json"),
        params(additional_fields as "additionalFields" = "_all"),
        retry(max_retries = 1),
        paginator = page_number(
            page_param = "p",
            base_page = 1,
            limit_param = "ps",
            limit = 100,
            total_path = "paging.total",
            total_pages_path = "$.paging['pages']",
            total_header = "X-Total",
            maximum_page = 100,
            has_more_path = "paging.more[0]",
            stop_after_empty_page = false,
        ),
    ),
)]
pub mod api {
    use std::collections::BTreeMap;

    use declarest::jiff::Timestamp;

    /// A project.
    #[resource(name = projects, path = "/projects", data_selector = "data[*].projects")]
    #[derive(Debug, Clone, PartialEq)]
    pub struct Project {
        /// What tells it apart.
        pub key: String,
        /// When it was made.
        pub created_at: Option<Timestamp>,
        /// What it is written in.
        pub languages: Vec<String>,
        /// Whatever it has.
        pub extra: declarest::Json,
        /// How bad it is.
        pub severity: Option<Severity>,
        /// Where it is.
        #[column(name = "place")]
        pub range: Range,
        /// Its labels.
        #[column(json, name = "labels_json")]
        pub labels: BTreeMap<String, u32>,
        /// Not stored.
        #[column(skip)]
        pub note: Option<String>,
    }

    /// A branch of a project.
    #[resource(
        name = branches,
        path = "/projects/{project}/{kind}/branches",
        method = GET,
        headers("Accept" = "text/json"),
        params(
            project: String,
            kind = "git",
            since: Option<Timestamp>,
            page_count as "pageCount": u32,
            type: Option<String>,
            all = true,
            depth = -1,
        ),
        data_selector = "$",
        paginator = single_page,
        primary_key = (key, number),
        write_disposition = append,
        allow(unused_key),
        selected = false,
        rename_all = "snake_case",
        timeout = "1h",
        auth = none,
    )]
    #[derive(Debug)]
    pub struct Branch {
        /// What tells it apart.
        pub key: String,
        /// And its number.
        pub number: i64,
        /// A keyword.
        pub r#type: Option<String>,
    }

    /// How bad something is.
    #[nested(rename_all = "SCREAMING_SNAKE_CASE")]
    #[derive(Debug, Clone, PartialEq)]
    pub enum Severity {
        /// Very.
        Blocker,
        /// Not very.
        #[serde(rename = "minor")]
        Minor,
        /// Not known.
        #[other]
        Other(String),
    }

    /// Where something is.
    #[nested]
    #[derive(Debug, Clone, PartialEq)]
    pub struct Range {
        /// From here.
        pub start_line: u32,
        /// To here.
        pub end_line: Option<u32>,
        /// As a shape.
        pub shape: Shape,
    }

    /// A shape.
    #[nested]
    #[derive(Debug, Clone, PartialEq)]
    pub enum Shape {
        /// Nothing.
        Empty,
        /// A line.
        Line {
            /// How long it is.
            length: u32,
        },
    }
}

/// Uses all of it.
///
/// # Errors
///
/// Always, there being no such API.
pub async fn read() -> declarest::Result<usize> {
    let client = api::Client::builder().base_url("http://127.0.0.1:9").user_token("t").build()?;
    let projects: Vec<api::Project> = client.projects().page_size(10).concurrency(2).await?;
    let branches = client.branches("p", 3).r#type("main").since(declarest::jiff::Timestamp::UNIX_EPOCH);
    let first = branches.clone().first_page().await?;
    let mut pages = branches.pages();
    let mut rows = client.projects().stream();
    let mut count = projects.len() + first.rows.len();
    while let Some(page) = pages.next().await {
        count += page?.rows.len();
    }
    while let Some(row) = rows.next().await {
        count += row?.languages.len();
    }
    let mut db = declarest::Sqlite::open("everything.db")?;
    client.sync(&mut db).await?;
    Ok(count)
}

fn main() {
    let def = <api::Branch as declarest::Resource>::DEF;
    assert_eq!(def.path, "/projects/{project}/git/branches");
    assert_eq!(def.fixed_params, [("additionalFields", "_all"), ("all", "true"), ("depth", "-1")]);
    assert_eq!(def.headers, [("Accept", "text/json")]);
    assert_eq!(def.primary_key, ["key", "number"]);
    let columns: Vec<_> = <api::Project as declarest::Resource>::DEF.columns.iter().map(|column| column.name).collect();
    assert_eq!(columns, ["key", "created_at", "languages", "extra", "severity", "place", "labels_json"]);
}
