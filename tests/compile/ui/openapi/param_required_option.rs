#[declarest::source(
    base_url = "https://api.example.com/v2",
    auth = bearer(token = secret(shop_token)),
    openapi = "ui/openapi/shop.json",
)]
pub mod shop {
    #[resource(
        name = orders,
        path = "/orders/{id}/items",
        params(id: u64, region: Option<String>),
    )]
    pub struct Order {
        pub article: String,
    }
}

fn main() {
    let client = shop::Client::builder().shop_token("t").build().unwrap();
    let _ = client.orders(7_u64).region("x").stream();
    let _ = |order: shop::Order| order.article;
}
