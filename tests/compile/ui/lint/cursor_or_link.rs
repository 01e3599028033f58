#![deny(warnings)]

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = cursors,
        path = "/v1/cursors",
        data_selector = "items",
        paginator = json_link(next_url_path = "meta.next_cursor"),
    )]
    pub struct Cursors {
        pub id: u64,
    }

    #[resource(
        name = tokens,
        path = "/v1/tokens",
        data_selector = "items",
        paginator = json_link(next_url_path = "nextPageToken"),
    )]
    pub struct Tokens {
        pub id: u64,
    }

    #[resource(
        name = urls,
        path = "/v1/urls",
        data_selector = "items",
        paginator = cursor(cursor_path = "paging.next_url"),
    )]
    pub struct Urls {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.cursors().stream();
    let _ = client.tokens().stream();
    let _ = client.urls().stream();
}
