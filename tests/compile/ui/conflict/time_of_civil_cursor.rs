#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        params(since = "{incremental.start_value:%s}"),
        incremental(cursor = at, initial_value = "2024-01-31"),
    )]
    pub struct Issue {
        pub key: String,
        pub at: declarest::jiff::civil::DateTime,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
