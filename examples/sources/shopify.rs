//! Shopify: a shop and a version in the base URL, a token in a header of its own, and links that hold all params.

/// [Shopify's Admin API](https://shopify.dev/docs/api/admin-rest): customers and orders of a shop.
#[declarest::source(
    base_url = "https://{shop}.myshopify.com/admin/api/{version}",
    params(shop: String (env = "SHOPIFY_SHOP"), version: String = "2024-10"),
    auth = api_key(name = "X-Shopify-Access-Token", api_key = secret(shopify_token)),
    rate_limit = "2/s",
    resource_defaults(
        primary_key = id,
        paginator = header_link(limit_param = "limit", limit = 250),
        incremental(cursor = updated_at, start_param = "updated_at_min"),
    ),
)]
pub mod shopify {
    use declarest::jiff::Timestamp;

    /// Someone who buys.
    #[resource(name = customers, path = "/customers.json", data_selector = "customers", params(order = "updated_at asc"))]
    #[derive(Debug)]
    pub struct Customer {
        /// Unique.
        pub id: u64,
        /// Where to write to.
        pub email: Option<String>,
        /// How many orders they have made.
        pub orders_count: u32,
        /// When they last changed.
        pub updated_at: Timestamp,
    }

    /// An order, with what was bought in a table of its own.
    #[resource(
        name = orders, path = "/orders.json", data_selector = "orders", params(status = "any", order = "updated_at asc"),
    )]
    #[derive(Debug)]
    pub struct Order {
        /// Unique.
        pub id: u64,
        /// As the shop shows it: `#1001`.
        pub name: String,
        /// A decimal number as text: no digit is lost.
        pub total_price: String,
        /// Three letters.
        pub currency: String,
        /// What was bought.
        #[column(child_table)]
        pub line_items: Vec<LineItem>,
        /// When it last changed.
        pub updated_at: Timestamp,
    }

    /// A part of an order.
    #[nested]
    #[derive(Debug)]
    pub struct LineItem {
        /// Unique.
        pub id: u64,
        /// What it is called.
        pub title: String,
        /// How many.
        pub quantity: u32,
        /// Of one, as text.
        pub price: String,
    }
}
