//! Zendesk: a host for each customer, and an export that names the URL of its next page and says when it has reached now.

/// [Zendesk Support](https://developer.zendesk.com/api-reference): tickets and users, by the incremental exports.
#[declarest::source(
    base_url = "https://{subdomain}.zendesk.com/api/v2",
    params(subdomain: String (env = "ZENDESK_SUBDOMAIN"), start_date: Timestamp = "2020-01-01T00:00:00Z"),
    auth = http_basic(username = secret(zendesk_user), password = secret(zendesk_password)),
    // The incremental exports take ten requests a minute.
    rate_limit = "10/min",
    resource_defaults(
        primary_key = id,
        paginator = json_link(next_url_path = "after_url", is_last_path = "end_of_stream"),
        incremental(cursor = updated_at, start_param = "start_time", format = epoch_seconds, initial_value = start_date),
    ),
)]
pub mod zendesk {
    use declarest::jiff::Timestamp;

    /// A question of a customer's.
    #[resource(name = tickets, path = "/incremental/tickets/cursor", data_selector = "tickets")]
    #[derive(Debug)]
    pub struct Ticket {
        /// Unique.
        pub id: u64,
        /// What it is about.
        pub subject: Option<String>,
        /// `new`, `open`, `pending`, `hold`, `solved`, `closed` or `deleted`.
        pub status: String,
        /// Who asks.
        pub requester_id: u64,
        /// Who answers.
        pub assignee_id: Option<u64>,
        /// Words to find it by.
        pub tags: Vec<String>,
        /// When it last changed.
        pub updated_at: Timestamp,
    }

    /// A customer or an agent.
    #[resource(name = users, path = "/incremental/users/cursor", data_selector = "users")]
    #[derive(Debug)]
    pub struct User {
        /// Unique.
        pub id: u64,
        /// What they are called.
        pub name: String,
        /// Where to write to.
        pub email: Option<String>,
        /// When they last changed.
        pub updated_at: Timestamp,
    }
}
