#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", incremental(cursor = updated_at, start_param = "since"))]
    pub struct Issue {
        pub key: String,
        #[serde(default)]
        pub updated_at: String,
    }

    #[resource(name = users, path = "/v1/users", incremental(cursor = updated_at, start_param = "since"))]
    pub struct User {
        pub key: String,
        #[serde(skip_deserializing)]
        pub updated_at: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
