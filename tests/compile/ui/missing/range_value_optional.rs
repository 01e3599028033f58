#[declarest::source(
    base_url = "https://api.example.com",
    params(since: Option<Timestamp>),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    use declarest::jiff::Timestamp;

    #[resource(name = issues, path = "/a/{incremental.start_value}", incremental(cursor = updated_at, initial_value = since))]
    pub struct Issue {
        pub updated_at: Timestamp,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
