#![deny(warnings)]

#[declarest::source(base_url = "https://example.com/api/v1/", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = orders, path = "/v1/orders")]
    pub struct Order {
        pub key: String,
    }

    #[resource(name = users, path = "/api/v1/users/{id}", params(id: u64))]
    pub struct User {
        pub key: String,
    }

    #[resource(name = tags, path = "/v2/tags")]
    pub struct Tag {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.orders().stream(), client.users(1).stream(), client.tags().stream());
}
