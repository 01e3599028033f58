#[declarest::source(base_url = "https://api.example.com/v2")]
pub mod shop {
    #[resource(name = orders, path = "/orders", data_selector = "orders", openapi = none)]
    pub struct Order {
        pub id: i64,
    }
}

fn main() {
    let client = shop::Client::builder().build().unwrap();
    let _ = client.orders().stream();
    let _ = |order: shop::Order| order.id;
}
