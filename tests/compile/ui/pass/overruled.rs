//! An OpenAPI file that is wrong in many places, each of them overruled.
#![deny(warnings, missing_docs, clippy::pedantic)]

/// A shop.
#[declarest::source(
    base_url = "https://api.example.com/v1" (openapi = none),
    auth = api_key(name = "X-Key", api_key = secret(shop_key)) (openapi = none),
    openapi = "ui/openapi/shop.json",
    resource_defaults(rename_all = "camelCase", paginator = single_page),
)]
pub mod shop {
    use declarest::jiff::{Timestamp, civil};

    /// A param, a header, a property of the envelope, page sizes, fields.
    #[resource(
        name = orders,
        path = "/orders",
        data_selector = "orders",
        primary_key = id,
        write_disposition = merge,
        headers("X-Tenants" = "a" (openapi = none)),
        params(
            state: Option<String> (openapi = none),
            labels: Option<Vec<String>> (style = csv, openapi = none),
            size = "large" (openapi = none),
            status = "gone" (openapi = none),
        ),
        paginator = offset(
            offset_param = "from" (openapi = none),
            limit = 500 (openapi = none),
            total_path = "meta.total" (openapi = none),
        ),
        incremental(cursor = updated_at, start_param = "changedAfter" (openapi = none)),
    )]
    pub struct Order {
        /// The key.
        pub id: u32,
        /// Which the file does not have.
        #[column(openapi = none)]
        pub updated_at: Timestamp,
        /// Which may be null, according to the file.
        #[column(openapi = none)]
        pub note: String,
        /// Which the file says is an instant.
        #[column(openapi = none, name = "placed")]
        pub placed_at: Option<civil::DateTime>,
        /// Parts.
        pub items: Option<Vec<Item>>,
    }

    /// A part.
    #[nested]
    pub struct Item {
        /// Which may be absent, according to the file.
        #[column(openapi = none)]
        pub amount: u32,
    }

    /// A param that is required, according to the file.
    #[resource(name = items, path = "/orders/{order}/items" (openapi = none), params(order: u64))]
    pub struct OrderItem {
        /// What.
        pub article: String,
    }

    /// The rows are elsewhere.
    #[resource(name = customers, path = "/orders", data_selector = "people" (openapi = none))]
    pub struct Customer {
        /// Who.
        pub name: String,
    }

    /// The body is another.
    #[resource(
        name = hits,
        path = "/orders/search",
        method = POST,
        json = { "words": ["a"] } (openapi = none),
        auth = none (openapi = none),
    )]
    pub struct Hit {
        /// The key.
        pub id: u32,
    }

    /// The file does not have it.
    #[resource(name = colours, path = "/colours", openapi = none)]
    pub struct Colour {
        /// The name.
        pub name: String,
    }

    /// Rows that are values.
    #[resource(name = tags, path = "/tags", auth = none)]
    pub struct Tag(#[column(openapi = none)] pub u32);
}

fn main() {
    let client = shop::Client::builder().shop_key("k").build().expect("a client");
    let _ = client.orders().state("x").labels(["a"]).stream();
    let _ = (client.items(7_u64).stream(), client.customers().stream(), client.hits().stream());
    let _ = (client.colours().stream(), client.tags().stream());
}
