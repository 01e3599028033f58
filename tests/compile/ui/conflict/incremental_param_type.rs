#[declarest::source(
    base_url = "https://api.example.com",
    params(start_date: Text, end_date: Moment),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    use declarest::jiff::Timestamp;
    use declarest::jiff::civil::Date;

    pub type Text = String;
    pub type Moment = Timestamp;

    #[resource(name = issues, path = "/a", incremental(cursor = updated_at, start_param = "from", initial_value = start_date, end_param = "to", end_value = end_date))]
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
