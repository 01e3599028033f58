#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = raw,
        path = "/raw",
        method = POST,
        params(query: Option<String>),
        data = "<q>{query}</q>",
    )]
    pub struct Raw {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.raw().query("q").stream();
}
