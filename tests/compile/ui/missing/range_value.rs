#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = first,
        path = "/v1/first",
        params(q = "since:{incremental.start_value}"),
        incremental(cursor = updated_at),
    )]
    pub struct First {
        pub key: String,
        pub updated_at: declarest::jiff::Timestamp,
        pub number: u64,
    }

    #[resource(
        name = second,
        path = "/v1/second/{incremental.start_value}",
    )]
    pub struct Second {
        pub key: String,
        pub updated_at: declarest::jiff::Timestamp,
        pub number: u64,
    }

    #[resource(
        name = third,
        path = "/v1/third",
        headers("X-Until" = "{incremental.end_value}"),
        incremental(cursor = number, start_param = "from"),
    )]
    pub struct Third {
        pub key: String,
        pub updated_at: declarest::jiff::Timestamp,
        pub number: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.first().stream();
    let _ = client.second().stream();
    let _ = client.third().stream();
}
