#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = past,
        path = "/v1",
        method = POST,
        json = { "pages": [{ "size": 5 }] },
        paginator = page_number(page_body_path = "pages[2].number"),
    )]
    pub struct Past {
        pub key: String,
    }

    #[resource(
        name = of_object,
        path = "/v1",
        method = POST,
        json = { "pages": { "size": 5 } },
        paginator = page_number(page_body_path = "pages[0].number"),
    )]
    pub struct OfObject {
        pub key: String,
    }

    #[resource(
        name = of_array,
        path = "/v1",
        method = POST,
        json = { "pages": [{ "size": 5 }] },
        paginator = page_number(page_body_path = "pages.number"),
    )]
    pub struct OfArray {
        pub key: String,
    }

    #[resource(
        name = of_nothing,
        path = "/v1",
        method = POST,
        json = { "size": 5 },
        paginator = page_number(page_body_path = "pages[1].number"),
    )]
    pub struct OfNothing {
        pub key: String,
    }

    #[resource(
        name = moving,
        path = "/v1",
        method = POST,
        params(state: Option<String>),
        json = { "filters": [state, { "op": "GTE" }] },
        paginator = page_number(page_body_path = "filters[1].value"),
    )]
    pub struct Moving {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.past().stream();
    let _ = client.of_object().stream();
    let _ = client.of_array().stream();
    let _ = client.of_nothing().stream();
    let _ = client.moving().stream();
}
