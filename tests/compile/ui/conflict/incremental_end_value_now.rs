#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        incremental(cursor = number, start_param = "from", end_param = "to", end_value = now),
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
