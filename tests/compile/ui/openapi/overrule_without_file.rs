#[declarest::source(base_url = "https://api.example.com", resource_defaults(data_selector = "items" (openapi = none)))]
pub mod demo {
    #[resource(name = orders, path = "/orders" (openapi = none), params(state: Option<String> (openapi = none)),
        paginator = page_number(total_path = "total" (openapi = none)))]
    pub struct Order {
        pub key: String,
        #[column(openapi = none)]
        pub note: Option<String>,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.orders().stream();
}
