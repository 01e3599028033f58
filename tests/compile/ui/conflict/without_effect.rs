#[declarest::source(
    base_url = "https://api.example.com",
    timeout = "5s",
    connect_timeout = "10s",
    trust = ["https://cdn.example.com", "https://API.example.com:443"],
    resource_defaults(json = { "all": true }, paginator = single_page, retry(max_retries = 0, statuses = [503])),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = tags, path = "/v1/tags", rename_all = "camelCase")]
    pub struct Tag(pub String);

    #[resource(name = users, path = "/v1/users", rename_all = "camelCase")]
    #[serde(rename_all = "kebab-case")]
    pub struct User {
        pub key: String,
    }

    #[resource(name = found, path = "/v1/found", method = POST, json = { "q": "x" })]
    pub struct Found {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
