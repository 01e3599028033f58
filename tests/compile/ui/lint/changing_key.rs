#![deny(warnings)]

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = orders,
        path = "/v1/orders",
        primary_key = (id, updated_at),
        incremental(cursor = updated_at, start_param = "since"),
    )]
    pub struct Orders {
        pub id: u64,
        pub updated_at: declarest::jiff::Timestamp,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.orders().stream();
}
