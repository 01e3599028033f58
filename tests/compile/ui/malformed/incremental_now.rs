#[declarest::source(
    base_url = "https://api.example.com",

    resource_defaults(paginator = single_page),
)]
pub mod demo {
    use declarest::jiff::Timestamp;
    use declarest::jiff::civil::Date;

    #[resource(name = issues, path = "/a", incremental(cursor = updated_at, start_param = "from", initial_value = now-7d))]
    pub struct Issue {
        pub key: String,
        pub number: u64,
        pub updated_at: Timestamp,
        pub day: Date,
    }

    #[resource(path = "/b", incremental(cursor = day, start_param = "from", initial_value = "{now+7d}"))]
    pub struct Day {
        pub day: Date,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
