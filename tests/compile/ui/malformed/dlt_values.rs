#[declarest::source(
    base_url = "https://api.example.com",
    auth = {"type": "bearer", "token": "t"},
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = paged,
        path = "/v1",
        paginator = {"type": "page_number", "base_page": 1},
    )]
    pub struct Paged {
        pub key: String,
    }

    #[resource(
        name = once,
        path = "/v1",
        paginator = none,
    )]
    pub struct Once {
        pub key: String,
    }

    #[resource(
        name = merged,
        path = "/v1",
        primary_key = key,
        write_disposition = "upsert",
    )]
    pub struct Merged {
        pub key: String,
    }

    #[resource(
        name = sized,
        path = "/v1",
        paginator = page_number(limit_param = "size", limit = "100"),
    )]
    pub struct Sized {
        pub key: String,
    }

    #[resource(
        name = selected,
        path = "/v1",
        data_selector = data.items,
    )]
    pub struct Selected {
        pub key: String,
    }

    #[resource(
        name = resolved,
        path = "/v1",
        params(post_id = {"type": "resolve", "resource": "posts", "field": "id"}),
    )]
    pub struct Resolved {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.paged().stream();
    let _ = client.once().stream();
    let _ = client.merged().stream();
    let _ = client.sized().stream();
    let _ = client.selected().stream();
    let _ = client.resolved().stream();
}
