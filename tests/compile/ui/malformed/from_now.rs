#[declarest::source(
    base_url = "https://api.example.com",
    params(since: Timestamp = "{now-7}", until: Timestamp = now-1d, later: Timestamp = "{now 7d}"),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    use declarest::jiff::Timestamp;
    use declarest::jiff::civil::Date;

    #[resource(name = issues, path = "/a", incremental(cursor = updated_at, start_param = "from", initial_value = "{now-7w}"))]
    pub struct Issue {
        pub key: String,
        pub number: u64,
        pub updated_at: Timestamp,
        pub day: Date,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
