#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = orders, path = "/orders", data_selector = "items || results")]
    pub struct Order {
        pub key: String,
    }

    #[resource(name = users, path = "/users", data_selector = "users // []")]
    pub struct User {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.orders().stream(), client.users().stream());
}
