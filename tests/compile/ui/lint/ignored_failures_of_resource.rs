#![deny(warnings)]

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/issues",
        response_actions(401 = ignore, 404 = ignore, 403 = ignore, 429 = ignore, 503 = ignore))]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
