//! The rows as they are declared.

/// Issues, as the `analytics` example has them.
#[declarest::source(
    base_url = "http://127.0.0.1:9000",
    resource_defaults(primary_key = key, write_disposition = merge, rename_all = "camelCase", data_selector = "issues"),
)]
pub mod sonar {
    use declarest::jiff::Timestamp;

    /// A finding in a file.
    #[resource(
        name = issues,
        path = "/issues",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 100, total_path = "paging.total"),
    )]
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

    /// The same rows, of an API whose pages name the next one.
    #[resource(
        name = changes,
        path = "/changes",
        paginator = cursor(cursor_path = "next", cursor_param = "cursor", limit_param = "ps", limit = 100),
        selected = false,
    )]
    pub struct Change {
        /// Unique among issues.
        pub key: String,
        /// How bad it is.
        pub severity: Severity,
        /// `OPEN`, `CLOSED`, …
        pub status: String,
        /// The rule that found it.
        pub rule: String,
        /// What the rule says.
        pub message: String,
        /// The key of the file.
        pub component: String,
        /// Where in the file it is.
        pub text_range: Option<TextRange>,
        /// Further places that belong to it.
        pub flows: Vec<Flow>,
        /// Labels.
        pub tags: Vec<String>,
        /// When it was first seen.
        pub creation_date: Timestamp,
        /// When it last changed.
        pub update_date: Timestamp,
    }

    /// How bad an issue is.
    #[nested(rename_all = "SCREAMING_SNAKE_CASE")]
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

    /// A part of a file.
    #[nested]
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
    pub struct Flow {
        /// One after the other.
        pub locations: Vec<Location>,
    }

    /// A place in a file.
    #[nested]
    pub struct Location {
        /// The key of the file.
        pub component: String,
        /// What is the matter there.
        pub msg: Option<String>,
        /// Where in the file it is.
        pub text_range: Option<TextRange>,
    }
}
