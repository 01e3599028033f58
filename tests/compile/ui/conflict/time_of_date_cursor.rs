#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        params(since = "{incremental.start_value:%FT%H:00:00Z}"),
        incremental(cursor = day, initial_value = "2024-01-31"),
    )]
    pub struct Issue {
        pub key: String,
        pub day: declarest::jiff::civil::Date,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
