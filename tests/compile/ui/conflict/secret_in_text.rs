#[declarest::source(
    base_url = "https://api.example.com",
    headers("X-App" = secret(app)),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = issues, path = "/v1/{key}/issues", headers("X-Key" = "Token {key}"),
        params(key = secret(api_key), other = key, text = "{key}"),
    )]
    pub struct Issue {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().app("a").api_key("k").build().unwrap();
    let _ = client.issues().stream();
}
