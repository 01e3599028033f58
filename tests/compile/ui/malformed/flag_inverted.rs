#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = last,
        path = "/v1/last",
        data_selector = "items",
        paginator = page_number(has_more_path = "last"),
    )]
    pub struct Last {
        pub id: u64,
    }

    #[resource(
        name = done,
        path = "/v1/done",
        data_selector = "items",
        paginator = offset(limit = 100, has_more_path = "paging.isDone"),
    )]
    pub struct Done {
        pub id: u64,
    }

    #[resource(
        name = following,
        path = "/v1/following",
        data_selector = "items",
        paginator = page_number(is_last_path = "page.hasNext"),
    )]
    pub struct Following {
        pub id: u64,
    }

    #[resource(
        name = more,
        path = "/v1/more",
        data_selector = "items",
        paginator = cursor(cursor_path = "next", is_last_path = "has_more"),
    )]
    pub struct More {
        pub id: u64,
    }

    #[resource(
        name = truncated,
        path = "/v1/truncated",
        data_selector = "items",
        paginator = json_link(is_last_path = "IsTruncated"),
    )]
    pub struct Truncated {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.last().stream();
    let _ = client.done().stream();
    let _ = client.following().stream();
    let _ = client.more().stream();
    let _ = client.truncated().stream();
}
