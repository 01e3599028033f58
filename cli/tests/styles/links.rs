/// Shops, and the orders of each.
#[declarest::source(
    base_url = "{api_url}/v3",
    params(
        api_url: String,
        tenant: String,
    ),
    auth = api_key(name = "key", api_key = secret(api_key), location = query),
    resource_defaults(primary_key = id, missing_rows = empty),
)]
pub mod links {
    /// A row of `shops`.
    #[resource(
        name = shops,
        path = "/shops",
        headers("X-Tenant" = "{tenant}"),
        data_selector = "value",
        paginator = json_link(next_url_path = "[\"@next\"]"),
    )]
    #[derive(Debug, Clone)]
    pub struct Shop {
        pub id: String,
        pub city: Option<String>,
    }

    /// A row of `orders`.
    #[resource(
        name = orders,
        path = "/orders/search",
        method = POST,
        headers("X-Tenant" = "{tenant}"),
        json = { "shop": "{resources.shops.id}", "sort": "updated" },
        data_selector = "$['results'][*]['order']",
        response_actions(404 = ignore),
        paginator = offset(
            offset_body_path = "offset",
            limit_body_path = "limit",
            limit = 2,
            stop_after_short_page = true,
        ),
    )]
    #[derive(Debug, Clone)]
    pub struct Order {
        pub id: i64,
        pub total: Option<f64>,
    }
}
