#![deny(warnings)]

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page, method = POST))]
pub mod demo {
    #[resource(name = orders, path = "/orders", params(query: String), json = { "q": "query" })]
    pub struct Order {
        pub key: String,
    }

    #[resource(name = users, path = "/users", params(query: String), json = { "kind": "query", "query": query })]
    pub struct User {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.orders("a").stream(), client.users("b").stream());
}
