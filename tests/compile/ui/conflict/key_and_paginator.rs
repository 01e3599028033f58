#[declarest::source(
    base_url = "https://api.example.com",

)]
pub mod demo {
    #[resource(
        name = issues,
        path = "/v1/issues",
        auth = api_key(name = "page", api_key = secret(token), location = query),
        paginator = page_number,
    )]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().token("k").build().unwrap();
    let _ = client.issues().page_size(10).stream();
    let _ = |issue: demo::Issue| issue.key;
}
