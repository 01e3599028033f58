#[declarest::source(
    base_url = "https://api.example.com",
    auth = api_key(name = "X-Api-Key", api_key = secret(k), in = header),
)]
pub mod demo {
    #[resource(name = orders, path = "/orders", method = POST, body = { "a": 1 })]
    pub struct Order {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().k("k").build().unwrap();
    let _ = client.orders().stream();
}
