#![deny(warnings)]

#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = offset(limit = 100, offset_param = "page", total_path = "total"), data_selector = "rows"),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = users, path = "/v1/users", paginator = page_number(page_param = "skip", total_path = "total"))]
    pub struct User {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
