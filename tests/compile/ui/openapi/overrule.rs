#[declarest::source(
    base_url = "https://api.example.com/v2",
    auth = bearer(token = secret(shop_token)),
    timeout = "30s" (openapi = none),
    openapi = "ui/openapi/shop.json",
)]
pub mod shop {
    #[resource(name = orders, path = "/orders", data_selector = "orders", params(page: Option<u32> (openapi = off)))]
    pub struct Order {
        pub id: i64,
        #[column(openapi)]
        pub status: String,
    }

    #[resource(name = tags, path = "/tags", auth = none, openapi = "tags.json")]
    pub struct Tag(pub String);
}

fn main() {
    let client = shop::Client::builder().shop_token("t").build().unwrap();
    let _ = (client.orders().page(1_u32).stream(), client.tags().stream());
    let _ = |order: shop::Order| order.id;
}
