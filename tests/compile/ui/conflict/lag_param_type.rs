#[declarest::source(
    base_url = "https://api.example.com",
    params(lookback: Duration = "1h", count: u32 = 5, name: String),
    resource_defaults(paginator = single_page, primary_key = id, write_disposition = merge),
)]
pub mod demo {
    use std::time::Duration;

    use declarest::jiff::Timestamp;

    #[resource(name = times, path = "/a", incremental(cursor = at, start_param = "from", lag = count))]
    pub struct Time {
        pub id: u64,
        pub at: Timestamp,
    }

    #[resource(name = numbers, path = "/b", incremental(cursor = id, start_param = "from", lag = lookback))]
    pub struct Number {
        pub id: u64,
    }

    #[resource(name = texts, path = "/c", incremental(cursor = at, start_param = "from", lag = name))]
    pub struct Text {
        pub id: u64,
        pub at: Timestamp,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.times().stream();
}
