#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = orders,
        path = "/v1/orders",
        primary_key = id,
        params(q = "updated>{incremental.last_value}"),
        incremental(cursor = updated_at, initial_value = "2024-01-01T00:00:00Z"),
    )]
    pub struct Orders {
        pub id: u64,
        pub updated_at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = users,
        path = "/v1/users",
        primary_key = id,
        headers("If-Modified-Since" = "{incremental.last_value}"),
        incremental(cursor = updated_at, initial_value = "2024-01-01T00:00:00Z"),
    )]
    pub struct Users {
        pub id: u64,
        pub updated_at: declarest::jiff::Timestamp,
    }

    #[resource(
        name = bodies,
        path = "/v1/bodies",
        method = POST,
        json = { "since": "{incremental.last_value}" },
        primary_key = id,
        incremental(cursor = updated_at, initial_value = "2024-01-01T00:00:00Z"),
    )]
    pub struct Bodies {
        pub id: u64,
        pub updated_at: declarest::jiff::Timestamp,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.orders().stream();
    let _ = client.users().stream();
    let _ = client.bodies().stream();
}
