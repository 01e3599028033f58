//! The declaration that the `analytics` example runs: components, issues and metrics of a code base.

/// SonarQube-style analytics: components, issues and metrics.
#[declarest::source(
    base_url = "https://api.example.com",
    auth = bearer(token = secret(user_token)),
    retry(max_retries = 3, backoff_factor = 2, statuses = [429, 500, 502, 503, 504]),
    resource_defaults(
        primary_key = key,
        write_disposition = merge,
        rename_all = "camelCase",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 100, total_path = "paging.total"),
    ),
)]
pub mod analytics {
    use declarest::jiff::Timestamp;

    /// A project, directory or file under analysis.
    #[resource(name = components, path = "/v1/components/search", data_selector = "components")]
    #[derive(Debug, Clone, PartialEq)]
    pub struct Component {
        /// Unique among components, for instance `my_project:src/main.rs`.
        pub key: String,
        /// The last part of the path, or the project's name.
        pub name: String,
        /// Who the project belongs to.
        pub organization: Option<String>,
        /// The key of the project.
        pub project: Option<String>,
        /// `TRK` a project, `DIR` a directory, `FIL` a file, `UTS` a test.
        pub qualifier: String,
    }

    /// A finding in a file.
    #[resource(
        name = issues, path = "/v1/issues/search", data_selector = "issues",
        params(
            severities: Option<Vec<String>> (style = csv, filters severity),
            types: Option<Vec<String>> (style = csv, filters r#type),
            statuses: Option<Vec<String>> (style = csv, filters status),
        ),
        sorts(
            creation_date = "s=CREATION_DATE&asc=true", creation_date desc = "s=CREATION_DATE&asc=false",
            update_date = "s=UPDATE_DATE&asc=true", update_date desc = "s=UPDATE_DATE&asc=false",
        ),
    )]
    #[derive(Debug, Clone, PartialEq)]
    pub struct Issue {
        /// Unique among issues.
        pub key: String,
        /// `BUG`, `VULNERABILITY` or `CODE_SMELL`.
        pub r#type: String,
        /// How bad it is.
        pub severity: Severity,
        /// `OPEN`, `CLOSED`, …
        pub status: String,
        /// Why it was closed.
        pub resolution: Option<String>,
        /// The rule that found it.
        pub rule: String,
        /// What the rule says.
        pub message: String,
        /// The key of the file.
        pub component: String,
        /// The key of the project.
        pub project: String,
        /// Who the project belongs to.
        pub organization: Option<String>,
        /// The first line; a finding on a whole file has none.
        pub line: Option<u32>,
        /// Where in the file it is.
        pub text_range: Option<TextRange>,
        /// Further places that belong to it.
        pub flows: Vec<Flow>,
        /// Stays the same when the lines above change.
        pub hash: Option<String>,
        /// Labels.
        pub tags: Vec<String>,
        /// Who wrote the line.
        pub author: Option<String>,
        /// Time to mend it, for instance `5min`.
        pub effort: Option<String>,
        /// The older name of `effort`.
        pub debt: Option<String>,
        /// When it was first seen.
        pub creation_date: Timestamp,
        /// When it last changed.
        pub update_date: Timestamp,
    }

    /// A figure that is measured.
    #[resource(
        name = metrics,
        path = "/v1/metrics/search",
        data_selector = "metrics",
        primary_key = id,
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 100, total_path = "total"),
    )]
    #[derive(Debug, Clone, PartialEq)]
    pub struct Metric {
        /// Unique among metrics.
        pub id: String,
        /// The name in queries.
        pub key: String,
        /// The name for people.
        pub name: String,
        /// What it says.
        pub description: Option<String>,
        /// The group it belongs to.
        pub domain: Option<String>,
        /// `INT`, `PERCENT`, `RATING`, …
        pub r#type: String,
        /// 1: more is better; -1: less is better; 0: neither.
        pub direction: i32,
        /// Whether it is about quality.
        pub qualitative: bool,
        /// Whether it is kept from users.
        pub hidden: bool,
    }

    /// How bad an issue is.
    #[nested(rename_all = "SCREAMING_SNAKE_CASE")]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Severity {
        /// Must be mended before anything else.
        Blocker,
        /// Must be looked at at once.
        Critical,
        /// Hinders much.
        Major,
        /// Hinders little.
        Minor,
        /// To be known.
        Info,
        /// One that this program does not know yet.
        #[other]
        Other(String),
    }

    /// A part of a file: lines from 1, offsets in a line from 0.
    #[nested]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct TextRange {
        /// The first line.
        pub start_line: u32,
        /// The last line.
        pub end_line: u32,
        /// Where it starts in the first line.
        pub start_offset: u32,
        /// Where it ends in the last line.
        pub end_offset: u32,
    }

    /// Places that lead to a finding.
    #[nested]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Flow {
        /// One after the other.
        pub locations: Vec<Location>,
    }

    /// A place in a file.
    #[nested]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Location {
        /// The key of the file.
        pub component: String,
        /// What is the matter there.
        pub msg: Option<String>,
        /// Where in the file it is.
        pub text_range: Option<TextRange>,
    }
}
