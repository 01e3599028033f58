//! Okta: a host of one's own, a word before the token, and links in a header.

/// [Okta](https://developer.okta.com/docs/api): users, groups and the system log.
#[declarest::source(
    base_url = "https://{domain}/api/v1",
    params(domain: String (env = "OKTA_DOMAIN"), start_date: Timestamp (env = "OKTA_START_DATE")),
    auth = api_key(name = "Authorization", api_key = secret(okta_token, prefix = "SSWS ")),
    resource_defaults(
        primary_key = id,
        rename_all = "camelCase",
        paginator = header_link(limit_param = "limit", limit = 200),
    ),
)]
pub mod okta {
    use declarest::jiff::Timestamp;

    /// Someone who logs in.
    #[resource(name = users, path = "/users")]
    #[derive(Debug)]
    pub struct User {
        /// Unique.
        pub id: String,
        /// `ACTIVE`, `SUSPENDED`, …
        pub status: String,
        /// Who it is.
        pub profile: Profile,
        /// When it last changed.
        pub last_updated: Timestamp,
    }

    /// Who a user is.
    #[nested]
    #[derive(Debug)]
    pub struct Profile {
        /// The name to log in by.
        pub login: String,
        /// Where to write to.
        pub email: Option<String>,
    }

    /// A set of users.
    #[resource(name = groups, path = "/groups")]
    #[derive(Debug)]
    pub struct Group {
        /// Unique.
        pub id: String,
        /// `OKTA_GROUP`, `APP_GROUP` or `BUILT_IN`.
        pub r#type: String,
        /// When its members last changed.
        pub last_membership_updated: Timestamp,
    }

    /// What happened. Without an end, the log's last page links to itself: what is yet to come.
    #[resource(
        name = logs, path = "/logs", primary_key = uuid, params(sort_order as "sortOrder" = "ASCENDING"),
        incremental(
            cursor = published, start_param = "since", end_param = "until", initial_value = start_date, end_value = now,
        ),
    )]
    #[derive(Debug)]
    pub struct LogEvent {
        /// Unique.
        pub uuid: String,
        /// What kind of event.
        pub event_type: String,
        /// `DEBUG`, `INFO`, `WARN` or `ERROR`.
        pub severity: String,
        /// Who did it, as JSON.
        pub actor: Option<declarest::Json>,
        /// When.
        pub published: Timestamp,
    }
}
