#[declarest::source(
    base_url = "https://api.example.com",
    client(headers("Accept" = "application/json")),
    auth = api_key(name = "X-Api-Key", key = secret(token)),
    resource_defaults(paginator = page_number(page_size = 100), retry(attempts = 3)),
)]
pub mod demo {
    #[resource(name = issues, endpoint(path = "/v1/issues"), table_name = "x", processing_steps = [1, 2])]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = users, path = "/v1/users", incremental(cursor_path = "updated_at", start_param = "since"))]
    pub struct User {
        pub key: String,
        pub updated_at: String,
    }
}

fn main() {
    let client = demo::Client::builder().token("t").build().unwrap();
    let _ = client.users().stream();
}
