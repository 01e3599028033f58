#[declarest::source(
    base_url = "https://api.example.com",
    auth = None,
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = unset,
        path = "/v1",
        paginator = None,
        data_selector = None,
        selected = True,
    )]
    pub struct Unset {
        pub key: String,
    }

    #[resource(
        name = json,
        path = "/v1",
        method = POST,
        json = { "a": None, "b": [True] },
    )]
    pub struct Json {
        pub key: String,
    }

    #[resource(
        name = params,
        path = "/v1",
        params(a = None, b = False),
    )]
    pub struct Params {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.unset().stream();
    let _ = client.json().stream();
    let _ = client.params().stream();
}
