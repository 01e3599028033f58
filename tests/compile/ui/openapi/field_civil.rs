#[declarest::source(
    base_url = "https://api.example.com/v2",
    auth = bearer(token = secret(shop_token)),
    openapi = "ui/openapi/shop.json",
    resource_defaults(rename_all = "camelCase"),
)]
pub mod shop {
    #[resource(name = orders, path = "/orders", data_selector = "orders", paginator = single_page)]
    pub struct Order {
        pub id: i64,
        pub placed_at: Option<declarest::jiff::civil::DateTime>,
        pub day: Option<declarest::jiff::civil::Date>,
    }
}

fn main() {
    let client = shop::Client::builder().shop_token("t").build().unwrap();
    let _ = client.orders().stream();
    let _ = |order: shop::Order| order.id;
}
