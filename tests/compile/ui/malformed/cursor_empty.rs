#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = first,
        path = "/v1/first",
        data_selector = "items",
        paginator = cursor(cursor_path = "next", initial_cursor = ""),
    )]
    pub struct First {
        pub id: u64,
    }

    #[resource(
        name = last,
        path = "/v1/last",
        data_selector = "items",
        paginator = header_cursor(cursor_key = "X-Next", end_cursor = ""),
    )]
    pub struct Last {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.first().stream();
    let _ = client.last().stream();
}
