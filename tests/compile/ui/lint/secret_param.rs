#![deny(warnings)]

#[declarest::source(
    base_url = "https://api.example.com",
    params(api_key: String),
    headers("X-Api-Key" = "{api_key}"),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = orders, path = "/orders", params(access_token: String, page_token: Option<String>))]
    pub struct Order {
        pub key: String,
    }

    #[resource(name = users, path = "/users/{token}", params(token: String, auth: Option<bool>, key as "api-key" = "k-{api_key}"))]
    pub struct User {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().api_key("k").build().unwrap();
    let _ = (client.orders("a").stream(), client.users("b").stream());
}
