#[declarest::source(
    base_url = "https://api.example.com",
    params(lookback: Duration = "1x", count: u32 = 5, gap: Duration = "1h"),
    resource_defaults(paginator = single_page, primary_key = id, write_disposition = merge),
)]
pub mod demo {
    use std::time::Duration;

    use declarest::jiff::Timestamp;

    #[resource(name = default, path = "/a", incremental(cursor = at, start_param = "from", lag = lookback))]
    pub struct Default {
        pub id: u64,
        pub at: Timestamp,
    }

    #[resource(name = unknown, path = "/b", incremental(cursor = at, start_param = "from", lag = look_back))]
    pub struct Unknown {
        pub id: u64,
        pub at: Timestamp,
    }

    #[resource(name = text, path = "/c", incremental(cursor = name, start_param = "from", lag = gap))]
    pub struct Text {
        pub id: u64,
        pub name: String,
    }

    #[resource(name = number, path = "/d", incremental(cursor = id, start_param = "from", lag = count))]
    pub struct Number {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.default().stream();
}
