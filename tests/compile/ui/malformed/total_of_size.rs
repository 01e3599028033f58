#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = size,
        path = "/v1/size",
        data_selector = "items",
        paginator = page_number(total_path = "page_size"),
    )]
    pub struct Size {
        pub id: u64,
    }

    #[resource(
        name = limit,
        path = "/v1/limit",
        data_selector = "items",
        paginator = offset(limit = 100, total_path = "paging.limit"),
    )]
    pub struct Limit {
        pub id: u64,
    }

    #[resource(
        name = number,
        path = "/v1/number",
        data_selector = "items",
        paginator = page_number(total_pages_path = "currentPage"),
    )]
    pub struct Number {
        pub id: u64,
    }

    #[resource(
        name = header,
        path = "/v1/header",
        data_selector = "items",
        paginator = page_number(total_header = "X-Per-Page"),
    )]
    pub struct Header {
        pub id: u64,
    }

    #[resource(
        name = rows,
        path = "/v1/rows",
        data_selector = "items",
        paginator = page_number(total_pages_path = "total_count"),
    )]
    pub struct Rows {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.size().stream();
    let _ = client.limit().stream();
    let _ = client.number().stream();
    let _ = client.header().stream();
    let _ = client.rows().stream();
}
