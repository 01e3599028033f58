// What is overruled at one place is still compared at the others.
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
        params(state: Option<String> (openapi = none), colour: Option<String>),
    )]
    pub struct Order {
        pub id: i64,
        #[column(openapi = none)]
        pub note: String,
        pub total: u32,
    }
}

fn main() {
    let client = shop::Client::builder().shop_token("t").build().unwrap();
    let _ = client.orders().state("x").colour("red").stream();
    let _ = |order: shop::Order| order.id;
}
