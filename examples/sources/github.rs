//! GitHub: links in a header, and children of a parent's rows.

/// [GitHub's REST API](https://docs.github.com/en/rest): the repositories of an organization, and their issues.
#[declarest::source(
    base_url = "https://api.github.com",
    params(organization: String (env = "GITHUB_ORGANIZATION")),
    auth = bearer(token = secret(github_token)),
    headers("Accept" = "application/vnd.github+json", "X-GitHub-Api-Version" = "2022-11-28"),
    // A secondary limit wants at least a minute without requests.
    retry(max_retries = 5, backoff_factor = 60, max_wait = "1h"),
    resource_defaults(primary_key = id, paginator = header_link(limit_param = "per_page", limit = 100)),
)]
pub mod github {
    use declarest::jiff::Timestamp;

    /// A repository.
    #[resource(name = repositories, path = "/orgs/{organization}/repos", params(sort = "created", direction = "asc"))]
    #[derive(Debug)]
    pub struct Repository {
        /// Unique.
        pub id: u64,
        /// Its name within the organization.
        pub name: String,
        /// What it is about.
        pub description: Option<String>,
        /// Whether it is read only.
        pub archived: bool,
        /// When it last changed.
        pub updated_at: Timestamp,
    }

    /// An issue or a pull request.
    #[resource(
        name = issues, path = "/repos/{organization}/{resources.repositories.name}/issues",
        params(state = "all", sort = "updated", direction = "asc"),
        incremental(cursor = updated_at, start_param = "since"),
        include_from_parent(name),
        // Issues of the repository are switched off.
        response_actions((410, "disabled") = ignore),
    )]
    #[derive(Debug)]
    pub struct Issue {
        /// Unique.
        pub id: u64,
        /// Its number in the repository.
        pub number: u64,
        /// What it is about.
        pub title: String,
        /// `open` or `closed`.
        pub state: String,
        /// Who wrote it.
        pub user: Option<User>,
        /// Its labels.
        pub labels: Vec<Label>,
        /// When it last changed.
        pub updated_at: Timestamp,
    }

    /// A person, or a program.
    #[nested]
    #[derive(Debug)]
    pub struct User {
        /// The name to log in by.
        pub login: String,
    }

    /// A label of an issue.
    #[nested]
    #[derive(Debug)]
    pub struct Label {
        /// What it says.
        pub name: String,
    }
}
