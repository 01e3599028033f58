#[declarest::source(
    base_url = "https://api.example.com",
    params(start_date: Timestamp),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    use declarest::jiff::Timestamp;
    use declarest::jiff::civil::Date;

    #[resource(name = issues, path = "/{start_date}", incremental(cursor = number, start_param = "from", initial_value = first))]
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
