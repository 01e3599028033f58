#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = dateless,
        path = "/v1/dateless",
        primary_key = id,
        incremental(cursor = updated_at, start_param = "since", format = "%H:%M:%S"),
    )]
    pub struct Dateless {
        pub id: u64,
        pub updated_at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = minutes,
        path = "/v1/minutes",
        primary_key = id,
        incremental(cursor = updated_at, start_param = "since", format = "%Y-%m-%dT%H:%m:%SZ"),
    )]
    pub struct Minutes {
        pub id: u64,
        pub updated_at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = months,
        path = "/v1/months",
        primary_key = id,
        incremental(cursor = updated_at, start_param = "since", format = "%Y-%M-%d"),
    )]
    pub struct Months {
        pub id: u64,
        pub updated_at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = noon,
        path = "/v1/noon",
        primary_key = id,
        incremental(cursor = updated_at, start_param = "since", format = "%Y-%m-%d %I:%M:%S"),
    )]
    pub struct Noon {
        pub id: u64,
        pub updated_at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = seconds,
        path = "/v1/seconds",
        primary_key = id,
        incremental(cursor = updated_at, start_param = "since", format = "%Y-%m-%dT%H:%M:%sZ"),
    )]
    pub struct Seconds {
        pub id: u64,
        pub updated_at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = days,
        path = "/v1/days",
        primary_key = id,
        incremental(cursor = updated_at, start_param = "since", format = "%Y-%m-%D"),
    )]
    pub struct Days {
        pub id: u64,
        pub updated_at: declarest::jiff::Timestamp,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.dateless().stream();
    let _ = client.minutes().stream();
    let _ = client.months().stream();
    let _ = client.noon().stream();
    let _ = client.seconds().stream();
    let _ = client.days().stream();
}
