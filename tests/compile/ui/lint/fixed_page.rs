#![deny(warnings)]

#[declarest::source(base_url = "https://api.example.com")]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", params(page = 1, limit = 100))]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = users, path = "/v1/users", params(offset = "0"))]
    pub struct User {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
