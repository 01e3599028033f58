#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = searched,
        path = "/search",
        method = POST,
        params(query: String),
        json = { "q": "{quary}", "filter": { "of": ["{tenant}"] } },
    )]
    pub struct Searched {
        pub key: String,
    }

    #[resource(
        name = formed,
        path = "/form",
        method = POST,
        data = { "q": "{query}" },
    )]
    pub struct Formed {
        pub key: String,
    }

    #[resource(
        name = raw,
        path = "/raw",
        method = POST,
        data = "<q>{query}</q>",
    )]
    pub struct Raw {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.searched("q").stream();
    let _ = client.formed().stream();
    let _ = client.raw().stream();
}
