#[declarest::source(base_url = "https://api.example.com", headers("Cookie" = "session=8f3a"))]
pub mod demo {
    #[resource(name = orders, path = "/orders")]
    pub struct Order {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.orders().stream();
}
