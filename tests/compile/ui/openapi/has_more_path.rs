#[declarest::source(
    base_url = "https://api.example.com/v2",
    auth = bearer(token = secret(shop_token)),
    openapi = "ui/openapi/shop.json",
)]
pub mod shop {
    #[resource(
        name = orders,
        path = "/orders",
        data_selector = "orders",
        paginator = page_number(has_more_path = "paging"),
    )]
    pub struct Order {
        pub id: i64,
    }
}

fn main() {
    let client = shop::Client::builder().shop_token("t").build().unwrap();
    let _ = client.orders().stream();
    let _ = |order: shop::Order| order.id;
}
