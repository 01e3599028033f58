//! `PagerDuty`: offsets with a flag, and a range with both ends.

/// [PagerDuty](https://developer.pagerduty.com/api-reference): services and incidents.
#[declarest::source(
    base_url = "https://api.pagerduty.com",
    params(start_date: Timestamp (env = "PAGERDUTY_START_DATE")),
    auth = api_key(name = "Authorization", api_key = secret(pagerduty_token, prefix = "Token token=")),
    headers("Accept" = "application/vnd.pagerduty+json;version=2"),
    resource_defaults(primary_key = id, paginator = offset(limit = 100, has_more_path = "more")),
)]
pub mod pagerduty {
    use declarest::jiff::Timestamp;

    /// What can fail.
    #[resource(name = services, path = "/services", data_selector = "services")]
    #[derive(Debug)]
    pub struct Service {
        /// Unique.
        pub id: String,
        /// What it is called.
        pub name: String,
        /// `active`, `warning`, `critical`, …
        pub status: String,
    }

    /// A failure.
    #[resource(
        name = incidents, path = "/incidents", data_selector = "incidents", params(sort_by = "created_at:asc"),
        incremental(
            cursor = created_at, start_param = "since", end_param = "until", initial_value = start_date, end_value = now,
        ),
    )]
    #[derive(Debug)]
    pub struct Incident {
        /// Unique.
        pub id: String,
        /// Counts up.
        pub incident_number: u64,
        /// What happened.
        pub title: String,
        /// `triggered`, `acknowledged` or `resolved`.
        pub status: String,
        /// `high` or `low`.
        pub urgency: String,
        /// When it was noticed.
        pub created_at: Timestamp,
    }
}
