/// The API of seed.
#[declarest::source(
    base_url = "https://api.example.com",
    auth = bearer(token = secret(user_token)),
    retry(statuses = [429, 500, 502, 503, 504], max_retries = 3, backoff_factor = 2),
    resource_defaults(
        rename_all = "camelCase",
        write_disposition = merge,
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 100),
    ),
)]
pub mod seed {
    /// A row of `components`.
    // The dictionary's key, `id`, is none of the fields that the page lists. It says of `key`: Unique identifier for
    // the component.
    // Nothing says of what type `key` is. A text takes no numbers, and the first row tells.
    #[resource(name = components, path = "/v1/components/search", data_selector = "components", primary_key = key)]
    #[derive(Debug, Clone)]
    pub struct Component {
        /// Unique identifier for the component.
        pub key: String,
        /// Name of the component.
        pub name: Option<declarest::Json>,
        /// Name of the organization.
        pub organization: Option<declarest::Json>,
        /// Name of the associated project.
        pub project: Option<declarest::Json>,
        /// Type of the component.
        pub qualifier: Option<declarest::Json>,
        /// The fields that are not named above.
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }

    /// A row of `issues`.
    // The dictionary's key, `id`, is none of the fields that the page lists. It says of `key`: Unique key or
    // identifier.
    // Nothing says of what type `key` is. A text takes no numbers, and the first row tells.
    #[resource(name = issues, path = "/v1/issues/search", data_selector = "issues", primary_key = key)]
    #[derive(Debug, Clone)]
    pub struct Issue {
        /// Category of the issue.
        pub r#type: Option<declarest::Json>,
        /// Creator of the issue.
        pub author: Option<declarest::Json>,
        /// Associated project component.
        pub component: Option<declarest::Json>,
        /// Date and time of creation.
        pub creation_date: Option<declarest::Json>,
        /// Debt value for resolution.
        pub debt: Option<declarest::Json>,
        /// Estimated effort for resolution.
        pub effort: Option<declarest::Json>,
        /// Code flow information.
        pub flows: Option<declarest::Json>,
        /// Unique hash identifier.
        pub hash: Option<declarest::Json>,
        /// Unique key or identifier.
        pub key: String,
        /// Line number in source code.
        pub line: Option<declarest::Json>,
        /// Description of the issue.
        pub message: Option<declarest::Json>,
        /// Organization name.
        pub organization: Option<declarest::Json>,
        /// Project name.
        pub project: Option<declarest::Json>,
        /// Resolution status.
        pub resolution: Option<declarest::Json>,
        /// Rule identifier.
        pub rule: Option<declarest::Json>,
        /// Severity level.
        pub severity: Option<declarest::Json>,
        /// Current status.
        pub status: Option<declarest::Json>,
        /// Associated tags or labels.
        pub tags: Option<declarest::Json>,
        /// Text range in source code.
        pub text_range: Option<declarest::Json>,
        /// Last update date and time.
        pub update_date: Option<declarest::Json>,
        /// The fields that are not named above.
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }

    /// A row of `metrics`.
    // Nothing says of what type `id` is. A text takes no numbers, and the first row tells.
    #[resource(name = metrics, path = "/v1/metrics/search", data_selector = "metrics", primary_key = id)]
    #[derive(Debug, Clone)]
    pub struct Metric {
        /// Format of the metric data.
        pub r#type: Option<declarest::Json>,
        /// Summary of the metric data.
        pub description: Option<declarest::Json>,
        /// Direction of the metric data.
        pub direction: Option<declarest::Json>,
        /// Domain or category.
        pub domain: Option<declarest::Json>,
        /// Visibility status.
        pub hidden: Option<declarest::Json>,
        /// Unique identifier.
        pub id: String,
        /// Associated key.
        pub key: Option<declarest::Json>,
        /// Name or title.
        pub name: Option<declarest::Json>,
        /// Qualitative nature indicator.
        pub qualitative: Option<declarest::Json>,
        /// The fields that are not named above.
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }
}
