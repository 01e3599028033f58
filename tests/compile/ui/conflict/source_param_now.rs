#[declarest::source(
    base_url = "https://api.example.com",
    params(until: String = now, page: u32 = "{now-1d}", days: Vec<Date> = now),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    use declarest::jiff::Timestamp;
    use declarest::jiff::civil::Date;

    #[resource(name = issues, path = "/{until}/{page}", params(d = "{days}"))]
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
