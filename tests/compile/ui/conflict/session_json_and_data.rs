#[declarest::source(
    base_url = "https://api.example.com",
    auth = session_token(
        path = "/login", json = { "key": secret(key) }, data = { "key": secret(key) }, token_path = "token",
    ),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().key("x").build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| issue.key;
}
