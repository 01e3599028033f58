/// Orders and customers of a shop.
#[declarest::source(
    // Another server: https://sandbox.example.com/api For tests.
    base_url = "https://{shop}.example.com/api/{version}",
    params(
        // The shop's name.
        shop: String = "demo",
        version: String = "v2",
    ),
    auth = one_of(bearer(token = secret(token)), api_key(name = "X-Api-Key", api_key = secret(api_key))),
    resource_defaults(rename_all = "camelCase"),
)]
pub mod shop {
    use declarest::jiff::Timestamp;
    use declarest::jiff::civil::Date;

    /// Lists orders.
    // Left out: `filter`, a param that is an object, or of another style.
    #[resource(
        name = orders,
        path = "/orders",
        params(
            status: String,
            created_after as "createdAfter": Option<String>,
            ids: Option<Vec<i64>> (style = csv),
            tag: Option<Vec<String>>,
        ),
        data_selector = "data",
        paginator = page_number(limit_param = "per_page", limit = 200, total_path = "meta.total"),
        primary_key = id,
    )]
    #[derive(Debug, Clone)]
    pub struct Order {
        /// What identifies it.
        pub id: i64,
        pub placed_at: Timestamp,
        pub due_on: Option<Date>,
        pub total: Option<f64>,
        pub paid: Option<bool>,
        pub r#type: Option<String>,
        pub ship_to: Option<Address>,
        pub related: Option<Vec<OrderRelated>>,
        pub lines: Vec<Line2>,
    }

    /// The field `shipTo`.
    #[nested]
    #[derive(Debug, Clone)]
    pub struct Address {
        pub zip_code: Option<String>,
        pub city: Option<String>,
    }

    /// The field `related`.
    #[nested]
    #[derive(Debug, Clone)]
    pub struct OrderRelated {
        /// What identifies it.
        pub id: i64,
        pub placed_at: Timestamp,
        pub due_on: Option<Date>,
        pub total: Option<f64>,
        pub paid: Option<bool>,
        pub r#type: Option<String>,
        pub ship_to: Option<Address>,
        pub related: Option<Vec<declarest::Json>>,
        pub lines: Vec<Line2>,
    }

    /// The field `line`.
    #[nested]
    #[derive(Debug, Clone)]
    pub struct Line2 {
        pub sku: String,
        #[serde(rename = "unit price")]
        pub unit_price: Option<f64>,
        pub quantity: Option<i64>,
    }

    /// The lines of an order.
    #[resource(name = lines, path = "/orders/{resources.orders.id}/lines")]
    #[derive(Debug, Clone)]
    pub struct Line {
        pub sku: String,
        #[serde(rename = "unit price")]
        pub unit_price: Option<f64>,
        pub quantity: Option<i64>,
    }

    /// A row of `/customers`.
    #[resource(
        name = customers,
        path = "/customers",
        headers("X-Tenant" = "{x_tenant}"),
        params(x_tenant: String),
        data_selector = "items",
        paginator = cursor(cursor_path = "nextCursor", limit_param = "limit", limit = 50, has_more_path = "hasMore"),
        auth = api_key(name = "X-Api-Key", api_key = secret(api_key)),
    )]
    #[derive(Debug, Clone)]
    pub struct Customer {
        pub id: String,
        pub name: Option<String>,
        pub mixed: Option<declarest::Json>,
        /// The fields that are not named above.
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }

    /// A row of `/search`.
    // Left out: `deep` of the body, which is an object.
    #[resource(
        name = search,
        path = "/search",
        method = POST,
        params(query: String, kinds: Option<Vec<String>>),
        json = { "query": query, "kinds": kinds },
        data_selector = "hits",
        paginator = offset(offset_body_path = "offset", limit_body_path = "limit", limit = 100, total_path = "total"),
        auth = none,
    )]
    #[derive(Debug, Clone)]
    pub struct Search {
        /// The fields that are not named above.
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }

    /// A row of `/events`.
    #[resource(
        name = events,
        path = "/events",
        // TODO (line 103): pages whose end the response does not say: page
        paginator = todo,
    )]
    #[derive(Debug, Clone)]
    pub struct Event {
        pub at: Option<declarest::Json>,
    }

    /// A row of `/ambiguous`.
    #[resource(
        name = ambiguous,
        path = "/ambiguous",
        // TODO (line 116): several lists that may be the rows: a, b
        data_selector = todo,
    )]
    #[derive(Debug, Clone)]
    pub struct Ambiguous {
        /// The fields that are not named above.
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }
}
