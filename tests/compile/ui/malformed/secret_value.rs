#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = issues, path = "/v1/issues", method = POST,
        headers("X-Key" = secret("API_KEY"), "X-Other" = secret()),
        params(key = secret(api_key, before = "Token "), list = [secret(api_key)]),
        json = { "key": secret(api_key, prefix = "") },
    )]
    pub struct Issue {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().api_key("k").build().unwrap();
    let _ = client.issues().stream();
}
