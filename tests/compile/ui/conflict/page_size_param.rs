#[declarest::source(
    base_url = "https://api.example.com",
    params(page_size: Option<u32>, zero: u32 = 0, name: String, unsent: u32),
)]
pub mod demo {
    #[resource(name = optional, path = "/a", paginator = page_number(limit_param = "size", limit = page_size))]
    pub struct Optional {
        pub id: u64,
    }

    #[resource(name = empty, path = "/b", paginator = offset(limit = zero))]
    pub struct Empty {
        pub id: u64,
    }

    #[resource(name = nowhere, path = "/c/{name}", paginator = cursor(cursor_path = "next", limit = unsent))]
    pub struct Nowhere {
        pub id: u64,
    }

    #[resource(name = twice, path = "/d", method = POST, paginator = offset(limit_param = none, limit_body_path = "size", limit = 5))]
    pub struct Twice {
        pub id: u64,
    }

    #[resource(name = unknown, path = "/e", paginator = header_link(limit_param = "size", limit = per_page))]
    pub struct Unknown {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.optional().stream();
}
