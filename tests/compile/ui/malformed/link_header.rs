#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = total,
        path = "/v1/total",
        data_selector = "items",
        paginator = page_number(total_header = "Link"),
    )]
    pub struct Total {
        pub id: u64,
    }

    #[resource(
        name = cursor,
        path = "/v1/cursor",
        data_selector = "items",
        paginator = header_cursor(cursor_key = "link", cursor_param = "page"),
    )]
    pub struct Cursor {
        pub id: u64,
    }

    #[resource(
        name = relation,
        path = "/v1/relation",
        data_selector = "items",
        paginator = header_link(links_next_key = "Link"),
    )]
    pub struct Relation {
        pub id: u64,
    }

    #[resource(
        name = attribute,
        path = "/v1/attribute",
        data_selector = "items",
        paginator = header_link(links_next_key = "rel=next"),
    )]
    pub struct Attribute {
        pub id: u64,
    }

    #[resource(
        name = last,
        path = "/v1/last",
        data_selector = "items",
        paginator = header_link(links_next_key = "last"),
    )]
    pub struct Last {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.total().stream();
    let _ = client.cursor().stream();
    let _ = client.relation().stream();
    let _ = client.attribute().stream();
    let _ = client.last().stream();
}
