//! Jira: a query language around the range, in the minutes of the account's zone.

/// [Jira Cloud](https://developer.atlassian.com/cloud/jira/platform/rest/v3): issues, by a search.
#[declarest::source(
    base_url = "https://{site}.atlassian.net/rest/api/3",
    params(site: String (env = "JIRA_SITE")),
    auth = http_basic(username = secret(jira_email), password = secret(jira_token)),
)]
pub mod jira {
    use declarest::jiff::Timestamp;

    /// Something to do. A search names its next page by a token, and says which page is the last.
    #[resource(
        name = issues, path = "/search/jql", data_selector = "issues", primary_key = id,
        params(
            jql = "updated >= \"{incremental.start_value}\" order by updated asc, key asc",
            fields = "summary,status,assignee,updated",
        ),
        paginator = cursor(
            cursor_path = "nextPageToken", cursor_param = "nextPageToken", is_last_path = "isLast",
            limit_param = "maxResults", limit = 100,
        ),
        incremental(
            cursor = fields.updated, initial_value = "2020-01-01", format = "%Y-%m-%d %H:%M", timezone = "Europe/Berlin",
        ),
    )]
    #[derive(Debug)]
    pub struct Issue {
        /// Unique.
        pub id: String,
        /// With the project's name: `ACME-12`.
        pub key: String,
        /// What it says.
        pub fields: Fields,
    }

    /// The fields of an issue that are asked for.
    #[nested]
    #[derive(Debug)]
    pub struct Fields {
        /// What it is about.
        pub summary: String,
        /// Where it stands, as JSON.
        pub status: declarest::Json,
        /// Who does it, as JSON.
        pub assignee: Option<declarest::Json>,
        /// When it last changed.
        pub updated: Timestamp,
    }
}
