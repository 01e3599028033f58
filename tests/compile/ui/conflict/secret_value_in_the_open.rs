#[declarest::source(base_url = "http://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", params(key = secret(api_key)))]
    pub struct Issue {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().api_key("k").build().unwrap();
    let _ = client.issues().stream();
}
