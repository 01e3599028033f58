#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        incremental(cursor = updated_at, start_param = "since", initial_value = now),
    )]
    pub struct Issue {
        pub key: String,
        pub updated_at: declarest::jiff::Timestamp,
        pub number: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
