#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = orders,
        path = "/v1/orders",
        primary_key = id,
        incremental(cursor = updated_at, start_param = "since"),
    )]
    pub struct Orders {
        pub id: u64,
        #[column(format = epoch_millis)]
        pub updated_at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = runs,
        path = "/v1/runs",
        primary_key = id,
        incremental(cursor = info.at, start_param = "since"),
    )]
    pub struct Runs {
        pub id: u64,
        pub info: Info,
    }

    #[nested]
    pub struct Info {
        #[column(format = epoch_seconds)]
        pub at: declarest::jiff::Timestamp,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.orders().stream();
    let _ = client.runs().stream();
}
