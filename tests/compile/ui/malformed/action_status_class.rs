#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = orders,
        path = "/v1/orders",
        response_actions(4xx = ignore),
    )]
    pub struct Orders {
        pub id: u64,
    }

    #[resource(
        name = users,
        path = "/v1/users",
        retry(statuses = [429, 5XX]),
    )]
    pub struct Users {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.orders().stream();
    let _ = client.users().stream();
}
