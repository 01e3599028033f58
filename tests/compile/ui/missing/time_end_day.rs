#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        params(until = "{incremental.end_value:%Y-%m}"),
        incremental(cursor = updated_at, initial_value = "2024-01-31"),
    )]
    pub struct Issue {
        pub key: String,
        pub updated_at: declarest::jiff::Timestamp,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
