#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[cfg_attr(all(), resource(name = orders, path = "/orders"))]
    pub struct Order {
        pub key: String,
        #[cfg_attr(not(feature = "extra"), column(skip))]
        pub secret: Option<String>,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.orders().stream();
}
