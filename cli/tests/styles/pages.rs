/// A shop's orders and customers.
#[declarest::source(
    base_url = "https://api.shop.example/v2",
    auth = bearer(token = secret(api_key)),
    resource_defaults(
        rename_all = "camelCase",
        primary_key = id,
        paginator = page_number(send_first = false, limit_param = "per_page", limit = 50, stop_after_short_page = true),
        data_selector = "data",
        missing_rows = empty,
        retry(max_retries = 3, backoff_factor = 5),
    ),
)]
pub mod pages {
    /// A row of `orders`.
    #[resource(
        name = orders,
        path = "/orders",
        params(expand = "items", type_ as "type" = "all"),
        response_actions(404 = ignore, 409 = retry),
    )]
    #[derive(Debug, Clone)]
    pub struct Order {
        pub id: i64,
        /// What kind of order it is: web or shop.
        pub r#type: Option<String>,
        pub placed_at: Option<String>,
        pub total: Option<f64>,
        pub tags: Option<Vec<String>>,
        pub address: Option<OrderAddress>,
        pub raw: Option<declarest::Json>,
    }

    /// The field `address`.
    #[nested(rename_all = "kebab-case")]
    #[derive(Debug, Clone)]
    pub struct OrderAddress {
        pub zip_code: Option<String>,
        pub country: Option<String>,
    }

    /// A row of `customers`.
    #[resource(name = customers, path = "/customers", response_actions(404 = ignore, 409 = retry))]
    #[derive(Debug, Clone)]
    pub struct Customer {
        pub id: i64,
        pub name: Option<String>,
    }
}
