#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = issues, path = "/v1/issues", data_selector = "[\"a/b\"].dc:items",
        paginator = cursor(cursor_path = "meta/next"),
    )]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = r0, path = "/r0", data_selector = "/data/items")]
    pub struct R0 {
        pub key: String,
    }

    #[resource(name = r1, path = "/r1", data_selector = "data.0.items")]
    pub struct R1 {
        pub key: String,
    }

    #[resource(name = r2, path = "/r2", data_selector = "data::items")]
    pub struct R2 {
        pub key: String,
    }

    #[resource(name = r3, path = "/r3", data_selector = "data/items")]
    pub struct R3 {
        pub key: String,
    }

    #[resource(name = r4, path = "/r4", data_selector = ".data[]")]
    pub struct R4 {
        pub key: String,
    }

    #[resource(name = r5, path = "/r5", data_selector = "//item")]
    pub struct R5 {
        pub key: String,
    }

    #[resource(name = r6, path = "/r6", data_selector = "data.#.id")]
    pub struct R6 {
        pub key: String,
    }

    #[resource(name = r7, path = "/r7", data_selector = "data->items")]
    pub struct R7 {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.r0().stream();
}
