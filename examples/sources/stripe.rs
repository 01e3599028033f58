//! Stripe: a key as the user's name, a cursor that is the id of the last row, and times in seconds.

/// [Stripe](https://docs.stripe.com/api): customers and charges, the newest first.
#[declarest::source(
    base_url = "https://api.stripe.com/v1",
    auth = http_basic(username = secret(stripe_key), password = ""),
    headers("Stripe-Version" = "2024-06-20"),
    rate_limit = "80/s",
    resource_defaults(
        data_selector = "data",
        primary_key = id,
        paginator = cursor(
            cursor_path = "data[-1].id", cursor_param = "starting_after", has_more_path = "has_more",
            limit_param = "limit", limit = 100,
        ),
        incremental(
            cursor = created, start_param = "created[gte]", format = epoch_seconds, order = descending,
        ),
    ),
)]
pub mod stripe {
    use declarest::jiff::Timestamp;

    /// Someone who pays.
    #[resource(name = customers, path = "/customers")]
    #[derive(Debug)]
    pub struct Customer {
        /// `cus_…`.
        pub id: String,
        /// Where to write to.
        pub email: Option<String>,
        /// In the smallest unit of the currency; negative: in the customer's favor.
        pub balance: i64,
        /// When the customer was created.
        #[column(format = epoch_seconds)]
        pub created: Timestamp,
    }

    /// An attempt to move money.
    #[resource(name = charges, path = "/charges")]
    #[derive(Debug)]
    pub struct Charge {
        /// `ch_…`.
        pub id: String,
        /// In the smallest unit of the currency.
        pub amount: i64,
        /// Three letters, in lower case.
        pub currency: String,
        /// Who paid.
        pub customer: Option<String>,
        /// Whether it was successful.
        pub status: Status,
        /// When it was made.
        #[column(format = epoch_seconds)]
        pub created: Timestamp,
    }

    /// How a charge ended.
    #[nested]
    #[serde(rename_all = "snake_case")]
    #[derive(Debug)]
    pub enum Status {
        /// The money was moved.
        Succeeded,
        /// It will be known later.
        Pending,
        /// The money was not moved.
        Failed,
        /// Another one.
        #[other]
        Other(String),
    }
}
