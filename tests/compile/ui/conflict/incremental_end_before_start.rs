#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = times,
        path = "/v1/times",
        primary_key = id,
        incremental(cursor = updated_at, start_param = "since", end_param = "until", initial_value = "2025-01-01T00:00:00Z", end_value = "2024-01-01T00:00:00Z"),
    )]
    pub struct Times {
        pub id: u64,
        pub updated_at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = offsets,
        path = "/v1/offsets",
        primary_key = id,
        incremental(cursor = updated_at, start_param = "since", end_param = "until", initial_value = "2024-01-01T00:00:00+02:00", end_value = "2024-01-01T00:00:00+03:00"),
    )]
    pub struct Offsets {
        pub id: u64,
        pub updated_at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = numbers,
        path = "/v1/numbers",
        primary_key = id,
        incremental(cursor = id, start_param = "since", end_param = "until", initial_value = 10, end_value = 5),
    )]
    pub struct Numbers {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.times().stream();
    let _ = client.offsets().stream();
    let _ = client.numbers().stream();
}
