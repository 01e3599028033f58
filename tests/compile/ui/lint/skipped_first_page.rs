#![deny(warnings)]

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = orders,
        path = "/v1/orders",
        data_selector = "items",
        paginator = offset(limit = 100, offset = 100, total_path = "total"),
    )]
    pub struct Orders {
        pub id: u64,
    }

    #[resource(
        name = users,
        path = "/v1/users",
        data_selector = "items",
        paginator = page_number(base_page = 50, limit_param = "size", limit = 50),
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
