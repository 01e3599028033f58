//! Structs with the fields of an OpenAPI file, without a warning.
#![deny(warnings, missing_docs)]

/// A shop.
#[declarest::source(
    base_url = "https://api.example.com/v2",
    auth = bearer(token = secret(shop_token)),
    openapi = "ui/openapi/shop.json",
    resource_defaults(rename_all = "camelCase", paginator = single_page),
)]
pub mod shop {
    /// What was ordered.
    #[resource(name = orders, path = "/orders", data_selector = "orders", params(limit = 10), primary_key = id)]
    #[derive(PartialEq)]
    pub struct Order;

    /// One of what was ordered.
    #[resource(name = items, path = "/orders/{order}/items", params(order: u64, region: String))]
    pub struct Item;

    /// A word.
    #[resource(name = tags, path = "/tags", auth = none)]
    pub struct Tag;
}

fn main() {
    let client = shop::Client::builder().shop_token("t").build().expect("a client");
    let _ = client.orders().stream();
    let _ = client.items(7_u64, "eu").stream();
    let _ = |order: shop::Order| -> (i64, String, Option<String>, Vec<shop::OrderItem>, declarest::Json) {
        (order.id, order.status, order.note, order.items, order.parent)
    };
    let _ = |item: shop::Item| -> (String, Option<i64>) { (item.article, item.amount) };
    let _ = |tag: shop::Tag| -> String { tag.0 };
}
