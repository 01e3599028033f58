#![deny(warnings)]

#[declarest::source(base_url = "https://api.example.com", resource_defaults(params(per_page = 100)))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", params(severity: Option<String>))]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = found, path = "/v1/found", method = POST, json = { "pageSize": 50 }, params(none = "x"))]
    pub struct Found {
        pub key: String,
    }

    #[resource(name = users, path = "/v1/users", paginator = header_link)]
    pub struct User {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
